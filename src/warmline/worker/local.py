"""The jobs in this process: look for due work, do it, sleep until the earliest due time, or until something changed."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from warmline.clock import Pace
from warmline.db.transaction import Database, tenants
from warmline.errors import Unavailable
from warmline.worker.schedule import JOBS, slow_jobs
from warmline.worker.slow import Hands, Slow

LONGEST_SLEEP = timedelta(seconds=10)  # another process may have added earlier work, and its wake-up may be lost
SHORTEST_SLEEP = 0.01
PACE = 0.02  # seconds from one look to the next, when there are many commits
AFTER_TROUBLE = 1.0  # seconds
WHEN_FULL = 0.5  # seconds; what is due waits for a hand, and whoever is done wakes us
DUE = text("SELECT work, organization_id FROM warmline.due_organizations(now() + :ahead)")
EARLIEST = text("SELECT warmline.earliest_wake() - (now() + :ahead) AS wait")
log = structlog.get_logger()


class LocalWorker:
    """Runs the jobs under the worker's role. Holds nothing: what it was doing when killed is still due."""

    def __init__(self, database: Database, slow: Mapping[str, Slow] | None = None) -> None:
        """With its slow jobs; those of an app without a model, where none are given."""
        self.database = database
        self.slow = slow_jobs(database) if slow is None else slow
        self._woken, self._pace = asyncio.Event(), Pace(PACE)
        self._hands = Hands(self.wake)
        self._trouble = self._full = False

    def wake(self) -> None:
        """Something changed: there may be work that is due earlier."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            await self._run()
        finally:
            await self._hands.stop()

    async def _run(self) -> None:
        while True:
            await self._pace.step()
            self._woken.clear()
            pause, self._trouble = AFTER_TROUBLE, False
            try:
                await self.work()
                pause = max(await self._until_next(), self._shortest())
            except Unavailable:
                log.warning("worker.waiting_for_database")
            except Exception:
                log.exception("worker.failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    def _shortest(self) -> float:
        return AFTER_TROUBLE if self._trouble else WHEN_FULL if self._full else SHORTEST_SLEEP

    async def work(self) -> int:
        """Do all that is due now, and begin what is slow; returns how many things were done or begun."""
        total = 0
        while done := await self._round():
            total += done
        return total

    async def _round(self) -> int:
        self._full = False
        due = await self.database.look(DUE, {"ahead": self.database.clock.offset})
        fair = sorted(due, key=lambda row: self._hands.busy_for(row.work, row.organization_id))
        return sum([await self._do(row.work, row.organization_id) for row in fair])

    async def _do(self, work: str, organization_id: UUID) -> int:
        """One chunk. Where it fails, it is still due: what is due for others does not wait for it."""
        try:
            if slow := self.slow.get(work):
                return await self._take(work, slow, organization_id)
            async with self.database.transaction(tenants([organization_id])) as unit:
                return await JOBS[work](unit.session, organization_id, unit.now)
        except Unavailable:
            raise
        except Exception:
            self._trouble = True
            log.exception("worker.job_failed", work=work, organization_id=str(organization_id))
            return 0

    async def _take(self, work: str, slow: Slow, organization_id: UUID) -> int:
        """One chunk of what is slow; its leases are committed before it begins. Without room, some is done at once."""
        room = self._hands.room(work, slow, organization_id)
        self._full = self._full or room == 0
        async with self.database.transaction(tenants([organization_id])) as unit:
            taken = await slow.take(unit.session, organization_id, unit.now, room)
        self._hands.begin(work, organization_id, taken.left)
        self._full |= taken.full
        return taken.done + len(taken.left)

    async def _until_next(self) -> float:
        ((wait,),) = await self.database.look(EARLIEST, {"ahead": self.database.clock.offset})
        return float(LONGEST_SLEEP.total_seconds() if wait is None else min(wait, LONGEST_SLEEP).total_seconds())
