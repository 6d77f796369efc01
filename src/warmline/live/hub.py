"""One tailer a process follows the log; one feed an organization reads what is new, once; its subscribers get it.

Nothing is told from memory: a wake-up only says "look again". It comes from our own commits, from a NOTIFY of other
processes, and from a look every second in case both were lost: a lost wake-up is a delay, never a hole.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from uuid import UUID

import structlog

from warmline.clock import Pace
from warmline.errors import Unavailable
from warmline.live.group import Group
from warmline.live.subscriber import Prepare, Subscriber, Told, tell_all

LOOK = 1.0  # seconds between looks, when nobody says that there is something
PACE = 0.005  # seconds from one look to the next, when much is said: a look costs the same for one event and for many
PAGE = 1000  # events read at once

log = structlog.get_logger()


Tail = Callable[[int], Awaitable[Sequence[tuple[int, UUID]]]]
Read = Callable[[UUID, int, int], Awaitable[Sequence[Told]]]


class Hub:
    """All subscribers of this process."""

    def __init__(self, tail: Tail, read: Read) -> None:
        self._tail, self._read = tail, read
        self._woken, self._pace = asyncio.Event(), Pace(PACE)
        self.subscribers: dict[UUID, set[Subscriber]] = {}
        self._groups: dict[tuple[UUID, Prepare], Group] = {}
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
        """Read what is new for one organization, once, and put it before all its subscribers, the groups last."""
        while events := await self._read(organization_id, place, PAGE):
            for look in self.on_event:
                look(organization_id, events)
            listening = tuple(self.subscribers.get(organization_id, ()))  # who comes later than this catches up
            await tell_all([one for one in listening if one.group is None], events)
            for group in {one.group for one in listening if one.group is not None}:
                group.tell(events)
            place = events[-1].position
            if len(events) < PAGE:
                break

    @asynccontextmanager
    async def subscribe(
        self, organization_id: UUID, place: int, prepare: Prepare | None = None
    ) -> AsyncIterator[Subscriber]:
        """Listen from a place in the log. The listening begins before the catching up: nothing falls in between.

        With `prepare`, events are put before it first, once for all who listen with an equal one.
        """
        subscriber = Subscriber(organization_id, place)
        self.subscribers.setdefault(organization_id, set()).add(subscriber)
        if not self.open:
            subscriber.close()
        try:
            with self._grouped(subscriber, prepare):
                yield subscriber
        finally:
            mine = self.subscribers[organization_id]
            mine.discard(subscriber)
            if not mine:
                del self.subscribers[organization_id]

    @contextmanager
    def _grouped(self, subscriber: Subscriber, prepare: Prepare | None) -> Iterator[None]:
        if prepare is None:
            yield
            return
        key = subscriber.organization_id, prepare
        if key not in self._groups:
            self._groups[key] = Group(prepare)
        group = subscriber.group = self._groups[key]
        group.members.add(subscriber)
        try:
            yield
        finally:
            group.members.discard(subscriber)
            if not group.members:
                self._groups.pop(key).end()

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
