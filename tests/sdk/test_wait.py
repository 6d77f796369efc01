"""Waiting for people: until it is claimed or closed, across whatever happens to connection and server."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import running, settings_for
from tests.live.listening import within
from tests.live.test_restart import move_to
from tests.sdk.proxy import Proxy, Say, proxied
from tests.sdk.sides import Client, client
from tests.world import World, create_world, until
from warmline.db.connections import Urls
from warmline.sdk import NotFound, TimedOut

DONE = {"reason": "resolved", "notes": "Back to 4.1."}


async def waiting(agent: Client, world: World, handoff: Any, **more: Any) -> "asyncio.Task[Any]":
    """A wait that is under way."""
    before = len(world.app.hub.subscribers.get(world.acme.id, ()))
    task = asyncio.create_task(agent.do(handoff.wait, **more))

    async def listens() -> bool:
        return task.done() or len(world.app.hub.subscribers.get(world.acme.id, ())) > before

    await until(listens)
    return task


async def handed_over(agent: Client, world: World) -> Any:
    """A handoff in the hands of the agent."""
    return await agent.do(agent.inner.handoffs.get, (await world.acme.handoff())["id"])


async def test_it_waits_for_the_outcome_and_not_for_what_comes_before(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        handoff = await handed_over(agent, world)
        task = await waiting(agent, world, handoff, timeout=20)
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        await world.acme.ben.post(f"handoffs/{handoff.id}/heartbeat")
        await world.acme.ben.post(f"handoffs/{handoff.id}/close", DONE)
        async with within(2):
            assert await task is handoff
    assert (handoff.closure_reason, handoff.outcome, handoff.epoch) == ("resolved", "Back to 4.1.", 1)


async def test_it_may_wait_for_the_claim_alone(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        handoff = await handed_over(agent, world)
        task = await waiting(agent, world, handoff, until="claimed", timeout=20)
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        async with within(2):
            assert (await task).data.claimed_by.name == "Ben"


async def test_what_has_happened_already_is_answered_at_once(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent, within(2):
        handoff = await handed_over(agent, world)
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        assert (await agent.do(handoff.wait, until="claimed")).epoch == 1
        await world.acme.ben.post(f"handoffs/{handoff.id}/close", DONE)
        assert (await agent.do(handoff.wait, until="claimed")).state == "closed"


async def test_it_says_when_the_time_is_up_and_takes_nothing_over(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent, within(3):
        handoff = await handed_over(agent, world)
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        with pytest.raises(TimedOut, match="not closed after") as late:
            await agent.do(handoff.wait, timeout=0.3)
    assert isinstance(late.value, TimeoutError)
    assert late.value.handoff is not None
    assert (late.value.handoff.epoch, handoff.epoch, handoff.state) == (1, 0, "ready")


async def test_the_time_is_up_though_nobody_answers(world: World, side: str) -> None:
    async with client(side, "http://127.0.0.1:1", world.acme.agent) as agent, within(3):
        with pytest.raises(TimedOut) as late:
            await agent.do(agent.inner.handoffs.wait, str(uuid4()), timeout=0.5)
    assert late.value.handoff is None


async def test_what_is_not_there_is_not_waited_for(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        with pytest.raises(NotFound):
            await agent.do(agent.inner.handoffs.wait, str(uuid4()))


async def test_it_goes_on_after_a_dropped_connection_and_a_server_that_is_busy(
    world: World, proxy: Proxy, side: str
) -> None:
    async with client(side, proxy.address, world.acme.agent, patience=0.2) as agent:
        handoff = await handed_over(agent, world)
        task = await waiting(agent, world, handoff)
        proxy.fail(Say("502 Bad Gateway"), Say("503 Service Unavailable"), Say("429 Too Many", ("Retry-After: 1",)))
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        await world.acme.ben.post(f"handoffs/{handoff.id}/close", DONE)
        assert (await task).outcome == "Back to 4.1."
    assert not proxy.faults


async def test_a_claim_is_not_missed_while_it_is_cut_off(world: World, proxy: Proxy, side: str) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        handoff = await handed_over(agent, world)
        task = await waiting(agent, world, handoff, until="claimed", timeout=20)
        proxy.fail(Say("503 Service Unavailable", ("Retry-After: 1",)))
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        async with within(5):
            assert (await task).state == "claimed"
    assert not proxy.faults


async def test_it_survives_a_restart(own_database: Urls, side: str) -> None:
    settings = settings_for(own_database)
    async with AsyncExitStack() as whole, proxied(0) as proxy:
        async with running(settings) as first:
            proxy.target = first.port
            world = await create_world(first.app, first.address)
            agent = await whole.enter_async_context(client(side, proxy.address, world.acme.agent, patience=0.2))
            handoff = await handed_over(agent, world)
            task = await waiting(agent, world, handoff)
        assert not task.done()
        async with running(settings) as second:
            move_to(world, second.address)
            await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
            proxy.target = second.port
            await world.acme.ben.post(f"handoffs/{handoff.id}/close", DONE)
            assert (await task).outcome == "Back to 4.1."
            await world.close()
