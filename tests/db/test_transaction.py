"""One act, one transaction: bound to its tenant, at its time, committed whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import Running
from tests.world import World
from warmline.clock import Clock
from warmline.db import transaction as module
from warmline.db.embedded import EmbeddedPostgres
from warmline.db.transaction import Database, Unit, is_lost, tenant, tenants
from warmline.errors import NotFound, Unavailable
from warmline.ids import new_id
from warmline.squads.model import Squad


@pytest_asyncio.fixture
async def database(shared: Running) -> AsyncIterator[Database]:
    """Connections of one's own, under a name to find them by."""
    urls = shared.app.urls
    made = Database(urls.sqlalchemy(urls.app), Clock(), 2)
    yield made
    await made.close()


async def add(database: Database, organization: UUID, problem: BaseException | None = None) -> None:
    """Add a squad; then, where one is given, raise the problem."""
    async with database.transaction(tenant(organization)) as unit:
        await unit.session.execute(insert(Squad).values(organization_id=organization, id=new_id(), name="New"))
        if problem is not None:
            raise problem


async def squads(database: Database, organization: UUID | None) -> int:
    """How many squads a transaction bound to the organization sees."""
    async with database.transaction(tenant(organization)) as unit:
        return (await unit.session.scalars(select(func.count()).select_from(Squad))).one()


async def test_the_end_of_the_block_commits_and_any_exception_undoes(world: World, database: Database) -> None:
    await add(database, world.acme.id)
    assert await squads(database, world.acme.id) == 2
    for problem in (NotFound("no"), RuntimeError(), asyncio.CancelledError(), KeyboardInterrupt()):
        with pytest.raises(type(problem)):
            await add(database, world.acme.id, problem)
    assert await squads(database, world.acme.id) == 2
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_each_transaction_sees_its_tenant_and_nothing_is_left_on_the_connection(
    world: World, database: Database
) -> None:
    for _ in range(3):
        assert await squads(database, world.acme.id) == 1
        assert await squads(database, None) == 0
        assert await squads(database, world.zenith.id) == 1
    await add(database, world.acme.id)
    assert await squads(database, world.zenith.id) == 1
    with pytest.raises(DBAPIError, match="row-level security"):
        await _smuggle(database, world.zenith.id, world.acme.id)
    assert await database.look(text("SELECT id FROM warmline.squads"), {}) == []


async def test_the_worker_sees_the_organizations_it_names(world: World, shared: Running) -> None:
    worker = Database(shared.app.urls.sqlalchemy(shared.app.urls.worker), Clock(), 1)
    for named in ([], [world.acme.id], [world.acme.id, world.zenith.id]):
        async with worker.transaction(tenants(named)) as unit:
            found = set(await unit.session.scalars(select(Squad.organization_id)))
        assert found == set(named)
    await worker.close()


async def test_the_time_is_the_databases_moved_by_the_clock_and_stands_still(world: World, database: Database) -> None:
    database.clock.advance(timedelta(hours=3))
    async with database.transaction(tenant(world.acme.id)) as unit:
        first = unit.now
        assert await unit.session.scalar(select(func.now())) == unit.now - timedelta(hours=3)
        assert timedelta(hours=2, minutes=59) < unit.now - datetime.now(UTC) < timedelta(hours=3, minutes=1)
        await unit.session.execute(text("SELECT pg_sleep(0.01)"))
        assert unit.now == first


async def test_who_waits_for_news_is_woken_after_the_commit_and_only_where_there_are_news(
    world: World, database: Database
) -> None:
    seen: list[str] = []
    database.on_commit.append(lambda: seen.append("woken"))
    await add(database, world.acme.id)
    with pytest.raises(RuntimeError):
        await _tell(database, world.acme.id, RuntimeError())
    assert seen == []
    async with database.transaction(tenant(world.acme.id)) as unit:
        unit.session.info["told"] = True
        await unit.session.flush()
        assert seen == []
    assert seen == ["woken"]


async def test_connections_that_died_in_the_pool_are_replaced_before_anything_is_done(
    world: World, database: Database, postgres: EmbeddedPostgres
) -> None:
    async with database.transaction(tenant(None)) as one, database.transaction(tenant(None)) as other:
        pids = [await _pid(unit) for unit in (one, other)]
    await _cut(postgres, *pids)
    assert await squads(database, world.acme.id) == 1
    assert await database.look(text("SELECT 1 AS one"), {}) == [(1,)]


async def test_a_connection_lost_in_the_middle_is_unavailable_and_nothing_was_done(
    world: World, database: Database, postgres: EmbeddedPostgres
) -> None:
    for goes_on in (True, False):  # the next statement fails, or the commit does
        with pytest.raises(Unavailable):
            await _add_and_lose(database, world.acme.id, postgres, goes_on)
    assert await squads(database, world.acme.id) == 1
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_database_that_is_not_there_is_waited_for_and_then_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    nowhere = Database("postgresql+asyncpg://warmline_app@127.0.0.1:1/nowhere", Clock(), 1)
    began = asyncio.get_running_loop().time()
    for _ in range(2):
        with pytest.raises(Unavailable):
            await squads(nowhere, None)
    assert 0.6 <= asyncio.get_running_loop().time() - began < 3
    await nowhere.close()


async def test_when_all_connections_are_in_use_it_says_so(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.1)
    async with database.transaction(tenant(world.acme.id)), database.transaction(tenant(world.acme.id)):
        with pytest.raises(Unavailable, match="More is asked"):
            await squads(database, world.acme.id)
    assert await squads(database, world.acme.id) == 1


@pytest.mark.parametrize(
    ("problem", "lost"),
    [
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (asyncpg.ConnectionDoesNotExistError(), True),
        (asyncpg.InterfaceError("gone"), True),
        (asyncpg.InternalClientError(), True),
        (asyncpg.CannotConnectNowError(), True),
        (asyncpg.AdminShutdownError(), True),
        (asyncpg.CrashShutdownError(), True),
        (asyncpg.TooManyConnectionsError(), True),
        (asyncpg.DeadlockDetectedError(), True),
        (asyncpg.LockNotAvailableError(), True),
        (asyncpg.UniqueViolationError(), False),
        (asyncpg.UndefinedTableError(), False),
        (ValueError(), False),
        (NotFound("no"), False),
    ],
)
def test_what_counts_as_a_lost_connection(problem: Exception, lost: bool) -> None:
    assert is_lost(problem) is lost


async def _smuggle(database: Database, bound: UUID, other: UUID) -> None:
    async with database.transaction(tenant(bound)) as unit:
        row = insert(Squad).values(organization_id=other, id=new_id(), name="Smuggled")
        await unit.session.execute(row)


async def _tell(database: Database, organization: UUID, problem: Exception) -> None:
    async with database.transaction(tenant(organization)) as unit:
        unit.session.info["told"] = True
        raise problem


async def _add_and_lose(database: Database, organization: UUID, postgres: EmbeddedPostgres, goes_on: bool) -> None:
    async with database.transaction(tenant(organization)) as unit:
        await unit.session.execute(insert(Squad).values(organization_id=organization, id=new_id(), name="New"))
        await _cut(postgres, await _pid(unit))
        if goes_on:
            await unit.session.execute(select(Squad))


async def _pid(unit: Unit) -> int:
    return int((await unit.session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def _cut(postgres: EmbeddedPostgres, *pids: int) -> None:
    """End connections from the other side."""
    admin = await asyncpg.connect(postgres.url())
    await admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::integer[]) AS pid", list(pids))
    await admin.close()
