"""One filled stage for the tests that only look at what the database allows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest_asyncio

from tests.conftest import cloned, running, settings_for
from tests.tenancy.stage import Stage, set_stage
from tests.world import create_world

SETTINGS = {"stream_seconds": 0.15, "stream_heartbeat_seconds": 0.04}


@asynccontextmanager
async def staged(postgres: Any, template: str, name: str) -> AsyncIterator[Stage]:
    """Both organizations on a server and a database of their own."""
    async with cloned(postgres, template, name) as urls, running(settings_for(urls, **SETTINGS)) as server:
        eyes = await asyncpg.connect(postgres.url(database=name))
        world = await create_world(server.app, server.address)
        try:
            yield await set_stage(world, server, eyes)
        finally:
            await world.close()
            await eyes.close()


@pytest_asyncio.fixture(scope="module")
async def stage(postgres: Any, template: str) -> AsyncIterator[Stage]:
    """Both organizations, with rows in every table."""
    async with staged(postgres, template, "tenancy") as made:
        yield made
