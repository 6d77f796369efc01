"""What is left of what was planted, in every column of every table, as the superuser sees it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from tests.conftest import SHARED
from tests.privacy.planted import PARTS, TEXT

TABLES = "SELECT table_name FROM information_schema.columns WHERE table_schema = 'warmline' AND column_name = $1"


@asynccontextmanager
async def eyes(postgres: Any) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, in the database that tests share."""
    connection = await asyncpg.connect(postgres.url(database=SHARED))
    try:
        yield connection
    finally:
        await connection.close()


async def remains(see: asyncpg.Connection, organization_id: UUID) -> dict[str, int]:
    """In how many rows of which tables something is still to be read; bytes are looked through, too."""
    words = [*PARTS.values(), *(part.encode().hex() for part in PARTS.values())]
    found: dict[str, int] = {}
    for (table,) in await see.fetch(TABLES, "organization_id"):
        query = f"SELECT count(*) FROM warmline.{table} AS t WHERE organization_id = $1 AND "
        many = await see.fetchval(
            query + "row_to_json(t)::text LIKE ANY($2)", organization_id, [f"%{w}%" for w in words]
        )
        found |= {table: many} if many else {}
    return found


async def plant_answers(see: asyncpg.Connection, organization_id: UUID, handoff_id: str) -> None:
    """A receiver that quotes, and a text that a model worded."""
    for rows in ("deliveries SET last_error", "delivery_attempts SET detail"):
        await see.execute(f"UPDATE warmline.{rows} = $1 WHERE organization_id = $2", TEXT, organization_id)
    await see.execute(
        "INSERT INTO warmline.handoff_texts (organization_id, handoff_id, kind, edition, text, source)"
        " VALUES ($1, $2, 'client_update', 99, $3, 'model')", organization_id, UUID(handoff_id), TEXT,
    )  # fmt: skip
