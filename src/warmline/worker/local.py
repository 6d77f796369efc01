"""The jobs in this process: look for due work, do it, sleep until the earliest due time, or until something changed."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from warmline.clock import Pace
from warmline.db.transaction import Database, tenants
from warmline.errors import Unavailable
from warmline.worker.schedule import JOBS

LONGEST_SLEEP = timedelta(seconds=10)  # another process may have added earlier work, and its wake-up may be lost
SHORTEST_SLEEP = 0.01
PACE = 0.02  # seconds from one look to the next, when there are many commits
AFTER_TROUBLE = 1.0  # seconds
DUE = text("SELECT work, organization_id FROM warmline.due_organizations(now() + :ahead)")
EARLIEST = text("SELECT warmline.earliest_due() - (now() + :ahead) AS wait")
log = structlog.get_logger()


class LocalWorker:
    """Runs the jobs under the worker's role. Holds nothing: what it was doing when killed is still due."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._woken, self._pace = asyncio.Event(), Pace(PACE)
        self._trouble = False

    def wake(self) -> None:
        """Something changed: there may be work that is due earlier."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._pace.step()
            self._woken.clear()
            pause, self._trouble = AFTER_TROUBLE, False
            try:
                await self.work()
                pause = max(await self._until_next(), AFTER_TROUBLE if self._trouble else SHORTEST_SLEEP)
            except Unavailable:
                log.warning("worker.waiting_for_database")
            except Exception:
                log.exception("worker.failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    async def work(self) -> int:
        """Do all that is due now; returns how many things were done."""
        total = 0
        while done := await self._round():
            total += done
        return total

    async def _round(self) -> int:
        due = await self.database.look(DUE, {"ahead": self.database.clock.offset})
        return sum([await self._do(row.work, row.organization_id) for row in due])

    async def _do(self, work: str, organization_id: UUID) -> int:
        """One chunk. Where it fails, it is still due: what is due for others does not wait for it."""
        try:
            async with self.database.transaction(tenants([organization_id])) as unit:
                return await JOBS[work](unit.session, organization_id, unit.now)
        except Unavailable:
            raise
        except Exception:
            self._trouble = True
            log.exception("worker.job_failed", work=work, organization_id=str(organization_id))
            return 0

    async def _until_next(self) -> float:
        ((wait,),) = await self.database.look(EARLIEST, {"ahead": self.database.clock.offset})
        return float(LONGEST_SLEEP.total_seconds() if wait is None else min(wait, LONGEST_SLEEP).total_seconds())
