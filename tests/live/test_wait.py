"""GET /handoffs/{id}/wait: the agent's long poll answers at once on a change, and otherwise when the time is up."""

import asyncio
from typing import Any

from tests.assessments.cast import assessed
from tests.live.listening import within
from tests.world import Actor, World, until


async def waiting(world: World, who: Actor, handoff: dict[str, Any], **more: Any) -> "asyncio.Task[dict[str, Any]]":
    """A poll that is under way."""
    before = len(world.app.hub.subscribers.get(world.acme.id, ()))
    task = asyncio.create_task(who.get(f"handoffs/{handoff['id']}/wait", **({"timeout": 20} | more)))

    async def listens() -> bool:
        return task.done() or len(world.app.hub.subscribers.get(world.acme.id, ())) > before

    await until(listens)
    return task


async def settled(world: World) -> dict[str, Any]:
    """A handoff whose reading has come, so that nothing changes by itself."""
    handoff = await world.acme.handoff()
    await assessed(world, handoff)
    return handoff


async def test_it_answers_at_once_when_something_changes(world: World) -> None:
    acme = world.acme
    handoff = await settled(world)
    path = f"handoffs/{handoff['id']}"
    for who, act, body, state in (
        (acme.ben, "claim", None, "claimed"),
        (acme.ben, "release", None, "ready"),
        (acme.cleo, "claim", None, "claimed"),
        (acme.cleo, "close", {"reason": "resolved", "notes": "Back to 4.1."}, "closed"),
    ):
        poll = await waiting(world, acme.agent, handoff)
        async with within(1):
            await who.post(f"{path}/{act}", body)
            assert (await poll)["state"] == state
    assert (await poll)["outcome"] == "Back to 4.1."


async def test_it_answers_with_the_thing_as_it_is_when_the_time_is_up(world: World) -> None:
    handoff = await settled(world)
    async with within(2):
        told = await world.acme.agent.get(f"handoffs/{handoff['id']}/wait", timeout=0.3)
    assert told == await world.acme.agent.get(f"handoffs/{handoff['id']}")


async def test_it_answers_at_once_where_the_epoch_seen_has_passed(world: World) -> None:
    acme = world.acme
    handoff = await settled(world)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    async with within(1):
        assert (await acme.agent.get(f"handoffs/{handoff['id']}/wait", timeout=20, epoch=0))["state"] == "claimed"


async def test_what_happens_to_others_does_not_answer_it(world: World) -> None:
    acme = world.acme
    handoff = await settled(world)
    poll = await waiting(world, acme.agent, handoff, timeout=5)
    other = await settled(world)
    await acme.ben.post(f"handoffs/{other['id']}/claim")
    assert not poll.done()
    assert (await poll)["state"] == "ready"


async def test_only_who_may_read_it_may_wait_for_it(world: World) -> None:
    handoff = await settled(world)
    for somebody in (world.acme.other_agent, world.otto):
        await somebody.get(f"handoffs/{handoff['id']}/wait", 404, timeout=20)
    for wrong in (-1, 61, "soon"):
        await world.acme.agent.get(f"handoffs/{handoff['id']}/wait", 422, timeout=wrong)


async def test_many_wait_at_once_and_hold_no_connection_to_the_database(world: World) -> None:
    acme = world.acme
    handoff = await settled(world)
    polls = [await waiting(world, who, handoff) for who in (acme.agent, acme.admin, acme.cleo) * 10]
    async with within(3):
        await acme.ben.post(f"handoffs/{handoff['id']}/claim")
        assert {(await poll)["state"] for poll in polls} == {"claimed"}
