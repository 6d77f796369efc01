"""Each test of the client runs for both kinds of it; the server is the real one."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.sdk.proxy import Proxy, proxied
from tests.sdk.sides import SIDES
from tests.world import World


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest) -> str:
    """sync, async."""
    return str(request.param)


@pytest_asyncio.fixture
async def proxy(world: World) -> AsyncIterator[Proxy]:
    """A proxy in front of the shared server."""
    async with proxied(urlsplit(world.address).port or 0) as made:
        yield made
