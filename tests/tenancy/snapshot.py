"""Everything an organization has in the database, as the superuser sees it: ids, and a digest per table."""

import asyncpg

TABLES = """
SELECT c.relname AS name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id') AS has_id
FROM pg_class c WHERE c.relnamespace = 'warmline'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> 'alembic_version' ORDER BY c.relname
"""
PLACES = {"event_inbox", "event_positions"}


def tenant_column(table: str) -> str:
    """Where a row says whose it is."""
    return "id" if table == "organizations" else "organization_id"


def said_of(table: str) -> str:
    """A row as text; but for when the job of retention looks again, which it says itself."""
    return "(to_jsonb(t) - 'retention_at')::text" if table == "organizations" else "t::text"


async def tables(connection: asyncpg.Connection) -> list[str]:
    """All tables of the product."""
    return [row["name"] for row in await connection.fetch(TABLES)]


async def digests(connection: asyncpg.Connection, organization_id: object) -> dict[str, str]:
    """For every table a digest of all the organization's rows."""
    whole = " UNION ALL ".join(
        f"SELECT '{table}' AS name, "
        f"count(*) || ':' || coalesce(md5(string_agg({said_of(table)}, '|' ORDER BY t::text)), '') AS digest "
        f"FROM warmline.{table} t WHERE {tenant_column(table)} = $1"
        for table in await tables(connection)
    )
    return {row["name"]: row["digest"] for row in await connection.fetch(whole, organization_id)}


async def ids(connection: asyncpg.Connection, organization_id: object) -> dict[str, list[str]]:
    """Every id the organization has, by table, oldest first."""
    found: dict[str, list[str]] = {}
    for row in await connection.fetch(TABLES):
        if row["has_id"]:
            query = f"SELECT id FROM warmline.{row['name']} WHERE {tenant_column(row['name'])} = $1 ORDER BY id"
            found[row["name"]] = [str(one["id"]) for one in await connection.fetch(query, organization_id)]
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that differ. Events that were there already get their place whenever somebody looks for news."""
    different = [table for table in after if before.get(table) != after[table]]
    return different if "events" in different else [table for table in different if table not in PLACES]
