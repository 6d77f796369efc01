"""A server that asks a model, beside the shared one that has none."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.conftest import Running, cloned, running, settings_for
from tests.llm.provider import Provider, provider, settings_of
from tests.world import World, create_world
from warmline.db.embedded import EmbeddedPostgres
from warmline.llm import providers

__all__ = [
    "providers"
]  # loaded here: the first question of a process waits for the library, and a busy machine seconds

GOOD = {
    "summary": "Outlook has stopped to sync since the update.",
    "what_we_know": ["The add-in is at 4.2."],
    "likely_cause": "The add-in.",
    "suggested_steps": [{"title": "Take the add-in back", "command": "outlook.exe /safe"}],
    "confidence": 0.8,
}
BAD = GOOD | {"confidence": 7}


@dataclass
class Modelled:
    """A server with a model, and the model's provider."""

    server: Running
    provider: Provider


@pytest_asyncio.fixture(scope="session")
async def modelled(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[Modelled]:
    """The server with a model that most tests here share."""
    with provider() as there:
        async with cloned(postgres, template, "warmline_modelled") as urls:
            settings = settings_for(urls, **settings_of(there))
            async with running(settings) as server:
                yield Modelled(server, there)


@pytest_asyncio.fixture
async def read(modelled: Modelled) -> AsyncIterator[World]:
    """A world whose handoffs are read by a model; `model` is the model."""
    made = await create_world(modelled.server.app, modelled.server.address)
    yield made
    modelled.server.app.clock.offset *= 0
    await made.close()


@pytest.fixture
def model(modelled: Modelled) -> Iterator[Provider]:
    """The provider, with nothing to answer yet, and nothing asked."""
    there = modelled.provider
    there.answers, there.asked[:] = [], []
    there.always = Provider.always
    yield there
    there.always = Provider.always
