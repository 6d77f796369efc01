"""The only place that commits. One request or job is one transaction, bound to its tenant as it begins.

The tenant is set in the engine's `begin` event, for every transaction: a setting made once per connection would stay
on the pooled connection for the next tenant, and one made once per request would be gone after a commit.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import Connection, Row, TextClause, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from warmline.clock import Clock
from warmline.errors import Unavailable

PATIENCE = 3.0  # seconds a transaction waits for a database that is coming back, before anything was done
LOSSES = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,  # it is starting up, recovering, stopping
    asyncpg.TooManyConnectionsError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
LIMITS = {  # nobody waits without end for what a machine that hangs still holds
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
}
LOST = "The database is not reachable just now. Try again in a moment; with the same Idempotency-Key it is safe."
LONGEST_WAIT = 10.0  # seconds a transaction waits for its turn, when all connections are in use
BUSY = "More is asked than the server can do at once. Nothing was changed; try again in a moment."
T = TypeVar("T")


@dataclass(frozen=True)
class Bind:
    """The statement that begins a transaction: it binds the tenant and reads the time (a column `now`)."""

    statement: str
    parameters: tuple[Any, ...] = ()


def tenant(organization_id: UUID | None) -> Bind:
    """For the application's role: rows of this organization; of none, where there is none."""
    value = str(organization_id) if organization_id else ""
    return Bind("SELECT set_config('warmline.organization_id', $1, true), now() AS now", (value,))


def tenants(organization_ids: Sequence[UUID]) -> Bind:
    """For the worker's role: rows of the organizations that have due work."""
    value = "{" + ",".join(map(str, organization_ids)) + "}"
    return Bind("SELECT set_config('warmline.organization_ids', $1, true), now() AS now", (value,))


@dataclass
class Unit:
    """One transaction: its session, its time, and what the statement that bound it returned."""

    session: AsyncSession
    now: datetime
    bound: Mapping[str, Any]


def _bind(connection: Connection) -> None:
    bind: Bind | None = connection.get_execution_options().get("bind", tenant(None))
    if bind is None:  # a look: bound to nobody, it sees no rows
        return
    row = connection.exec_driver_sql(bind.statement, bind.parameters).mappings().first()
    connection.info["bound"] = row


def is_lost(problem: BaseException) -> bool:
    """Whether it is the database that cannot be had just now, rather than the statement that is wrong.

    During a crash of the server asyncpg also raises InternalClientError, which is outside its usual classes.
    """
    if isinstance(problem, DBAPIError):
        cause = problem.orig.__cause__ if problem.orig is not None else None
        known = problem.connection_invalidated or isinstance(problem, (OperationalError, InterfaceError))
        return known or (cause is not None and is_lost(cause))
    return isinstance(problem, LOSSES)


class Database:
    """An engine under one role. `transaction` is how everything reads and writes."""

    def __init__(self, url: str, clock: Clock, size: int = 8) -> None:
        self.clock = clock
        self.on_commit: list[Callable[[], None]] = []  # called after a commit that told the history something
        self.known: dict[str, Any] = {}  # what this process can do, for `session.info`
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=size,
            max_overflow=0,
            hide_parameters=True,  # an error quotes them, and so people's words, into the log
            connect_args={"server_settings": {"search_path": "warmline", "application_name": "warmline"} | LIMITS},
        )
        event.listen(self.engine.sync_engine, "begin", _bind)
        self._turns = asyncio.Semaphore(size)
        self._looking = self.engine.execution_options(isolation_level="AUTOCOMMIT", bind=None)

    @asynccontextmanager
    async def transaction(self, bind: Bind) -> AsyncIterator[Unit]:
        """One transaction, committed at the end of the block, undone by any exception.

        Raises Unavailable where the database is lost. What a commit that was cut off did is then unknown, and the
        caller repeats with the same Idempotency-Key.
        """
        async with self._turn():
            session = await self._begin(bind)
            try:
                bound = (await session.connection()).sync_connection.info["bound"]  # type: ignore[union-attr]
                yield Unit(session, self.clock.read(bound["now"]), bound)
                await session.commit()
            except BaseException as problem:
                await self._undo(session)
                if is_lost(problem):
                    raise Unavailable(LOST) from problem
                raise
            told = session.info.get("told")
            await session.close()
        for wake in self.on_commit if told else ():
            wake()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """First come, first served: the pool alone lets newcomers overtake those who wait, some of them for ever."""
        try:
            async with asyncio.timeout(LONGEST_WAIT if self._turns.locked() else None):
                await self._turns.acquire()
        except TimeoutError as problem:  # nobody gave a connection back for a long time
            raise Unavailable(BUSY) from problem
        try:
            yield
        finally:
            self._turns.release()

    async def look(self, statement: TextClause, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """One statement alone, in one round trip: a call of a function that looks before a tenant is known.

        Safe to repeat, as it is where the connection was lost. Raises Unavailable.
        """

        async def once() -> Sequence[Row[Any]]:
            async with self._looking.connect() as connection:
                return (await connection.execute(statement, values)).all()

        async with self._turn():
            return await self._patiently(once)

    async def _begin(self, bind: Bind) -> AsyncSession:
        """Begin; nothing was done yet, so a lost connection is simply tried again, for a while."""

        async def once() -> AsyncSession:
            session = AsyncSession(self.engine, expire_on_commit=False, autoflush=False, info=self.known)
            try:
                await session.connection(execution_options={"bind": bind})
            except BaseException:
                await self._undo(session)
                raise
            return session

        return await self._patiently(once)

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return await attempt()
            except Exception as problem:
                if not is_lost(problem):
                    raise
                if time.monotonic() > deadline:
                    raise Unavailable(LOST) from problem
            await asyncio.sleep(0.1)

    async def _undo(self, session: AsyncSession) -> None:
        try:
            await asyncio.shield(session.close())
        except Exception as problem:
            if not is_lost(problem):
                raise

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()
