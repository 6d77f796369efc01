"""The composition root: settings become a database, a hub, jobs. Reads from top to bottom."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import text

from warmline.channels.personal import MAILS
from warmline.channels.ways import means
from warmline.clock import Clock
from warmline.db import migrate
from warmline.db.connections import Urls
from warmline.db.listen import listen
from warmline.db.roles import check_role
from warmline.db.transaction import Database, tenant
from warmline.live.hub import Hub
from warmline.live.subscriber import Told
from warmline.llm.client import Client
from warmline.settings import Settings
from warmline.squads.names import names_of
from warmline.timeline import queries as timeline
from warmline.worker.local import LocalWorker
from warmline.worker.schedule import slow_jobs

TAIL = text("SELECT event_position, organization_id FROM warmline.tail_events(:after, :most)")
log = structlog.get_logger()


class App:
    """Everything a process holds: its database, its hub, and its jobs where it runs them."""

    def __init__(self, settings: Settings, urls: Urls, *, jobs: bool = True, clock: Clock | None = None) -> None:
        self.settings = settings
        self.urls = urls
        self.clock = clock or Clock()
        self.database = Database(urls.sqlalchemy(urls.app), self.clock, settings.pool_size)
        self.database.known[MAILS] = settings.smtp_url is not None
        self.hub = Hub(self._tail, self._read)
        self.database.on_commit.append(self.hub.wake)
        self.model = Client.of(settings)
        self.worker = self._worker() if jobs else None
        self._tasks: list[asyncio.Task[None]] = []

    def _worker(self) -> LocalWorker:
        database = Database(self.urls.sqlalchemy(self.urls.worker), self.clock, 2)
        worker = LocalWorker(database, slow_jobs(database, self.model, means(self.settings)))
        self.database.on_commit.append(worker.wake)
        database.on_commit.append(self.hub.wake)
        return worker

    async def start(self) -> None:
        """Check the roles, then follow the log and run the jobs. Raises UnsafeRole, and refuses to go on."""
        for url in {self.urls.app, self.urls.worker if self.worker else self.urls.app}:
            await _check(url)
        async with self.database.transaction(tenant(None)) as unit:
            self.hub.place = await timeline.last_position(unit.session)
        self._begin(self.hub.run(), "hub")
        self._begin(listen(self.urls.app, "warmline_events", self._look_again), "listen")
        if self.worker:
            self._begin(self.worker.run(), "worker")

    def _look_again(self) -> None:
        """Another process has committed something: there may be news for streams, and work for the jobs."""
        self.hub.wake()
        if self.worker:
            self.worker.wake()

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def stop(self) -> None:
        """End the streams and the jobs, and give the connections back."""
        self.hub.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.database.close()
        if self.worker:
            await self.worker.database.close()
        if self.model:
            await self.model.close()

    async def _tail(self, after: int) -> Sequence[tuple[int, UUID]]:
        rows = await self.database.look(TAIL, {"after": after, "most": 1000})
        return [(row.event_position, row.organization_id) for row in rows]

    async def _read(self, organization_id: UUID, place: int, most: int) -> Sequence[Told]:
        async with self.database.transaction(tenant(organization_id)) as unit:
            rows = await timeline.after(unit.session, organization_id, place, most)
            names = await names_of(unit.session, organization_id, [row.actor_id for row in rows])
            return [Told(row.position, row, names) for row in rows]

    async def lateness(self) -> timedelta | None:
        """How long the oldest thing that is due for the clock has been waiting for it; None where nothing is due."""
        async with self.database.transaction(tenant(None)) as unit:
            earliest = await unit.session.scalar(text("SELECT warmline.earliest_due()"))
            return unit.now - earliest if earliest else None

    async def dead_letters(self) -> int:
        """How many deliveries were given up, over all organizations."""
        async with self.database.transaction(tenant(None)) as unit:
            return int(await unit.session.scalar(text("SELECT warmline.dead_letters()")) or 0)

    async def migration(self) -> str | None:
        """The revision the database is at."""
        async with self.database.transaction(tenant(None)) as unit:
            revision = await unit.session.scalar(text("SELECT version_num FROM warmline.alembic_version"))
            return str(revision) if revision else None


async def _check(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await check_role(connection)
    finally:
        await connection.close()


async def bring_up_to_date(urls: Urls) -> None:
    """Run the migrations that are missing."""
    if urls.migrator is None:
        log.warning("migrations.skipped", reason="WARMLINE_MIGRATE_DATABASE_URL is not set")
        return
    await migrate.migrate(urls.sqlalchemy(urls.migrator))
