"""The bell: who is told of what, in which words; and what is unread."""

from typing import Any

from tests.live.listening import listening
from tests.world import Actor, World, until

PROBLEM = "Outlook is failing to sync on every laptop of the practice since the update of last night."


async def bell(actor: Actor, **query: Any) -> list[dict[str, Any]]:
    """What somebody was told, newest first."""
    told: list[dict[str, Any]] = (await actor.get("notifications", **query))["items"]
    return told


async def unread(actor: Actor) -> int:
    """How many."""
    return int((await actor.get("notifications"))["unread"])


async def test_everybody_who_works_the_queue_is_told_in_the_words_of_the_escalation(world: World) -> None:
    handoff = await world.acme.handoff(await world.acme.case(problem=PROBLEM))
    for actor in (world.acme.ben, world.acme.cleo, world.acme.admin, world.acme.owner):
        (told,) = await bell(actor)
        assert told["text"] == f"Escalation from Jane · #12345: {PROBLEM[:70].rstrip()}…"
        assert told["url"] == f"/handoffs/{handoff['id']}?pickup=true"
        assert told["subject"] == {"kind": "handoff", "id": handoff["id"]}
        assert (told["by_name"], told["is_unread"], told["read_at"]) == (False, True, None)
        assert await unread(actor) == 1
    assert await bell(world.acme.viewer) == []
    assert await bell(world.otto) == []
    await world.acme.agent.get("notifications", expect=403)


async def test_the_escalator_is_not_told_of_their_own(world: World) -> None:
    case = await world.acme.case(world.acme.ben)
    await world.acme.handoff(case, world.acme.ben)
    assert await bell(world.acme.ben) == []
    assert len(await bell(world.acme.cleo)) == 1


async def test_whom_it_is_meant_for_is_told_first_and_by_name_and_nobody_is_left_out(world: World) -> None:
    await world.acme.handoff(target_user_id=str(world.acme.cleo.id))
    (cleos,) = await bell(world.acme.cleo)
    (bens,) = await bell(world.acme.ben)
    assert (cleos["by_name"], bens["by_name"]) == (True, False)
    assert cleos["id"] < bens["id"]
    case = await world.acme.case(world.acme.ben)  # one who escalates, and names somebody: still one each
    await world.acme.handoff(case, world.acme.ben, target_user_id=str(world.acme.cleo.id))
    assert [one["by_name"] for one in await bell(world.acme.cleo)] == [True, True]
    assert len(await bell(world.acme.ben)) == 1
    assert len(await bell(world.acme.admin)) == 2


async def test_reading_is_for_oneself_and_once(world: World) -> None:
    await world.acme.handoff()
    (told,) = await bell(world.acme.ben)
    read = await world.acme.ben.post(f"notifications/{told['id']}/read")
    assert (read["is_unread"], read["read_at"] is None) == (False, False)
    again = await world.acme.ben.post(f"notifications/{told['id']}/read")
    assert again["read_at"] == read["read_at"]
    assert (await unread(world.acme.ben), await unread(world.acme.cleo)) == (0, 1)
    await world.otto.post(f"notifications/{told['id']}/read", expect=404)
    await world.acme.viewer.post(f"notifications/{told['id']}/read", expect=404)


async def test_what_somebody_has_claimed_waits_for_nobody(world: World) -> None:
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    assert (await unread(world.acme.cleo), len(await bell(world.acme.cleo))) == (0, 1)
    await world.acme.ben.post(f"handoffs/{handoff['id']}/release")
    assert await unread(world.acme.cleo) == 1


async def test_who_joins_later_is_not_told_of_what_was_before(world: World) -> None:
    await world.acme.handoff()
    dan = await world.acme.owner.post("users", {"email": "dan@acme.example", "name": "Dan", "role": "operator"}, 201)
    token = (await world.acme.owner.post(f"users/{dan['id']}/tokens", {}, 201))["token"]
    world.acme.viewer.http.headers["authorization"] = f"Bearer {token}"  # as Dan from here on
    assert await bell(world.acme.viewer) == []
    handoff = await world.acme.handoff()
    assert [one["subject"]["id"] for one in await bell(world.acme.viewer)] == [handoff["id"]]


async def test_a_transfer_tells_who_has_it_now_and_a_lapse_who_had_it(world: World) -> None:
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await world.acme.ben.post(f"handoffs/{handoff['id']}/transfer", {"user_id": str(world.acme.cleo.id), "note": "You"})
    newest = (await bell(world.acme.cleo))[0]
    assert (newest["kind"], newest["text"]) == ("transfer", "Ben passed this to you · #12345: The sync stops.")
    assert newest["by_name"]
    assert [one["kind"] for one in await bell(world.acme.ben)] == ["escalation"]
    world.advance(minutes=16)

    async def lapsed() -> bool:
        return bool((await bell(world.acme.cleo))[0]["kind"] == "lapse")

    await until(lapsed)
    assert (await bell(world.acme.cleo))[0]["text"] == "Your lease ran out · #12345: The sync stops."


async def test_what_was_parked_is_told_once_it_is_due(world: World) -> None:
    await world.acme.handoff(intent="park")
    assert await bell(world.acme.ben) == []
    world.advance(minutes=16)

    async def told() -> bool:
        return len(await bell(world.acme.ben)) == 1

    await until(told)
    assert (await bell(world.acme.ben))[0]["kind"] == "escalation"


async def test_the_stream_says_so_and_pages_lead_on(world: World) -> None:
    async with listening(world.acme.ben) as heard:
        await world.acme.handoff()
        await heard.until(lambda it: "notification.created" in it.types)
    event = next(frame.data for frame in heard.events if frame.event == "notification.created")
    (told,) = await bell(world.acme.ben)
    assert event["subject"] == {"kind": "notification", "id": told["id"]}
    assert event["data"] == {"kind": "escalation", "handoff_id": told["subject"]["id"]}
    for _ in range(4):
        await world.acme.handoff()
    first = await world.acme.ben.get("notifications", limit=3)
    second = await world.acme.ben.get("notifications", limit=3, cursor=first["next_cursor"])
    assert (first["unread"], second["unread"], second["next_cursor"]) == (5, None, None)
    assert len({one["id"] for one in first["items"] + second["items"]}) == 5
