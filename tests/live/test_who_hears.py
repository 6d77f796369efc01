"""Who is told what: people the queue less their own arrivals, agents their own work, viewers and outsiders nothing."""

from contextlib import AsyncExitStack

from tests.assessments.cast import assessed
from tests.handoffs.cast import becomes
from tests.live.listening import Heard, listening
from tests.world import Actor, World

WHY = {"intent": "escalate", "reason": "I may not."}


async def all_ears(stack: AsyncExitStack, *people: Actor) -> dict[str, Heard]:
    """Everybody listens, by name."""
    return {who.name: await stack.enter_async_context(listening(who)) for who in people}


async def settled(world: World, ears: dict[str, Heard]) -> None:
    """Wait until everybody has heard all that was told so far, by a last event for each; it is left out afterwards."""
    marks = {who.name: str((await world.acme.case(who))["id"]) for who in (world.acme.agent, world.acme.other_agent)}
    for name, heard in ears.items():
        last = marks.get(name, marks["Otis"])
        await heard.mentions(last)
        heard.frames = [one for one in heard.frames if one.data.get("subject", {}).get("id") not in marks.values()]


async def test_viewers_have_no_stream(world: World) -> None:
    answer = await world.acme.viewer.http.get("events/stream")
    assert answer.status_code == 403
    assert (await world.acme.viewer.http.get("events/stream", headers={"Authorization": "Bearer x"})).status_code == 401


async def test_operators_admins_and_owners_hear_of_an_arrival_and_agents_of_their_own_work(world: World) -> None:
    acme = world.acme
    async with AsyncExitStack() as stack:
        ears = await all_ears(stack, acme.ben, acme.cleo, acme.admin, acme.owner, acme.agent, acme.other_agent)
        outside = await stack.enter_async_context(listening(world.otto))
        handoff = await acme.handoff()
        await acme.ben.post(f"handoffs/{handoff['id']}/claim")
        await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved"})
        await settled(world, ears)
        theirs = await world.zenith.case()
        await outside.counts(1)
    for name, heard in ears.items():
        own = [one for one in heard.types if one not in ("assessment.ready", "notification.created")]
        assert heard.types.count("notification.created") == (0 if name in ("Jane", "Otis") else 1)
        story = ["case.opened", "handoff.created", "handoff.claimed", "handoff.closed", "case.resolved"]
        assert own == ([] if name == "Otis" else story)
    assert [frame.data["subject"]["id"] for frame in outside.events] == [theirs["id"]]


async def test_the_escalator_is_not_told_of_their_own_arrival_but_of_what_becomes_of_it(world: World) -> None:
    acme = world.acme
    async with AsyncExitStack() as stack:
        ears = await all_ears(stack, acme.ben, acme.cleo, acme.admin)
        case = await acme.case(acme.ben)
        handoff = await acme.handoff(case, acme.ben)
        await acme.cleo.post(f"handoffs/{handoff['id']}/claim")
        await acme.cleo.post(f"handoffs/{handoff['id']}/release")
        await acme.cleo.post(f"handoffs/{handoff['id']}/claim")
        await acme.cleo.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved"})
        await settled(world, ears)
    arrivals = ("handoff.created", "notification.created", "handoff.released")
    assert [one for one in ears["Ben"].types if one in arrivals] == []
    assert ears["Ben"].types.count("handoff.claimed") == 2
    assert "handoff.closed" in ears["Ben"].types
    for name in ("Cleo", "Ada"):
        assert [one for one in ears[name].types if one in arrivals] == list(arrivals)


async def test_what_is_parked_is_told_to_its_escalator_and_admins_until_it_is_ready(world: World) -> None:
    acme = world.acme
    case, agents = await acme.case(acme.ben), await acme.case()
    async with AsyncExitStack() as stack:
        ears = await all_ears(stack, acme.ben, acme.cleo, acme.admin, acme.agent)
        mine = await acme.ben.post(f"cases/{case['id']}/escalate", WHY | {"intent": "park"})
        its = await acme.agent.post(f"cases/{agents['id']}/escalate", WHY | {"intent": "park"})
        await becomes(acme.admin, mine, "parked")
        for parked in (mine, its):
            await assessed(world, parked)
        await settled(world, ears)
        before = {name: (_types_of(heard, mine["id"]), _types_of(heard, its["id"])) for name, heard in ears.items()}
        world.advance(minutes=16)
        await ears["Cleo"].counts(4)
        await settled(world, ears)
    told = ["handoff.parked", "assessment.ready"]
    assert before == {"Ben": (told, []), "Cleo": ([], []), "Ada": (told, told), "Jane": ([], told)}
    assert sorted(ears["Cleo"].types) == ["handoff.ready"] * 2 + ["notification.created"] * 2
    assert _types_of(ears["Ben"], mine["id"]) == told
    assert _types_of(ears["Jane"], its["id"]) == [*told, "handoff.ready"]


async def test_resuming_shows_nobody_more_than_listening_did(world: World) -> None:
    acme = world.acme
    async with AsyncExitStack() as stack:
        ears = await all_ears(stack, acme.ben, acme.cleo, acme.agent, acme.other_agent)
        begin = {name: heard.frames[0].id for name, heard in ears.items()}
        await acme.handoff(await acme.case(acme.ben), acme.ben)
        await acme.handoff(intent="park")
        await acme.handoff(agent=acme.other_agent)
        await ears["Otis"].until(lambda it: "assessment.ready" in it.types)
        await ears["Jane"].until(lambda it: "assessment.ready" in it.types)
        await settled(world, ears)
        for who in (acme.ben, acme.cleo, acme.agent, acme.other_agent):
            heard = ears[who.name].events
            async with listening(who, begin[who.name]) as again:
                await again.counts(len(heard))
            assert again.events[: len(heard)] == heard


def _types_of(heard: Heard, handoff: str) -> list[str]:
    return [frame.event for frame in heard.events if frame.data["subject"]["id"] == handoff]
