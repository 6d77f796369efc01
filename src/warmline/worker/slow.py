"""Work that waits for somebody outside (a model, a receiver): taken in a transaction, done in none, a few at a time.

Taking a piece moves its due time ahead, by a lease. Whoever does it writes the result down only where the lease is
still theirs; whoever is killed meanwhile leaves a lease that runs out, and the piece is due again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.db.afterwards import Piece, Taken

log = structlog.get_logger()


Take = Callable[[AsyncSession, UUID, datetime, int], Awaitable[Taken]]  # the last: how many there is room for


@dataclass(frozen=True)
class Slow:
    """A slow job: how its work is taken, and how much of it is done at the same time."""

    take: Take
    at_once: int


class Hands:
    """What is being done outside of transactions, by job and organization."""

    def __init__(self, free: Callable[[], None]) -> None:
        """`free` is called whenever a piece is done, for there is room again."""
        self._free = free
        self._busy: dict[asyncio.Task[None], tuple[str, UUID]] = {}

    def room(self, work: str, slow: Slow, organization_id: UUID) -> int:
        """How many more pieces of this job may begin for an organization.

        It leaves as many hands free as it uses: whoever's receivers hang takes half of them, and never the last, on
        which everybody else's work would wait. The first piece of an organization takes whatever hand there is.
        """
        free = slow.at_once - sum(name == work for name, _ in self._busy.values())
        own = self.busy_for(work, organization_id)
        return max(0, (free - own) // 2, min(free, 1 - own))

    def busy_for(self, work: str, organization_id: UUID) -> int:
        """How many pieces are being done for an organization: who has fewest is served next."""
        return list(self._busy.values()).count((work, organization_id))

    def begin(self, work: str, organization_id: UUID, left: Sequence[Piece]) -> None:
        """Do these pieces, from now on."""
        for piece in left:
            task = asyncio.create_task(self._do(work, organization_id, piece))
            self._busy[task] = (work, organization_id)
            task.add_done_callback(self._done)

    async def _do(self, work: str, organization_id: UUID, piece: Piece) -> None:
        try:
            await piece()
        except Exception:  # its lease runs out, and it is due again
            log.exception("worker.slow_job_failed", work=work, organization_id=str(organization_id))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.pop(task, None)
        self._free()

    async def stop(self) -> None:
        """Break off what is being done; each piece may give its lease back."""
        tasks = list(self._busy)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
