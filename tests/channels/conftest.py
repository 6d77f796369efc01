"""A server whose channels may reach this machine, with a mail server beside it; and a world on it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.channels.mail import Sink, sink
from tests.channels.receiver import Receiver, receiver
from tests.conftest import Running, cloned, running, settings_for
from tests.world import World, create_world
from warmline.db.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def mail_server() -> Iterator[tuple[Sink, str]]:
    """One for all."""
    with sink() as made:
        yield made


@pytest.fixture
def mail(mail_server: tuple[Sink, str]) -> Sink:
    """It, without what came before."""
    handler = mail_server[0]
    for kept in (handler.raw, handler.to, handler.refusing):
        kept.clear()
    handler.says = b"250 taken"
    return handler


@pytest_asyncio.fixture(scope="session")
async def outside(postgres: EmbeddedPostgres, template: str, mail_server: tuple[Sink, str]) -> AsyncIterator[Running]:
    """The server."""
    async with cloned(postgres, template, "warmline_outside") as urls:
        more = {"allow_private_targets": True, "smtp_url": mail_server[1], "public_url": "https://acme.example"}
        async with running(settings_for(urls, **more)) as server:
            yield server


@pytest_asyncio.fixture
async def world(outside: Running) -> AsyncIterator[World]:
    """Two organizations on it; its clock goes back afterwards."""
    made = await create_world(outside.app, outside.address)
    yield made
    for tenant in (made.acme, made.zenith):  # what is left to be sent is not sent while others test
        for channel in (await tenant.owner.get("channels"))["items"]:
            await tenant.owner.delete(f"channels/{channel['id']}")
    outside.app.clock.offset *= 0
    await made.close()


@pytest_asyncio.fixture
async def there() -> AsyncIterator[Receiver]:
    """Somebody who listens."""
    async with receiver() as made:
        yield made
