"""GET /handoffs and GET /handoffs/{id}: open ones are everybody's, closed ones their own people's."""

from typing import Any

from tests.handoffs.cast import claimed, later
from tests.world import Actor, World


async def readers(world: World, handoff: str) -> list[str]:
    """Who of the whole cast may read it."""
    everybody: list[Actor] = [*world.acme.everybody, *world.zenith.everybody]
    answers = [(who, await who.http.get(f"handoffs/{handoff}")) for who in everybody]
    assert {answer.status_code for _, answer in answers} == {200, 404}
    return [who.name for who, answer in answers if answer.status_code == 200]


async def test_open_ones_are_read_by_all_people_and_by_the_agent_whose_work_it_is(world: World) -> None:
    people = ["Olga", "Ada", "Ben", "Cleo", "Vic", "Jane"]
    waiting, won, put_off = await world.acme.handoff(), await claimed(world), await claimed(world)
    await world.acme.ben.post(f"handoffs/{put_off['id']}/snooze", {"until": later(world, hours=1)})
    for one in (waiting, won, put_off):
        assert await readers(world, one["id"]) == people


async def test_closed_ones_by_their_agent_their_holder_admins_and_the_squad(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    await acme.ben.post(f"handoffs/{won['id']}/close", {"reason": "resolved"})
    assert await readers(world, won["id"]) == ["Olga", "Ada", "Ben", "Jane"]
    seat = {"kind": "user", "role": "lead", "user_id": str(acme.cleo.id)}
    member = await acme.admin.post(f"squads/{acme.squad}/members", seat)
    assert await readers(world, won["id"]) == ["Olga", "Ada", "Ben", "Cleo", "Jane"]
    await acme.admin.delete(f"members/{member['id']}")
    assert await readers(world, won["id"]) == ["Olga", "Ada", "Ben", "Jane"]


async def test_parked_ones_by_their_escalator_and_admins(world: World) -> None:
    parked = await world.acme.handoff(intent="park")
    assert await readers(world, parked["id"]) == ["Olga", "Ada", "Jane"]


async def test_the_list_shows_what_may_be_read_and_filters(world: World) -> None:
    acme = world.acme
    waiting, won = await acme.handoff(), await claimed(world)
    await acme.handoff(intent="park")
    await world.zenith.handoff()

    async def listed(who: Actor, **filters: Any) -> set[str]:
        return {one["id"] for one in (await who.get("handoffs", **filters))["items"]}

    assert await listed(acme.cleo) == {waiting["id"], won["id"]}
    assert await listed(acme.cleo, state="claimed") == {won["id"]}
    assert await listed(acme.cleo, squad_id=str(acme.squad), source="case") == {waiting["id"], won["id"]}
    assert await listed(acme.cleo, source="lead") == await listed(acme.cleo, squad_id=str(world.zenith.squad)) == set()
    assert len(await listed(acme.agent)) == 3
    assert await listed(acme.other_agent) == set()
    await acme.cleo.get("handoffs", 422, state="lost")


async def test_the_list_comes_in_pages_in_the_order_of_the_queue(world: World) -> None:
    acme = world.acme
    made = [await acme.handoff(priority=priority) for priority in ("low", "urgent", "normal", "high", "normal")]
    await acme.admin.post(f"handoffs/{made[0]['id']}/pin")
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while cursor or not seen:
        page = await acme.ben.get("handoffs", limit=2, **cursor)
        assert len(page["items"]) <= 2
        seen += [one["id"] for one in page["items"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert seen == [made[number]["id"] for number in (0, 1, 3, 2, 4)]


async def test_closed_ones_are_listed_by_when_they_ended_the_newest_first(world: World) -> None:
    acme = world.acme
    made = [await claimed(world) for _ in range(5)]
    ended = [made[place]["id"] for place in (2, 0, 4, 1)]
    for id in ended:
        world.advance(seconds=5)
        await acme.ben.post(f"handoffs/{id}/close", {"reason": "resolved"})
    whole = await acme.ben.get("handoffs", state="closed")
    assert [one["id"] for one in whole["items"]] == list(reversed(ended))
    first = await acme.ben.get("handoffs", state="closed", limit=2)
    await acme.ben.post(f"handoffs/{made[3]['id']}/close", {"reason": "resolved"})  # meanwhile, and on top
    rest = await acme.ben.get("handoffs", state="closed", limit=2, cursor=first["next_cursor"])
    assert [one["id"] for one in first["items"] + rest["items"]] == list(reversed(ended))
    assert (await acme.ben.get("handoffs", state="closed", limit=1))["items"][0]["id"] == made[3]["id"]
    await acme.ben.get("handoffs", 422, state="ready", cursor=first["next_cursor"])
