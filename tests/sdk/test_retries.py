"""What gets no answer is tried again: with the same key, so that it happens once; not for ever; and nothing else is."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Running, running, settings_for
from tests.live.listening import within
from tests.sdk.proxy import Cut, Proxy, Say
from tests.sdk.sides import Client, client
from tests.world import World, create_world, until
from warmline.db.connections import Urls
from warmline.db.transaction import tenant
from warmline.sdk import Conflict, NotFound, TooMany, Unavailable, WarmlineError
from warmline.sdk.errors import IN_FLIGHT, problem
from warmline.web.idempotency import LOCK

BUSY = Say("503 Service Unavailable", ("Retry-After: 0",))
TITLE = "Paid twice"


async def open_one(agent: Client, world: World) -> Any:
    """A handle of a new case."""
    return await agent.do(agent.inner.cases.open, str(world.acme.squad), TITLE, "One payment back.")


async def opened(world: World) -> int:
    """How many cases there are."""
    return len((await world.acme.agent.get("cases"))["items"])


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([Cut(0)], id="the answer is lost"),
        pytest.param([Cut(40)], id="the answer breaks off"),
        pytest.param([Cut(0), Cut(0), Cut(0)], id="three times"),
        pytest.param([BUSY, Say("502 Bad Gateway", body=b"<p>nginx</p>"), Say("504 Gateway Timeout")], id="5xx"),
    ],
)
async def test_a_write_that_got_no_answer_acts_once(world: World, proxy: Proxy, side: str, faults: list[Any]) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        proxy.fail(*faults)
        case = await open_one(agent, world)
    assert not proxy.faults
    assert await opened(world) == 1
    assert (await world.acme.agent.get(f"cases/{case.id}"))["title"] == TITLE
    assert len(proxy.keys()) == len(faults) + 1
    assert len(set(proxy.keys())) == 1


async def test_each_call_has_a_key_of_its_own(world: World, proxy: Proxy, side: str) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        await open_one(agent, world)
        await open_one(agent, world)
    assert len(set(proxy.keys())) == len(proxy.keys()) == 2
    assert await opened(world) == 2


async def test_a_read_is_tried_again_too(world: World, proxy: Proxy, side: str) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        proxy.fail(Cut(20))
        assert (await agent.do(agent.inner.me)).name == "Jane"
    assert proxy.keys() == []


async def test_a_connection_that_dropped_between_two_calls_does_no_harm(world: World, proxy: Proxy, side: str) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        await agent.do(agent.inner.me)
        proxy.drop()
        await open_one(agent, world)
    assert await opened(world) == 1


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_it_keeps_quiet_for_as_long_as_it_is_asked(world: World, proxy: Proxy, side: str, status: str) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        proxy.fail(Say(status, ("Retry-After: 1",)))
        began = time.monotonic()
        await agent.do(agent.inner.me)
        assert time.monotonic() - began >= 1


async def test_it_gives_up_at_once_where_it_is_asked_for_more_than_its_patience(own_database: Urls, side: str) -> None:
    async with running(settings_for(own_database, token_requests=3)) as server:
        world = await create_world(server.app, server.address)
        async with client(side, server.address, world.acme.agent, patience=5) as agent, within(4):
            with pytest.raises(TooMany, match="Too many requests") as refused:
                await asyncio.gather(*(agent.do(agent.inner.me) for _ in range(5)))
        await world.close()
    assert refused.value.status == 429
    assert 5 < (refused.value.retry_after or 0) <= 60


async def test_its_patience_has_an_end(world: World, proxy: Proxy, side: str) -> None:
    async with client(side, proxy.address, world.acme.agent, patience=1) as agent, within(4):
        proxy.fail(*[Say("503 Service Unavailable")] * 100)
        with pytest.raises(Unavailable) as refused:
            await open_one(agent, world)
    assert refused.value.status == 503
    assert 2 <= len(proxy.keys()) < 20


async def test_nobody_there_is_unavailable(world: World, side: str) -> None:
    async with client(side, "http://127.0.0.1:1", world.acme.agent, patience=0.5) as agent:
        with pytest.raises(Unavailable, match="No answer") as refused:
            await agent.do(agent.inner.me)
    assert refused.value.status is None


async def test_another_refusal_is_not_tried_again(world: World, proxy: Proxy, side: str) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        with pytest.raises(NotFound):
            await agent.do(agent.inner.cases.step, str(uuid4()), "Restarted", "worked")
        proxy.fail(Say("500 Internal Server Error"))
        with pytest.raises(WarmlineError, match="does not say why") as refused:
            await open_one(agent, world)
    assert type(refused.value) is WarmlineError
    assert len(proxy.keys()) == 2


async def test_a_write_still_being_worked_on_is_asked_for_again(
    world: World, proxy: Proxy, shared: Running, side: str
) -> None:
    """The lock of the key is held, as by a try whose connection dropped, until the second one has been refused."""
    async with client(side, proxy.address, world.acme.agent) as agent:
        proxy.fail(Say("503 Service Unavailable", ("Retry-After: 1",)))
        task = asyncio.create_task(open_one(agent, world))
        await until(proxy.asked(1))
        async with shared.app.database.transaction(tenant(world.acme.id)) as unit:
            held = {"key": f"{world.acme.id}{proxy.keys()[0]}"}
            assert (await unit.session.execute(LOCK, held)).scalar_one()
            await until(proxy.asked(3))
            assert not task.done()
        await task
    assert len(set(proxy.keys())) == 1
    assert await opened(world) == 1


async def test_only_that_conflict_is_tried_again() -> None:
    for detail, is_so in ((f"{IN_FLIGHT} just now.", True), ("Already claimed by Ben, 2 min ago", False)):
        refused = problem(409, {}, {"detail": detail})
        assert isinstance(refused, Conflict)
        assert refused.in_flight == is_so
