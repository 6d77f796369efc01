"""Who tries passwords has to wait: by address of either kind, and whatever page it comes through."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.conftest import running, settings_for
from tests.web.visitors import Visitor, with_password
from tests.world import World, create_world
from warmline.db.connections import Urls

PASSWORD = "a sentence about dippers"


@pytest_asyncio.fixture
async def strict(own_database: Urls) -> AsyncIterator[World]:
    """A world on a server of its own that brakes after three failures."""
    async with running(settings_for(own_database, sign_in_attempts=3)) as server:
        made = await create_world(server.app, server.address)
        yield made
        await made.close()


async def test_after_some_failures_one_has_to_wait(strict: World) -> None:
    email, other = [await with_password(strict.address, PASSWORD, strict.acme) for _ in range(2)]
    async with Visitor(strict.address) as visitor:
        await visitor.get("/sign-in")
        for _ in range(3):
            assert (await visitor.post("/sign-in", email=email, password="wrong")).status_code == 401
        for spelled in (email, email.upper(), f" {email}"):
            waits = await visitor.post("/sign-in", email=spelled, password=PASSWORD)
            assert waits.status_code == 429
            assert 0 < int(waits.headers["retry-after"]) <= 60
            assert "Too many failed sign-ins" in waits.text
        assert (await visitor.post("/sign-in", email=other, password=PASSWORD)).status_code == 303


async def test_many_failures_from_one_place_brake_whatever_address_is_tried(strict: World) -> None:
    email = await with_password(strict.address, PASSWORD, strict.acme)
    async with Visitor(strict.address) as visitor:
        await visitor.get("/sign-in")
        for number in range(15):
            answer = await visitor.post("/sign-in", email=f"{number}@acme.example", password="wrong")
            assert answer.status_code == 401
        waits = await visitor.post("/sign-in", email=email, password=PASSWORD)
        assert waits.status_code == 429
        assert "from here" in waits.text
