"""The tenant matrix; `WARMLINE_MATRIX=full` tries every foreign row in every place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tests.conftest import cloned, running, settings_for
from tests.tenancy.cells import gaps
from tests.tenancy.matrix import run
from tests.tenancy.operations import operations
from tests.tenancy.stage import Stage, set_stage
from warmline.db.embedded import EmbeddedPostgres

SHORT_STREAMS = {"stream_seconds": 0.15, "stream_heartbeat_seconds": 0.04}


@asynccontextmanager
async def staged(postgres: EmbeddedPostgres, template: str, name: str) -> AsyncIterator[Stage]:
    """Both organizations on a server and a database of their own."""
    async with (
        cloned(postgres, template, name) as urls,
        running(settings_for(urls, **SHORT_STREAMS)) as server,
    ):
        eyes = await asyncpg.connect(postgres.url(database=name))
        try:
            stage = await set_stage(server, eyes)
            yield stage
            await stage.world.close()
        finally:
            await eyes.close()


async def test_the_table_knows_every_route(shared) -> None:
    found = gaps(operations(shared.web))
    assert not found, "\n".join(found)


async def test_nobody_reaches_another_organization(postgres: EmbeddedPostgres, template: str) -> None:
    async with staged(postgres, template, "matrix") as stage:
        result = await run(stage, operations(stage.server.web))
        print(f"\n{result.cells:,} cells, answers {dict(result.answers)}")
        assert not result.findings, "\n".join(result.findings[:30])
