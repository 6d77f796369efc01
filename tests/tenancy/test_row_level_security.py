"""What the database itself allows each role: own rows only, history that stays, and no way round."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.tenancy import snapshot
from tests.tenancy.snapshot import tenant_column
from tests.tenancy.stage import Stage

ROLES = ("warmline_app", "warmline_worker")
UNREADABLE = {"event_inbox"}  # written only; the sequencer reads it
NOT_INSERTED = {"event_positions"}  # the sequencer's
NOT_UPDATED = {
    *("event_inbox", "event_positions", "events"),
    *("delivery_attempts", "notifications", "notification_reads"),
}
DELETED = {("warmline_worker", "idempotency_keys")}


@asynccontextmanager
async def bound(stage: Stage, role: str, organization_id: UUID | None) -> AsyncIterator[asyncpg.Connection]:
    """A transaction of this role, bound as the product binds it, and undone."""
    urls = stage.server.app.urls
    connection = await asyncpg.connect(urls.app if role == "warmline_app" else urls.worker)
    try:
        transaction = connection.transaction()
        await transaction.start()
        for name, value in (("organization_id", "{}"), ("organization_ids", "{{{}}}")):
            given = value.format(organization_id) if organization_id else ""
            await connection.execute("SELECT set_config($1, $2, true)", f"warmline.{name}", given)
        yield connection
        await transaction.rollback()
    finally:
        await connection.close()


async def tables(stage: Stage, *without: str) -> list[str]:
    return [table for table in await snapshot.tables(stage.eyes) if table not in without]


async def refused(connection: asyncpg.Connection, statement: str, *values: Any) -> str:
    """Why the database refuses; "" where it does not."""
    try:
        async with connection.transaction():
            await connection.execute(statement, *values)
    except asyncpg.InsufficientPrivilegeError as problem:
        return str(problem)
    return ""


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_reads_the_rows_of_its_organization_and_no_others(stage: Stage, role: str) -> None:
    acme, zenith = stage.acme.tenant.id, stage.zenith.tenant.id
    async with bound(stage, role, acme) as connection:
        for table in await tables(stage, *UNREADABLE):
            counts = f"SELECT count(*) FILTER (WHERE {tenant_column(table)} = $1), count(*) FROM warmline.{table}"
            mine, all_there_are = await connection.fetchrow(counts, acme)
            assert mine == all_there_are == await stage.eyes.fetchval(counts, acme), table
            assert mine > 0, f"{table}: the stage has no row, so nothing is shown"
            assert await stage.eyes.fetchval(counts, zenith) > 0, table


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_that_is_bound_to_nobody_reads_nothing(stage: Stage, role: str) -> None:
    async with bound(stage, role, None) as connection:
        for table in await tables(stage, *UNREADABLE):
            assert await connection.fetchval(f"SELECT count(*) FROM warmline.{table}") == 0, table


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_writes_a_row_for_another_organization(stage: Stage, role: str) -> None:
    async with bound(stage, role, stage.acme.tenant.id) as connection:
        for table in await tables(stage, "event_inbox"):
            row = await _row_of(stage, table, stage.zenith.tenant.id)
            names = ", ".join(row)
            insert = (
                f"INSERT INTO warmline.{table} ({names}) SELECT {names} "
                f"FROM jsonb_populate_record(NULL::warmline.{table}, $1::jsonb)"
            )
            why = await refused(connection, insert, json.dumps(row))
            assert ("permission denied" if table in NOT_INSERTED else "row-level security") in why, (table, why)


async def _row_of(stage: Stage, table: str, organization_id: UUID) -> dict[str, Any]:
    """A row of theirs, as a new one; without what the database numbers itself."""
    query = f"SELECT to_jsonb(t) FROM warmline.{table} t WHERE {tenant_column(table)} = $1 LIMIT 1"
    row: dict[str, Any] = json.loads(await stage.eyes.fetchval(query, organization_id))
    numbered = "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attidentity <> ''"
    for column in await stage.eyes.fetch(numbered, f"warmline.{table}"):
        del row[column["attname"]]
    return row | ({"id": str(uuid4())} if "id" in row and table != "organizations" else {})


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_changes_or_takes_a_row_of_another_organization(stage: Stage, role: str) -> None:
    acme, zenith = stage.acme.tenant.id, stage.zenith.tenant.id
    before = await snapshot.digests(stage.eyes, zenith)
    async with bound(stage, role, acme) as connection:
        for table in await tables(stage, *NOT_UPDATED):
            column = tenant_column(table)
            to_me = f"UPDATE warmline.{table} SET {column} = $1 WHERE {column} = $2"
            assert await connection.execute(to_me, acme, zenith) == "UPDATE 0", table
            away = await refused(connection, f"UPDATE warmline.{table} SET {column} = $1", zenith)
            assert "row-level security" in away, (table, away)
    assert await snapshot.digests(stage.eyes, zenith) == before


@pytest.mark.parametrize("role", ROLES)
async def test_the_history_is_insert_only_and_nothing_is_deleted(stage: Stage, role: str) -> None:
    async with bound(stage, role, stage.acme.tenant.id) as connection:
        for table in NOT_UPDATED:
            column = tenant_column(table)
            why = await refused(connection, f"UPDATE warmline.{table} SET {column} = {column}")
            assert "permission denied" in why, (table, why)
        for table in await tables(stage):
            if (role, table) not in DELETED:
                why = await refused(connection, f"DELETE FROM warmline.{table}")
                assert "permission denied" in why, (table, why)
            why = await refused(connection, f"TRUNCATE warmline.{table} CASCADE")
            assert "permission denied" in why, (table, why)


async def test_the_worker_deletes_only_keys_of_whom_it_works_for(stage: Stage) -> None:
    zenith = stage.zenith.tenant.id
    async with bound(stage, "warmline_worker", stage.acme.tenant.id) as connection:
        theirs = "DELETE FROM warmline.idempotency_keys WHERE organization_id = $1"
        assert await connection.execute(theirs, zenith) == "DELETE 0"


async def test_a_reference_never_reaches_into_another_organization(stage: Stage) -> None:
    """As the superuser, so that it is the key that refuses and not the policy."""
    for key in await stage.eyes.fetch(KEYS):
        assert key["tenant_first"], f"{key['name']} has a single column: it would accept another organization's row"
    keys = [key for key in await stage.eyes.fetch(KEYS) if key["col"]]
    assert len(keys) > 20
    assert not [key["name"] for key in keys if not await _probe(stage, key)]


KEYS = """
SELECT c.conname AS name, c.conrelid::regclass::text AS "table", c.confrelid::regclass::text AS target,
    c.confkey[1] = (SELECT attnum FROM pg_attribute WHERE attrelid = c.confrelid AND attname =
        CASE c.confrelid WHEN 'warmline.organizations'::regclass THEN 'id' ELSE 'organization_id' END)
    AND c.conkey[1] = (SELECT attnum FROM pg_attribute WHERE attrelid = c.conrelid AND attname = 'organization_id')
        AS tenant_first,
    (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[2]) AS col
FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'warmline'::regnamespace
"""


async def _probe(stage: Stage, key: asyncpg.Record) -> bool:
    """Point one of Acme's rows at one of Zenith's; whether the foreign key is what refused."""
    foreign = await stage.eyes.fetchval(
        f"SELECT id FROM {key['target']} WHERE organization_id = $1 LIMIT 1", stage.zenith.tenant.id
    )
    rows = await stage.eyes.fetch(f"SELECT ctid FROM {key['table']} WHERE organization_id = $1", stage.acme.tenant.id)
    for row in rows:
        try:
            async with stage.eyes.transaction():
                await stage.eyes.execute(
                    f"UPDATE {key['table']} SET {key['col']} = $1 WHERE ctid = $2", foreign, row["ctid"]
                )
                raise AssertionError(f"{key['name']} lets a row of another organization in")
        except asyncpg.ForeignKeyViolationError:
            return True
        except (asyncpg.CheckViolationError, asyncpg.UniqueViolationError):
            continue  # this row cannot have one at all
    return False
