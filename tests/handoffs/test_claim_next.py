"""POST /handoffs/claim-next: the first of the caller's queue, in the order of the queue."""

from tests.handoffs.cast import claimed, story
from tests.world import Actor, World


async def take(who: Actor, **body: str) -> str | None:
    taken = await who.post("handoffs/claim-next", body or None)
    return taken["id"] if taken else None


async def test_by_due_time_which_is_by_priority_and_by_waiting(world: World) -> None:
    acme = world.acme
    low, normal = await acme.handoff(priority="low"), await acme.handoff()
    later_normal, urgent, high = (
        await acme.handoff(),
        await acme.handoff(priority="urgent"),
        await acme.handoff(priority="high"),
    )
    order = [one["id"] for one in (urgent, high, normal, later_normal, low)]
    assert [one["id"] for one in (await acme.ben.get("handoffs", state="ready"))["items"]] == order
    assert [await take(acme.ben) for _ in range(5)] == order
    assert await acme.ben.post("handoffs/claim-next", expect=204) is None
    assert await story(world, low) == [("handoff.created", None, "ready"), ("handoff.claimed", "ready", "claimed")]


async def test_an_old_normal_one_comes_before_a_new_urgent_one_once_its_time_is_nearer(world: World) -> None:
    old = await world.acme.handoff()
    world.advance(minutes=14, seconds=30)
    new = await world.acme.handoff(priority="urgent")
    assert [await take(world.acme.ben) for _ in range(2)] == [old["id"], new["id"]]


async def test_what_an_admin_pinned_comes_first(world: World) -> None:
    acme = world.acme
    await acme.handoff(priority="urgent")
    pinned = await acme.handoff(priority="low")
    await acme.admin.post(f"handoffs/{pinned['id']}/pin")
    assert await take(acme.ben) == pinned["id"]


async def test_nobody_is_given_what_they_escalated_themselves(world: World) -> None:
    acme = world.acme
    mine = await acme.handoff(await acme.case(acme.ben), acme.ben, priority="urgent")
    other = await acme.handoff(priority="low")
    assert await take(acme.ben) == other["id"]
    assert await take(acme.ben) is None
    assert await take(acme.cleo) == mine["id"]


async def test_of_one_squad_where_it_is_asked_for(world: World) -> None:
    acme = world.acme
    phones = await acme.admin.post("squads", {"name": "Phones"})
    await acme.handoff(priority="urgent")
    there = await acme.handoff(await acme.case(squad_id=phones["id"]))
    assert await take(acme.ben, squad_id=phones["id"]) == there["id"]
    assert await take(acme.ben, squad_id=phones["id"]) is None
    assert await take(acme.ben, squad_id=str(world.zenith.squad)) is None


async def test_what_is_claimed_parked_put_off_or_foreign_is_not_given(world: World) -> None:
    acme = world.acme
    await claimed(world)
    await acme.handoff(intent="park")
    await world.zenith.handoff()
    assert await take(acme.cleo) is None


async def test_viewers_and_agents_are_refused(world: World) -> None:
    handoff = await world.acme.handoff()
    for somebody in (world.acme.viewer, world.acme.agent):
        await somebody.post("handoffs/claim-next", expect=403)
    assert (await world.acme.ben.get(f"handoffs/{handoff['id']}"))["state"] == "ready"


async def test_the_claim_is_a_whole_one(world: World) -> None:
    acme = world.acme
    await acme.handoff()
    taken = await acme.ben.post("handoffs/claim-next", expect=200)
    assert (taken["state"], taken["epoch"], taken["claimed_by"]["name"]) == ("claimed", 1, "Ben")
    told = await acme.ben.get(f"handoffs/{taken['id']}")
    assert taken | {"assessment": None} == told | {"assessment": None}
    case = await acme.ben.get(f"cases/{taken['source']['id']}")
    assert (case["status"], case["handler"]["name"], case["epoch"]) == ("active", "Ben", 1)


async def test_under_a_key_a_repeat_is_the_same_one_and_nothing_stays_nothing(world: World) -> None:
    acme = world.acme
    await acme.handoff()
    await acme.handoff()
    first = await acme.ben.post("handoffs/claim-next", key="next-1")
    assert await acme.ben.post("handoffs/claim-next", key="next-1") == first
    second = await acme.ben.post("handoffs/claim-next", key="next-2")
    assert second["id"] != first["id"]
    assert await acme.ben.post("handoffs/claim-next", key="next-3", expect=204) is None
    await acme.handoff()
    assert await acme.ben.post("handoffs/claim-next", key="next-3", expect=204) is None
