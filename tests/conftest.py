"""Fixtures: a real PostgreSQL, a real server on a real port, and a world of people in it.

Tests share a database and are kept apart as customers are: each gets organizations of its own. What must have a
database to itself (kills, migrations, empty starts) makes a clone of the template.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
import structlog

from tests.external import ExternalPostgres, external
from tests.world import World, create_world
from warmline.app import App
from warmline.boot import Boot, prepare, urls_of
from warmline.db.connections import Urls
from warmline.db.embedded import EmbeddedPostgres, scratch
from warmline.db.migrate import migrate
from warmline.settings import Settings
from warmline.web.server import Server, configured, create_app

SHARED = "warmline_shared"
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres | ExternalPostgres]:
    """One server a worker of the test run, thrown away at its end; `WARMLINE_TEST_POSTGRES` names other binaries."""
    binaries = os.environ.get("WARMLINE_TEST_POSTGRES")
    with external(Path(binaries)) if binaries else scratch() as server:
        yield server


@pytest_asyncio.fixture(scope="session")
async def template(postgres: EmbeddedPostgres) -> str:
    """A migrated, empty database to clone."""
    await prepare(postgres, "warmline_template")
    await migrate(Urls.sqlalchemy(urls_of(postgres, "warmline_template").migrator or ""))
    return "warmline_template"


@asynccontextmanager
async def cloned(postgres: EmbeddedPostgres, template: str, name: str) -> AsyncIterator[Urls]:
    """A database of one's own."""
    admin = await asyncpg.connect(postgres.url())
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        await admin.execute(f'GRANT CONNECT ON DATABASE "{name}" TO warmline_app, warmline_worker, warmline_migrator')
        yield urls_of(postgres, name)
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


@pytest_asyncio.fixture
async def own_database(
    postgres: EmbeddedPostgres, template: str, request: pytest.FixtureRequest
) -> AsyncIterator[Urls]:
    """For a test that must not share."""
    async with cloned(postgres, template, f"own_{abs(hash(request.node.nodeid)):x}") as urls:
        yield urls


def settings_for(urls: Urls, **more: Any) -> Settings:
    """Settings of a server on this database; brakes that only some tests want are off."""
    given = {"database_url": urls.app, "worker_database_url": urls.worker, "token_requests": 10**9, "bad_tokens": 10**9}
    return Settings.model_validate(given | more)


class Running:
    """A server on a real port, in the tests' own loop."""

    def __init__(self, app: App, web: Any, server: Server, port: int) -> None:
        self.app, self.web, self.server, self.port = app, web, server, port
        self.address = f"http://127.0.0.1:{port}"


class QuietServer(Server):
    """Leaves the signals of the test run alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        with nullcontext():
            yield


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    """Run a server until the block ends."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:  # else asyncio leaves Nagle on: 40 ms an answer
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        settings = settings.model_copy(update={"port": port})
        boot, up = Boot(settings), asyncio.Event()

        async def then(_: Any) -> None:
            up.set()

        web = create_app(settings, boot, then=then, failed=up.set)
        server = QuietServer(configured(web, settings))
        server.boot = boot
        serving = asyncio.create_task(server.serve([listening]))
        try:
            await asyncio.wait_for(up.wait(), 30)
            if boot.problem:
                raise boot.problem
            assert boot.app is not None
            yield Running(boot.app, web, server, port)
        finally:
            server.handle_exit(15, None)
            await serving


@pytest_asyncio.fixture(scope="session")
async def shared(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[Running]:
    """The server that most tests share."""
    async with cloned(postgres, template, SHARED) as urls, running(settings_for(urls)) as server:
        yield server


@pytest_asyncio.fixture
async def world(shared: Running) -> AsyncIterator[World]:
    """Two organizations with their people, on the shared server; its clock goes back afterwards."""
    made = await create_world(shared.app, shared.address)
    yield made
    shared.app.clock.offset *= 0
    await made.close()
