"""A server that takes a provider's word, with a cast of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.conftest import Running, cloned, running, settings_for
from tests.oidc.going import setting_up
from tests.oidc.provider import Provider, serving
from tests.web.visitors import Visitor
from tests.world import World, create_world
from warmline.db.connections import Urls
from warmline.db.embedded import EmbeddedPostgres
from warmline.web.oidc.provider import Provider as Ours


@pytest_asyncio.fixture(scope="session")
async def database(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[Urls]:
    """What these tests share."""
    async with cloned(postgres, template, "warmline_oidc") as urls:
        yield urls


@pytest_asyncio.fixture(scope="session")
async def listening() -> AsyncIterator[Provider]:
    """The provider's server."""
    async with serving() as made:
        yield made


@pytest_asyncio.fixture(scope="session")
async def server(database: Urls, listening: Provider) -> AsyncIterator[Running]:
    """Ours; it brakes late."""
    async with running(settings_for(database, sign_in_attempts=10**6, **setting_up(listening))) as made:
        yield made


@pytest_asyncio.fixture
async def provider(listening: Provider, server: Running) -> Provider:
    """The provider as it should be, somebody new at it; and our server has not asked it yet."""
    address = listening.issuer.removesuffix("/of/acme")
    listening.__init__(address)  # type: ignore[misc]
    server.web.state.provider = Ours.of(server.app.settings)
    return listening


@pytest_asyncio.fixture
async def world(server: Running) -> AsyncIterator[World]:
    """The cast."""
    made = await create_world(server.app, server.address)
    yield made
    server.app.clock.offset *= 0
    await made.close()


@pytest_asyncio.fixture
async def visitor(server: Running) -> AsyncIterator[Visitor]:
    """Somebody at the door."""
    async with Visitor(server.address) as somebody:
        yield somebody
