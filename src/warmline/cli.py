"""The command `warmline`."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn

from cyclopts import App as Cli
from cyclopts import Parameter
from pydantic import ValidationError

from warmline.errors import Problem
from warmline.settings import Settings

cli = Cli(name="warmline", help="Carries work from AI agents to people, and back, without dropping it.")
org = Cli(name="org", help="Organizations.")
db = Cli(name="db", help="The database.")
cli.command(org)
cli.command(db)
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]


def main() -> NoReturn:
    """The console script."""
    try:
        cli()
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


def settings() -> Settings:
    """The settings in force, or a message that names the variable which is wrong."""
    from warmline.logs import configure

    try:
        read = Settings.read()
    except ValidationError as problem:
        for one in problem.errors():
            name = "_".join(str(part) for part in one["loc"]).upper()
            print(f"WARMLINE_{name.removeprefix('WARMLINE_')}: {one['msg']}", file=sys.stderr)
        sys.exit(2)
    configure(read)
    return read


def run(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run one command; what goes wrong is one line on stderr."""
    import asyncpg

    from warmline.db.embedded import CannotStart
    from warmline.db.roles import UnsafeRole

    try:
        asyncio.run(work(settings()))
    except (Problem, CannotStart, UnsafeRole, ValueError, OSError, asyncpg.PostgresError) as problem:
        print(f"warmline: {problem}", file=sys.stderr)
        sys.exit(1)


@cli.command
def serve(*, demo: bool = False, jobs: bool = True) -> None:
    """Run the server, with its jobs.

    Parameters
    ----------
    demo
        Bring a demo organization with people, agents that keep escalating, and history.
    jobs
        `--no-jobs` for a web replica beside workers.
    """
    from warmline.serving import welcome
    from warmline.web.server import serve as serve_web

    in_force = settings()
    sys.exit(serve_web(in_force, jobs=jobs, then=welcome(in_force, demo=demo)))


@cli.command
def worker() -> None:
    """Run the jobs alone."""
    from warmline.boot import booted

    async def work(in_force: Settings) -> None:
        async with booted(in_force, jobs=True):
            print("warmline: the jobs run; Ctrl-C ends", file=sys.stderr)
            told_to_stop = asyncio.Event()
            for sign in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(sign, told_to_stop.set)
            await told_to_stop.wait()

    run(work)


@cli.command
def migrate() -> None:
    """Bring the database up to date."""
    from warmline.boot import booted

    async def work(in_force: Settings) -> None:
        async with booted(in_force) as app:
            print(f"the database is at revision {await app.migration()}")

    run(work)


@cli.command
def config(*, as_json: Json = False) -> None:
    """List every setting, what it is for, and its value."""
    in_force = settings()
    fields = type(in_force).model_fields
    shown = {name: getattr(in_force, name) for name in fields}
    if as_json:
        print(json.dumps({f"WARMLINE_{name.upper()}": value for name, value in shown.items()}, default=str, indent=2))
        return
    for name, value in shown.items():
        print(f"WARMLINE_{name.upper()}={value if value is not None else ''}\n    {fields[name].description}")


@org.command
def create(name: str, *, owner_email: str, as_json: Json = False) -> None:
    """Make an organization with its first owner; prints ids and a token, and a one-time link on stderr."""
    from warmline.boot import booted
    from warmline.db.transaction import tenant
    from warmline.organizations.create import create_organization

    async def work(in_force: Settings) -> None:
        async with booted(in_force) as app, app.database.transaction(tenant(None)) as unit:
            made = await create_organization(unit.session, name, owner_email, unit.now)
        print(f"Set the owner's password, once: {in_force.address}/set-password/{made.link}", file=sys.stderr)
        whole = {"organization_id": str(made.organization_id), "owner_id": str(made.owner_id), "token": made.token}
        print(json.dumps(whole) if as_json else "\n".join(f"{key}: {value}" for key, value in whole.items()))

    run(work)


@db.command
def init(*, admin_url: str, database: str = "warmline", as_json: Json = False) -> None:
    """Make the roles (and the database, where it is missing) on a PostgreSQL of one's own, and print their URLs."""
    from warmline.db.roles import initialize

    async def work(_: Settings) -> None:
        urls = await initialize(admin_url, database)
        print(json.dumps(urls) if as_json else "\n".join(f"{name}={url}" for name, url in urls.items()))

    run(work)
