"""The database's roles. One login per pool; the application's owns nothing and cannot pass row-level security."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

OWNER = "warmline_owner"  # owns the schema; nobody logs in as it
MIGRATOR = "warmline_migrator"  # may become the owner
APP = "warmline_app"
WORKER = "warmline_worker"
LOOKUP = "warmline_lookup"  # owns the few functions that look before a tenant is known
BACKUP = "warmline_backup"  # alone may read past row-level security
LOGINS = (MIGRATOR, APP, WORKER, BACKUP)

CAN_BYPASS = """
SELECT coalesce(bool_or(rolsuper OR rolbypassrls), false)
    OR EXISTS (SELECT FROM pg_class
        WHERE pg_has_role(relowner, 'MEMBER') AND relnamespace = 'warmline'::regnamespace)
FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')
"""
UNGUARDED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'warmline'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity
        AND EXISTS (SELECT FROM pg_policy
            WHERE polrelid = c.oid AND polroles @> ARRAY[to_regrole('warmline_app')::oid]))
"""


class Asks(Protocol):
    """A connection, as far as the check needs one."""

    async def fetchval(self, query: str) -> Any:
        """One value."""

    async def fetch(self, query: str) -> Sequence[Any]:
        """All rows."""


class UnsafeRole(Exception):
    """The role of a database URL could read past row-level security, or a table has none."""


async def check_role(connection: Asks) -> None:
    """Refuse a role that can bypass row-level security, and a schema with a table that lacks it. Raises UnsafeRole."""
    if await connection.fetchval(CAN_BYPASS):
        user = await connection.fetchval("SELECT current_user")
        raise UnsafeRole(
            f"The database role {user} can read past row-level security (it is a superuser, has BYPASSRLS or owns "
            f"the tables). Use the role {APP}; `warmline db init --admin-url URL` makes it."
        )
    if open_tables := [row["relname"] for row in await connection.fetch(UNGUARDED)]:
        raise UnsafeRole(f"These tables have no row-level security: {', '.join(open_tables)}. Run `warmline migrate`.")


async def prepare(admin: asyncpg.Connection, database: str, passwords: Mapping[str, str] | None = None) -> None:
    """Make the roles, the schema and their grants; safe to run again. `admin` is connected to the database itself.

    `passwords` are set for the logins it names; the embedded server needs none (it knows its clients by their peer).
    """
    for role in (OWNER, LOOKUP, *LOGINS):
        await _role(admin, role, (passwords or {}).get(role))
    await admin.execute(f"""
        GRANT {OWNER} TO {MIGRATOR};
        GRANT {LOOKUP} TO {OWNER};
        REVOKE ALL ON DATABASE "{database}" FROM PUBLIC;
        GRANT CONNECT ON DATABASE "{database}" TO {MIGRATOR}, {APP}, {WORKER}, {BACKUP};
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        CREATE SCHEMA IF NOT EXISTS warmline AUTHORIZATION {OWNER};
        GRANT USAGE ON SCHEMA warmline TO {APP}, {WORKER}, {LOOKUP}, {BACKUP};
        GRANT CREATE ON SCHEMA warmline TO {LOOKUP};
    """)


async def _role(admin: asyncpg.Connection, role: str, password: str | None) -> None:
    login = "LOGIN" if role in LOGINS else "NOLOGIN"
    bypass = "BYPASSRLS" if role == BACKUP else "NOBYPASSRLS"
    if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await admin.execute(f"CREATE ROLE {role} {login} NOSUPERUSER NOCREATEDB NOCREATEROLE {bypass}")
    if password:
        quoted = await admin.fetchval("SELECT quote_literal($1)", password)
        await admin.execute(f"ALTER ROLE {role} PASSWORD {quoted}")


async def initialize(admin_url: str, database: str = "warmline") -> dict[str, str]:
    """Make roles with fresh passwords, and the database where it is missing, on a server of one's own.

    Returns the URLs to set, by the name of their setting. Raises asyncpg's errors where the admin may not.
    """
    admin = await asyncpg.connect(admin_url)
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await admin.execute(f'CREATE DATABASE "{database}" ENCODING UTF8 TEMPLATE template0')
        by_socket = await admin.fetchval("SELECT inet_server_addr() IS NULL")
    finally:
        await admin.close()
    passwords = {role: secrets.token_urlsafe(24) for role in LOGINS}
    inside = await asyncpg.connect(admin_url, database=database)
    try:
        await prepare(inside, database, passwords)
    finally:
        await inside.close()
    names = {APP: "DATABASE_URL", WORKER: "WORKER_DATABASE_URL", MIGRATOR: "MIGRATE_DATABASE_URL"}
    at = "localhost" if by_socket else ""  # a socket knows its clients by their OS user, and we go by a password
    return {
        f"WARMLINE_{setting}": _url(admin_url, role, passwords[role], database, at) for role, setting in names.items()
    }


def _url(admin_url: str, role: str, password: str, database: str, at: str) -> str:
    """As the admin reached it: what the server calls its own address may lie behind a container or a proxy."""
    admin = urlsplit(admin_url)
    place = at or admin.netloc.rpartition("@")[2] or "localhost"
    query = "" if at else admin.query
    return urlunsplit(("postgresql", f"{role}:{quote(password)}@{place}", f"/{quote(database)}", query, ""))
