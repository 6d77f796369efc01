"""Coming up: the server listens at once, says how far the database is, and serves as soon as it is there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import structlog

from warmline.app import App, bring_up_to_date
from warmline.db import roles
from warmline.db.connections import Urls, external
from warmline.db.embedded import CannotStart, EmbeddedPostgres, Phase, default_home
from warmline.settings import Settings

DATABASE = "warmline"
log = structlog.get_logger()


class Boot:
    """Makes an App of settings, and says how far it is: starting, recovering, migrating, ready, stopping, failed."""

    def __init__(self, settings: Settings, *, jobs: bool = True) -> None:
        self.settings, self.jobs = settings, jobs
        self.app: App | None = None
        self.problem: BaseException | None = None
        self._phase = "starting"
        self._embedded: EmbeddedPostgres | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def phase(self) -> str:
        """What /readyz says."""
        if self._phase == "starting" and self._embedded is not None and self._embedded.phase is Phase.RECOVERING:
            return "recovering"
        return self._phase

    async def up(self) -> App:
        """Bring the database up, migrate it, start the app. Raises CannotStart, UnsafeRole, ValueError."""
        urls = external(self.settings) or await self._embed()
        self._phase = "migrating"
        await bring_up_to_date(urls)
        self.app = App(self.settings, urls, jobs=self.jobs)
        await self.app.start()
        self._phase = "ready"
        return self.app

    async def _embed(self) -> Urls:
        self._embedded = EmbeddedPostgres(home_of(self.settings))
        if not await asyncio.to_thread(self._embedded.ensure):
            raise CannotStart("stopped before the database was there")
        await prepare(self._embedded)
        self._watch = asyncio.create_task(self._embedded.watch())
        return urls_of(self._embedded)

    async def down(self) -> None:
        """Stop the app and leave the embedded server; the last process out stops it."""
        self._phase = "stopping"
        if self.app:
            await self.app.stop()
        if self._embedded:
            await asyncio.to_thread(self._embedded.stop)
        if self._watch:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch

    async def run(self, then: Callable[[App], Coroutine[Any, Any, None]], failed: Callable[[], None]) -> None:
        """Come up and go on; where that fails, say why, and let the server end."""
        try:
            await then(await self.up())
        except Exception as problem:
            if self._phase == "stopping":  # told to stop while coming up: nothing is wrong
                return
            self.problem, self._phase = problem, "failed"
            log.error("boot.failed", reason=str(problem))
            failed()


def home_of(settings: Settings) -> Path:
    """Where the embedded server lives."""
    return default_home(settings.data_dir) / "postgres"


def urls_of(server: EmbeddedPostgres, database: str = DATABASE) -> Urls:
    """The embedded server's URLs, by role; it knows us by our OS user."""
    return Urls(*(server.url(role, database) for role in (roles.APP, roles.WORKER, roles.MIGRATOR)))


async def prepare(server: EmbeddedPostgres, database: str = DATABASE) -> None:
    """Make the database and its roles in the embedded server; safe to run again."""
    admin = await asyncpg.connect(server.url())
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await admin.execute(f'CREATE DATABASE "{database}"')
    except asyncpg.DuplicateDatabaseError:
        pass  # another process was a moment earlier
    finally:
        await admin.close()
    inside = await asyncpg.connect(server.url(database=database))
    try:
        await inside.execute("SELECT pg_advisory_lock(7205759403792796)")  # one process at a time
        await roles.prepare(inside, database)
    finally:
        await inside.close()


@asynccontextmanager
async def booted(settings: Settings, *, jobs: bool = False) -> AsyncIterator[App]:
    """An App for one command of the CLI; works while a server runs."""
    boot = Boot(settings, jobs=jobs)
    try:
        yield await boot.up()
    finally:
        await boot.down()
