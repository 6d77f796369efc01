"""Who cannot keep up is sent away, and resumes by the last id without a gap; the others do not notice."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest

from tests.conftest import Running
from tests.live.listening import listening
from tests.world import World, until
from warmline.caller import job
from warmline.db.transaction import tenant
from warmline.live import subscriber as live
from warmline.live.hub import Hub
from warmline.live.subscriber import Subscriber, Told
from warmline.timeline.record import Entry, record

ORGANIZATION = uuid4()


def told(*positions: int) -> list[Told]:
    return [Told(position, None) for position in positions]


def test_a_subscriber_takes_each_event_once_in_order() -> None:
    one = Subscriber(ORGANIZATION, 3)
    one.tell(told(2, 3, 4))
    one.tell(told(4, 5))
    assert [event.position for event in one.take()] == [4, 5]
    assert one.take() == []
    one.tell(told(5, 6))
    assert [event.position for event in one.take()] == [6]


def test_one_that_is_too_far_behind_is_sent_away_with_its_place_kept() -> None:
    one = Subscriber(ORGANIZATION, 0)
    one.tell(told(*range(1, live.BEHIND + 1)))
    assert (one.closed, one.behind) == (False, False)
    one.tell(told(live.BEHIND + 1))
    assert (one.closed, one.behind, one.place) == (True, True, 0)


async def test_one_that_never_takes_is_sent_away_and_the_others_hear_all() -> None:
    log: list[int] = []

    async def tail(after: int) -> Sequence[tuple[int, UUID]]:
        return [(position, ORGANIZATION) for position in log if position > after]

    async def read(_: UUID, place: int, most: int) -> Sequence[Told]:
        return told(*[position for position in log if position > place][:most])

    hub = Hub(tail, read)
    hub.place = 0
    running = asyncio.create_task(hub.run())
    heard: list[int] = []
    async with hub.subscribe(ORGANIZATION, 0) as lazy, hub.subscribe(ORGANIZATION, 0) as keen:
        while len(log) < live.BEHIND + 500:
            log.extend(range(len(log) + 1, len(log) + 101))
            hub.wake()
            await asyncio.wait_for(keen.news.wait(), 2)
            heard += [event.position for event in keen.take()]
        assert lazy.behind
        assert not keen.closed
    running.cancel()
    assert heard == log
    async with hub.subscribe(ORGANIZATION, lazy.place) as again:
        missed = [event.position async for page in hub.missed(again) for event in page]
    assert missed == log


@asynccontextmanager
async def deaf(server: Running, token: str, after: str | None = None) -> AsyncIterator[socket.socket]:
    """A connection that opens the stream and then reads nothing, with little room in between."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(line, ("127.0.0.1", server.port))
        resume = f"Last-Event-ID: {after}\r\n" if after else ""
        head = f"GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{resume}\r\n"
        await loop.sock_sendall(line, head.encode())
        yield line
    finally:
        line.close()


async def _read_to_the_end(line: socket.socket) -> str:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    whole = b""
    while piece := await asyncio.wait_for(asyncio.get_running_loop().sock_recv(line, 65536), 10):
        whole += piece
        if whole.endswith(b"0\r\n\r\n"):
            break
    return whole.decode()


async def test_over_a_socket_who_does_not_read_is_sent_away_and_resumes_without_a_gap(
    world: World, shared: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEHIND", 300)
    acme = world.acme
    async with deaf(shared, acme.ben.token) as line, listening(acme.cleo) as keen:
        await until(_both(shared, world, 2))
        while len(shared.app.hub.subscribers[acme.id]) == 2:
            await _tell_many(world, 200)
            sent = len(keen.events) + 200
            await keen.counts(sent)
            assert sent < 20_000, "it was never sent away"
        got = _ids(await _read_to_the_end(line))
        assert 0 < len(got) < sent
        async with listening(acme.ben, got[-1][0]) as again:
            await again.counts(sent - len(got))
    assert [event for _, event in got] + again.ids == keen.ids


async def test_one_that_hangs_up_while_it_does_not_read_is_forgotten(world: World, shared: Running) -> None:
    acme = world.acme
    async with listening(acme.cleo) as keen:
        async with deaf(shared, acme.ben.token):
            await until(_both(shared, world, 2))
            await _tell_many(world, 1500)
            await keen.counts(1500)
        await until(_both(shared, world, 1))


def _both(server: Running, world: World, many: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return len(server.app.hub.subscribers.get(world.acme.id, ())) == many

    return look


async def _tell_many(world: World, many: int) -> None:
    """Large ones, to fill what lies between server and client."""
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        entries = [Entry("case.opened", ("case", world.acme.id), data={"pad": "x" * 4000}) for _ in range(many)]
        await record(unit.session, job("clock", world.acme.id), unit.now, *entries)


def _ids(text: str) -> list[tuple[str, str]]:
    """The cursor and the event's id of every whole frame in a chunked answer."""
    plain = re.sub(r"\r\n[0-9a-f]+\r\n", "", text.partition("\r\n\r\n")[2])
    found = re.findall(r"id: (\S+)\nevent: case.opened\ndata: (\{.*\})\n\n", plain)
    return [(cursor, json.loads(data)["id"]) for cursor, data in found]
