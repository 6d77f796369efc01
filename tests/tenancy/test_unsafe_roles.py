"""The server refuses to start where row-level security would not hold, and says what to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from tests.conftest import running, settings_for
from warmline.db.connections import Urls
from warmline.db.roles import UnsafeRole

OTHER = "warmline_test_login"


@asynccontextmanager
async def as_superuser(postgres: Any, urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    """On the database itself."""
    eyes = await asyncpg.connect(postgres.url(database=urls.app.partition("?")[0].rpartition("/")[2]))
    try:
        yield eyes
    finally:
        await eyes.close()


async def refusal(urls: Urls) -> str:
    """What the server says as it refuses to start."""
    with pytest.raises(UnsafeRole) as refused:
        async with running(settings_for(urls)):
            pass
    return str(refused.value)


@pytest.mark.parametrize("role", ["postgres", "warmline_backup", "warmline_migrator"])
@pytest.mark.parametrize("pool", ["app", "worker"])
async def test_it_does_not_start_as_a_superuser_or_past_the_policies_or_as_the_owner(
    own_database: Urls, role: str, pool: str
) -> None:
    unsafe = getattr(own_database, pool).replace(f"warmline_{pool}", role)
    words = await refusal(replace(own_database, **{pool: unsafe}))
    assert role in words
    assert "warmline db init" in words


@pytest.mark.parametrize("how", ["GRANT warmline_backup TO {role}", "ALTER TABLE warmline.cases OWNER TO {role}"])
async def test_it_does_not_start_as_a_role_that_came_to_such_power_later(
    postgres: Any, own_database: Urls, how: str
) -> None:
    async with as_superuser(postgres, own_database) as eyes:
        await eyes.execute(f"CREATE ROLE {OTHER} LOGIN; GRANT warmline_app TO {OTHER}")
        try:
            await eyes.execute(how.format(role=OTHER))
            urls = replace(own_database, app=own_database.app.replace("warmline_app", OTHER))
            assert OTHER in await refusal(urls)
        finally:
            await eyes.execute(
                f"ALTER TABLE warmline.cases OWNER TO warmline_owner; DROP OWNED BY {OTHER}; DROP ROLE {OTHER}"
            )


@pytest.mark.parametrize(
    "how",
    [
        "ALTER TABLE warmline.cases NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE warmline.cases DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON warmline.cases",
        "CREATE TABLE warmline.forgotten (organization_id uuid)",
    ],
)
async def test_it_does_not_start_where_a_table_is_not_guarded(postgres: Any, own_database: Urls, how: str) -> None:
    async with as_superuser(postgres, own_database) as eyes:
        await eyes.execute(how)
    assert ("forgotten" if "forgotten" in how else "cases") in await refusal(own_database)
