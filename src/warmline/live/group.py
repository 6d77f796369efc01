"""Subscribers who are told together, because the same has to be read for all of them."""

import asyncio
from collections.abc import Sequence
from contextvars import Context

import structlog

from warmline.live.subscriber import Prepare, Subscriber, Told, tell_all

PATIENCE = 2.0  # seconds a group waits for what is made ready for it, before each of its members reads for itself
log = structlog.get_logger()


class Group:
    """Subscribers who need the same to be read, before they can be told at once: it is read once, by a task of theirs.

    The task takes batch after batch, so they hear in order; nobody outside the group waits for it.
    """

    def __init__(self, prepare: Prepare) -> None:
        self.members: set[Subscriber] = set()
        self._prepare = prepare
        self._told = 0
        self._waiting: list[Told] = []
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._run(), context=Context())  # it outlives the request that began it

    def tell(self, events: Sequence[Told]) -> None:
        """Put events before the group, each once; those that come while others are made ready are one batch."""
        if fresh := [told for told in events if told.position > self._told]:
            self._told = fresh[-1].position
            self._waiting.extend(fresh)
            self._news.set()

    def end(self) -> None:
        """Nobody is in it any more."""
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            events, self._waiting = self._waiting, []
            await self._make_ready(events)
            await tell_all(self.members, events)

    async def _make_ready(self, events: Sequence[Told]) -> None:
        """Where it fails, nothing is ready: then nobody is told at once, each is woken, and reads for itself."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._prepare(events)
        except Exception as problem:
            log.warning("live.not_prepared", reason=repr(problem))
