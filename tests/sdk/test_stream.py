"""The event stream comes back by itself, and misses and repeats nothing."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.conftest import Running, running, settings_for
from tests.live.listening import tell
from tests.live.test_restart import move_to
from tests.sdk.proxy import Cut, Proxy, Say, proxied
from tests.sdk.sides import Client, client
from tests.world import World, create_world
from warmline.app import App
from warmline.db.connections import Urls
from warmline.sdk import Invalid
from warmline.sdk.errors import NotFound, Unavailable
from warmline.sdk.listening import Place

MANY = 30


async def heard(ben: Client, stream: Any, many: int) -> list[str]:
    """What the next events are about."""
    return [(await ben.next(stream)).subject.id for _ in range(many)]


async def test_events_are_typed_and_come_as_in_the_list(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent, agent.streaming() as stream:
        handoff = await world.acme.handoff()
        events = [await agent.next(stream) for _ in range(2)]
        assert [event.type for event in events] == ["case.opened", "handoff.created"]
        assert (events[1].subject.id, events[1].to_state) == (handoff["id"], "ready")
        assert events[1].at.tzinfo is not None
        listed = await agent.all(agent.inner.events.list, subject=handoff["source"]["id"], order="asc")
        assert listed[:2] == events


async def test_nothing_is_missed_or_repeated_while_connections_break(
    world: World, proxy: Proxy, shared: Running, side: str
) -> None:
    """Connections break inside a frame, before the first frame, and before there is an answer; events go on coming."""
    async with client(side, proxy.address, world.acme.ben) as ben, ben.streaming() as stream:
        told = [str(await tell(shared.app.database, world.acme)) for _ in range(4)]
        seen = await heard(ben, stream, 2)
        proxy.fail(Cut(2000), Cut(60), Say("503 Service Unavailable"), Cut(2900))
        while len(seen) < MANY:
            if len(told) < MANY:
                told += [str(await tell(shared.app.database, world.acme)) for _ in range(2)]
            seen += await heard(ben, stream, 1)
    assert seen == told
    assert not proxy.faults


async def test_a_server_that_ends_its_streams_is_asked_again(own_database: Urls, side: str) -> None:
    async with running(settings_for(own_database, stream_seconds=0.3, stream_heartbeat_seconds=0.1)) as server:
        world = await create_world(server.app, server.address)
        async with client(side, server.address, world.acme.ben) as ben, ben.streaming() as stream:
            for _ in range(3):
                told = [str(await tell(server.app.database, world.acme)) for _ in range(2)]
                assert await heard(ben, stream, 2) == told
        await world.close()


async def test_it_survives_a_restart(own_database: Urls, side: str) -> None:
    settings = settings_for(own_database)
    async with AsyncExitStack() as whole, proxied(0) as proxy:
        async with running(settings) as first:
            proxy.target = first.port
            world = await create_world(first.app, first.address)
            ben = await whole.enter_async_context(client(side, proxy.address, world.acme.ben))
            stream = await whole.enter_async_context(ben.streaming())
            told = [str(await tell(first.app.database, world.acme)) for _ in range(3)]
            seen = await heard(ben, stream, 2)
        between = App(settings, own_database, jobs=False)
        told += [str(await tell(between.database, world.acme)) for _ in range(2)]
        await between.database.close()
        async with running(settings) as second:
            move_to(world, second.address)
            proxy.target = second.port
            told.append(str(await tell(second.app.database, world.acme)))
            seen += await heard(ben, stream, 4)
            await world.close()
    assert seen == told


async def test_a_later_stream_goes_on_where_an_earlier_one_was(world: World, shared: Running, side: str) -> None:
    async with client(side, world.address, world.acme.ben) as ben:
        async with ben.streaming() as stream:
            told = [str(await tell(shared.app.database, world.acme)) for _ in range(4)]
            seen = await heard(ben, stream, 2)
        async with ben.streaming(after=stream.last_event_id) as stream:
            seen += await heard(ben, stream, 2)
        with pytest.raises(Invalid, match="Last-Event-ID"):
            await ben.next(ben.inner.events.stream(after="nonsense"))
    assert seen == told


def test_it_comes_back_after_1_to_30_seconds_and_not_all_at_once() -> None:
    place = Place(None)
    pauses = [place.pause(Unavailable("away")) for _ in range(40)]
    assert all(1 <= pause <= 30 for pause in pauses)
    assert all(low <= pause <= low * 1.5 for low, pause in zip((1, 2, 4, 8), pauses, strict=False))
    assert set(pauses[-5:]) == {30}
    assert len({Place(None).pause() for _ in range(20)}) > 1
    assert place.pause(Unavailable("away", retry_after=90)) == 90
    with pytest.raises(NotFound):
        place.pause(NotFound("gone"))
