"""Taking away one of the two protections, to see that the other one holds alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy import event

from warmline.app import App

POLICIES = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'warmline' AND policyname <> 'lookup'"
CONDITION = re.compile(r"\b(?:\w+\.)*(?:organization_id|organizations\.id) = (\$\d+)(?:::\w+)?")


async def open_policies(eyes: asyncpg.Connection, table: str | None = None) -> None:
    """Row-level security lets everything through (of one table, or of all): only the application's checks are left."""
    for row in await eyes.fetch(POLICIES):
        if table in (None, row["tablename"]):
            await eyes.execute(
                f"ALTER POLICY {row['policyname']} ON warmline.{row['tablename']} USING (true) WITH CHECK (true)"
            )


@contextmanager
def without_conditions(app: App) -> Iterator[list[str]]:
    """The application's `organization_id = …` conditions hold for every row; yields the statements that had one."""
    engine, rewritten = app.database.engine.sync_engine, list[str]()

    def rewrite(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        weaker = CONDITION.sub(r"\1::uuid IS NOT NULL", statement)
        if weaker != statement:
            rewritten.append(statement)
        return weaker, parameters

    event.listen(engine, "before_cursor_execute", rewrite, retval=True)
    try:
        yield rewritten
    finally:
        event.remove(engine, "before_cursor_execute", rewrite)
