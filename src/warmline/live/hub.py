"""One tailer a process follows the log; one feed an organization reads what is new, once; its subscribers get it.

Nothing is told from memory: a wake-up only says "look again". It comes from our own commits, from a NOTIFY of other
processes, and from a look every second in case both were lost: a lost wake-up is a delay, never a hole.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from warmline.clock import Pace
from warmline.errors import Unavailable

LOOK = 1.0  # seconds between looks, when nobody says that there is something
PACE = 0.005  # seconds from one look to the next, when much is said: a look costs the same for one event and for many
PAGE = 1000  # events read at once
BEHIND = 2000  # events a subscriber may be behind before it is sent away, to resume by its cursor
AT_A_STRETCH = 100  # subscribers told before the loop turns: what was written leaves then, and others have their turn

log = structlog.get_logger()


@dataclass(frozen=True)
class Told:
    """One event with its place in the log, and whatever the reader made of it, once for all subscribers."""

    position: int
    event: Any
    names: Mapping[UUID, str] = field(default_factory=dict, compare=False)
    made: dict[Any, Any] = field(default_factory=dict, compare=False)


Tail = Callable[[int], Awaitable[Sequence[tuple[int, UUID]]]]
Read = Callable[[UUID, int, int], Awaitable[Sequence[Told]]]
AtOnce = Callable[[Sequence[Told]], bool]


class Subscriber:
    """Somebody who listens to one organization. What is behind `place` was seen."""

    def __init__(self, organization_id: UUID, place: int) -> None:
        self.organization_id = organization_id
        self.place = place
        self.told = place  # a look may read more than it was woken for, and the next one reads that again
        self.waiting: list[Told] = []
        self.news = asyncio.Event()
        self.closed = False
        self.behind = False
        self.sender: asyncio.Task[Any] | None = None
        self.at_once: AtOnce | None = None  # while its sender waits for news: sends them, or says that it cannot

    def tell(self, events: Sequence[Told]) -> None:
        """Send events at once where nothing is in the way: waking the sender of each takes three times as long.

        Else put them before the subscriber; one that is too far behind is sent away, and loses nothing by it.
        """
        fresh = [told for told in events if told.position > self.told]
        if not fresh or self.closed:  # whose right has ended hears no more
            return
        self.told = fresh[-1].position
        is_next = not self.waiting and fresh[0].position > self.place
        if is_next and self.at_once is not None and self.at_once(fresh):
            self.place = self.told
            return
        self.waiting.extend(fresh)
        if len(self.waiting) > BEHIND and not self.behind:
            self.behind = True
            self.close()
            if self.sender is not None:  # it may be stuck in sending to somebody who does not read
                self.sender.cancel()
        self.news.set()

    def beat(self) -> None:
        """Say a sign of life."""
        self.news.set()

    def close(self) -> None:
        """The stream ends; the client resumes, if it may."""
        self.closed = True
        self.news.set()

    def take(self) -> list[Told]:
        """What came in since the last time, without what was seen before."""
        self.news.clear()
        fresh, self.waiting = [told for told in self.waiting if told.position > self.place], []
        if fresh:
            self.place = fresh[-1].position
        return fresh


class Hub:
    """All subscribers of this process."""

    def __init__(self, tail: Tail, read: Read) -> None:
        self._tail, self._read = tail, read
        self._woken, self._pace = asyncio.Event(), Pace(PACE)
        self.subscribers: dict[UUID, set[Subscriber]] = {}
        self.place: int | None = None
        self.open = True
        self.on_event: list[Callable[[UUID, Sequence[Told]], None]] = []

    def wake(self) -> None:
        """Something was committed, here or elsewhere: look again."""
        self._woken.set()

    async def run(self) -> None:
        """Follow the log until cancelled."""
        while self.open:
            await self._pace.step()
            self._woken.clear()  # before looking: a wake-up during the look counts for the next one
            try:
                if await self._look():
                    continue
            except Unavailable:
                log.warning("live.waiting_for_database")
            except Exception:
                log.exception("live.failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK)

    async def _look(self) -> bool:
        if self.place is None:
            return False
        rows = await self._tail(self.place)
        for organization_id in {organization_id for _, organization_id in rows}:
            if organization_id in self.subscribers:
                await self._feed(organization_id, self.place)
        if rows:
            self.place = rows[-1][0]
        return bool(rows)

    async def _feed(self, organization_id: UUID, place: int) -> None:
        """Read what is new for one organization, once, and put it before all its subscribers."""
        while events := await self._read(organization_id, place, PAGE):
            for look in self.on_event:
                look(organization_id, events)
            for number, subscriber in enumerate(tuple(self.subscribers.get(organization_id, ())), 1):
                subscriber.tell(events)
                if number % AT_A_STRETCH == 0:
                    await asyncio.sleep(0)
            place = events[-1].position
            if len(events) < PAGE:
                break

    @asynccontextmanager
    async def subscribe(self, organization_id: UUID, place: int) -> AsyncIterator[Subscriber]:
        """Listen from a place in the log. The listening begins before the catching up: nothing falls in between."""
        subscriber = Subscriber(organization_id, place)
        self.subscribers.setdefault(organization_id, set()).add(subscriber)
        if not self.open:
            subscriber.close()
        try:
            yield subscriber
        finally:
            mine = self.subscribers[organization_id]
            mine.discard(subscriber)
            if not mine:
                del self.subscribers[organization_id]

    async def missed(self, subscriber: Subscriber) -> AsyncIterator[list[Told]]:
        """What happened between the subscriber's place and now, a page at a time."""
        while events := await self._read(subscriber.organization_id, subscriber.place, PAGE):
            subscriber.place = events[-1].position
            yield list(events)
            if len(events) < PAGE:
                break

    def close(self) -> None:
        """End all streams; clients resume elsewhere, or when we are back."""
        self.open = False
        self.wake()
        for subscribers in self.subscribers.values():
            for subscriber in subscribers:
                subscriber.close()
