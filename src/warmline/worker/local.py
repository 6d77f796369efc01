"""The jobs in this process: look for due work, do it, sleep until the earliest due time, or until something changed."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy import text

from warmline.db.transaction import Database, tenants
from warmline.errors import Unavailable
from warmline.worker.schedule import JOBS

LONGEST_SLEEP = timedelta(seconds=10)  # another process may have added earlier work, and its wake-up may be lost
SHORTEST_SLEEP = 0.01
DUE = text("SELECT work, organization_id FROM warmline.due_organizations(:now)")
EARLIEST = text("SELECT warmline.earliest_due()")
log = structlog.get_logger()


class LocalWorker:
    """Runs the jobs under the worker's role. Holds nothing: what it was doing when killed is still due."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something changed: there may be work that is due earlier."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._woken.clear()
            pause = 1.0
            try:
                await self.work()
                pause = await self._until_next()
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
        async with self.database.transaction(tenants([])) as unit:
            due = (await unit.session.execute(DUE, {"now": unit.now})).all()
        done = 0
        for work, organization_id in due:
            async with self.database.transaction(tenants([organization_id])) as unit:
                done += await JOBS[work](unit.session, organization_id, unit.now)
        return done

    async def _until_next(self) -> float:
        async with self.database.transaction(tenants([])) as unit:
            earliest = await unit.session.scalar(EARLIEST)
        wait = min(earliest - unit.now, LONGEST_SLEEP) if earliest else LONGEST_SLEEP
        return max(wait.total_seconds(), SHORTEST_SLEEP)
