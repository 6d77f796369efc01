"""Somebody who listens to an organization's events, and what they are told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from warmline.live.group import Group

BEHIND = 2000  # events a subscriber may be behind before it is sent away, to resume by its cursor
AT_A_STRETCH = 100  # subscribers told before the loop turns: what was written leaves then, and others have their turn


@dataclass(frozen=True)
class Told:
    """One event with its place in the log, and whatever the reader made of it, once for all subscribers."""

    position: int
    event: Any
    names: Mapping[UUID, str] = field(default_factory=dict, compare=False)
    made: dict[Any, Any] = field(default_factory=dict, compare=False)


AtOnce = Callable[[Sequence[Told]], bool]
Prepare = Callable[[Sequence[Told]], Awaitable[None]]


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
        self.group: Group | None = None

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


async def tell_all(subscribers: Iterable[Subscriber], events: Sequence[Told]) -> None:
    """Put events before all of them."""
    for number, subscriber in enumerate(tuple(subscribers), 1):
        subscriber.tell(events)
        if number % AT_A_STRETCH == 0:
            await asyncio.sleep(0)
