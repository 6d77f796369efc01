"""What the scripts share: a durable PostgreSQL to throw away, the real server as a process of its own, figures."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.boot import prepare, urls_of
from warmline.caller import Caller
from warmline.clock import Clock
from warmline.db.connections import Urls
from warmline.db.embedded import EmbeddedPostgres, scratch
from warmline.db.migrate import migrate
from warmline.db.transaction import Database, tenant
from warmline.organizations.create import create_organization
from warmline.organizations.tokens import create_member_token, create_user_token
from warmline.organizations.users import add_user
from warmline.squads.seats import add_member, create_squad

HERE = Path(__file__).parent
FREE_OF_BRAKES = {"WARMLINE_TOKEN_REQUESTS": "1000000000", "WARMLINE_LOG_LEVEL": "WARNING"}


@contextmanager
def durable(**settings: str) -> Iterator[EmbeddedPostgres]:
    """The embedded server as it is shipped, fsync and all, in a folder that goes away."""
    with scratch({"fsync": "on", **settings}) as postgres:
        yield postgres


async def migrated(postgres: EmbeddedPostgres, name: str) -> Urls:
    """A database of that name with our schema."""
    await prepare(postgres, name)
    urls = urls_of(postgres, name)
    await migrate(Urls.sqlalchemy(urls.migrator or ""))
    return urls


def app_database(urls: Urls, size: int = 12) -> Database:
    """Our own way to the database, under the application's role, in this process."""
    return Database(urls.sqlalchemy(urls.app), Clock(), size)


async def superuser(postgres: EmbeddedPostgres, name: str) -> asyncpg.Connection:
    """For filling tables and for looking past row-level security."""
    return await asyncpg.connect(postgres.url(database=name))


@dataclass(frozen=True)
class People:
    """An organization with a squad, people in it who may claim, and an agent who escalates."""

    id: UUID
    squad_id: UUID
    agent: Caller
    agent_token: str
    callers: Sequence[Caller]
    tokens: Sequence[str]


async def people(database: Database, many: int) -> People:
    """Make them, through the verbs."""
    async with database.transaction(tenant(None)) as unit:
        made = await create_organization(unit.session, "Acme", "olga@acme.example", unit.now, "Olga")
        owner = Caller(made.organization_id, "user", made.owner_id, "Olga", "owner", user_id=made.owner_id)
        squad = await create_squad(unit.session, owner, "Support", unit.now)
        agent, agent_token = await _agent(unit.session, owner, squad.id, unit.now)
        made_people = [await _person(unit.session, owner, number, unit.now) for number in range(many)]
    callers, tokens = zip(*made_people, strict=True)
    return People(made.organization_id, squad.id, agent, agent_token, callers, tokens)


async def _agent(session: AsyncSession, owner: Caller, squad_id: UUID, now: datetime) -> tuple[Caller, str]:
    member = await add_member(session, owner, squad_id, "agent", "support_agent", "Jane", None, now)
    token = await create_member_token(session, owner, member.id, "bench", now)
    return Caller(owner.organization_id, "member", member.id, "Jane", "agent", member_id=member.id), token.secret


async def _person(session: AsyncSession, owner: Caller, number: int, now: datetime) -> tuple[Caller, str]:
    user = await add_user(session, owner, f"person{number}@acme.example", f"Person {number}", "operator", now)
    token = await create_user_token(session, owner, user.id, "bench", now)
    return Caller(owner.organization_id, "user", user.id, user.name, "operator", user_id=user.id), token.secret


@contextmanager
def process(
    *command: str, env: Mapping[str, str] | None = None, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process that is asked to end with the block."""
    child = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdin=stdin, stdout=stdout, text=True)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(40)
        except subprocess.TimeoutExpired:
            child.kill()
            raise


@contextmanager
def serving(urls: Urls, port: int, *command: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The real server with its jobs on this database; or another command that runs it, as it comes from `command`."""
    env = {
        "WARMLINE_DATABASE_URL": urls.app,
        "WARMLINE_WORKER_DATABASE_URL": urls.worker,
        "WARMLINE_PORT": str(port),
        **FREE_OF_BRAKES,
        **more,
    }
    given = command or (str(Path(sys.executable).with_name("warmline")), "serve")
    with process(*given, env=env, stdout=subprocess.PIPE) as child:
        answered(f"http://127.0.0.1:{port}/readyz")
        yield child


def answered(url: str, seconds: float = 60) -> None:
    """Wait until a server says 200 there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (OSError, urllib.error.URLError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def in_process(script: str, task: Mapping[str, Any]) -> Any:
    """Run one of our helper scripts with a task as JSON on its stdin; what it prints, from JSON."""
    command = [sys.executable, str(HERE / script)]
    done = subprocess.run(command, input=json.dumps(task), stdout=subprocess.PIPE, text=True, check=True, timeout=170)
    return json.loads(done.stdout)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float], form: str = ",.0f") -> str:
    """The median, with the least and the greatest."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def table(*rows: Sequence[str]) -> None:
    """Print columns; the first row is their names."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def verdict(row: int, measured: str, goal: str, reached: bool) -> None:
    """The line that counts."""
    print(f"row {row}: {measured} (goal {goal}): {'reached' if reached else 'missed'}", flush=True)


def run(main: Any) -> None:
    """Run the script's coroutine on the loop that the server runs on, too."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
