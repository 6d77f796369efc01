"""Who needs the same to be read is told once it is: in order, each event once, and nobody else waits for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from uuid import UUID, uuid4

import pytest

from tests.world import until
from warmline.live import group as live
from warmline.live.hub import Hub
from warmline.live.subscriber import Prepare, Subscriber, Told

ACME, ZENITH = uuid4(), uuid4()


class Log:
    """A log that is written by hand, and a hub that follows it."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, UUID]] = []
        self.hub = Hub(self._tail, self._read)
        self.hub.place = 0

    def write(self, organization_id: UUID, many: int = 1) -> None:
        """The next events."""
        self.rows += [(len(self.rows) + number, organization_id) for number in range(1, many + 1)]
        self.hub.wake()

    async def _tail(self, after: int) -> Sequence[tuple[int, UUID]]:
        """One at a time: what `_read` finds beyond it is read again by the next look."""
        return [row for row in self.rows if row[0] > after][:1]

    async def _read(self, organization_id: UUID, place: int, most: int) -> Sequence[Told]:
        return [Told(at, None) for at, whose in self.rows if whose == organization_id and at > place][:most]


@asynccontextmanager
async def followed() -> AsyncIterator[Log]:
    log = Log()
    running = asyncio.create_task(log.hub.run())
    yield log
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


class Listener:
    """Somebody who can be told at once what is ready, and else reads by a task of their own, as streams do."""

    def __init__(self, subscriber: Subscriber, prepare: Prepare | None) -> None:
        self.subscriber, self.prepare = subscriber, prepare
        self.heard, self.at_once = list[int](), list[int]()
        subscriber.at_once = self._at_once

    def _at_once(self, events: Sequence[Told]) -> bool:
        if not all(self.prepare in told.made for told in events):
            return False
        self.at_once += [told.position for told in events]
        self.heard += [told.position for told in events]
        return True

    async def run(self) -> None:
        """Take what was not told at once, until cancelled."""
        while True:
            await self.subscriber.news.wait()
            self.subscriber.at_once = None
            self.heard += [told.position for told in self.subscriber.take()]
            await asyncio.sleep(0)
            self.subscriber.at_once = self._at_once


@asynccontextmanager
async def listener(hub: Hub, organization_id: UUID, prepare: Prepare | None = None) -> AsyncIterator[Listener]:
    async with hub.subscribe(organization_id, 0, prepare) as subscriber:
        one = Listener(subscriber, prepare)
        taking = asyncio.create_task(one.run())
        yield one
        taking.cancel()


def has(one: Listener, *positions: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return one.heard == [*positions]

    return look


class Kitchen:
    """Makes batches ready, as long as it is open; fails where it is told to."""

    def __init__(self) -> None:
        self.open, self.failing = asyncio.Event(), set[int]()
        self.batches: list[list[int]] = []

    async def prepare(self, events: Sequence[Told]) -> None:
        """One batch."""
        self.batches.append([told.position for told in events])
        await self.open.wait()
        if self.failing & set(self.batches[-1]):
            raise RuntimeError("burnt")
        for told in events:
            told.made[self.prepare] = True


async def test_what_is_made_ready_is_made_once_and_told_at_once_and_in_order() -> None:
    kitchen = Kitchen()
    async with followed() as log, AsyncExitStack() as stack:
        members = [await stack.enter_async_context(listener(log.hub, ACME, kitchen.prepare)) for _ in range(250)]
        other = await stack.enter_async_context(listener(log.hub, ACME))
        for position in (1, 2, 3):
            log.write(ACME)
            await until(has(other, *range(1, position + 1)))
        assert [one.heard for one in members] == [[]] * 250
        kitchen.open.set()
        for one in members:
            await until(has(one, 1, 2, 3))
        assert [one.at_once for one in members] == [[1, 2, 3]] * 250
    assert kitchen.batches == [[1], [2, 3]]


async def test_what_cannot_be_made_ready_is_told_by_waking_each_without_gap_or_repetition() -> None:
    kitchen = Kitchen()
    kitchen.failing = {2, 3}
    kitchen.open.set()
    async with followed() as log, listener(log.hub, ACME, kitchen.prepare) as one:
        for position in (1, 2, 3, 4):
            log.write(ACME)
            await until(has(one, *range(1, position + 1)))
        assert one.at_once == [1, 4]


async def test_a_preparation_that_hangs_holds_up_its_own_group_alone_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0.2)
    stuck, quick = Kitchen(), Kitchen()
    quick.open.set()
    async with (
        followed() as log,
        listener(log.hub, ACME, stuck.prepare) as waiting,
        listener(log.hub, ACME, quick.prepare) as neighbour,
        listener(log.hub, ZENITH, quick.prepare) as elsewhere,
    ):
        log.write(ACME, 2)
        log.write(ZENITH)
        await until(has(neighbour, 1, 2))
        await until(has(elsewhere, 3))
        assert waiting.heard == []
        await until(has(waiting, 1, 2))
        assert waiting.at_once == []


async def test_what_is_read_twice_is_told_once() -> None:
    kitchen = Kitchen()
    async with followed() as log, listener(log.hub, ACME, kitchen.prepare) as one, listener(log.hub, ACME) as other:
        log.write(ACME, 5)
        await until(has(other, 1, 2, 3, 4, 5))
        log.write(ACME)
        await until(has(other, 1, 2, 3, 4, 5, 6))
        kitchen.open.set()
        await until(has(one, 1, 2, 3, 4, 5, 6))
    assert kitchen.batches == [[1, 2, 3, 4, 5], [6]]


async def test_one_who_comes_late_and_one_who_goes_early_change_nothing_for_the_others() -> None:
    kitchen = Kitchen()
    async with followed() as log, listener(log.hub, ACME, kitchen.prepare) as first:
        async with listener(log.hub, ACME, kitchen.prepare):
            log.write(ACME)
            await until(lambda: _begun(kitchen))
        async with listener(log.hub, ACME, kitchen.prepare) as late:
            assert [told.position async for page in log.hub.missed(late.subscriber) for told in page] == [1]
            log.write(ACME)
            kitchen.open.set()
            await until(has(first, 1, 2))
            await until(has(late, 2))


async def test_a_group_that_everybody_has_left_begins_anew() -> None:
    kitchen = Kitchen()
    async with followed() as log:
        async with listener(log.hub, ACME, kitchen.prepare):
            log.write(ACME)
            await until(lambda: _begun(kitchen))
        kitchen.open.set()
        async with listener(log.hub, ACME, kitchen.prepare) as again:
            assert [told.position async for page in log.hub.missed(again.subscriber) for told in page] == [1]
            log.write(ACME)
            await until(has(again, 2))
            assert again.at_once == [2]


async def _begun(kitchen: Kitchen) -> bool:
    return bool(kitchen.batches)
