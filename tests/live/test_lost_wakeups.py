"""Nothing is told from memory: where a wake-up is lost, looking finds what it would have said."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conftest import Running
from tests.handoffs.cast import claimed
from tests.live.listening import listening, tell, within
from tests.world import World
from warmline.clock import Clock
from warmline.db.transaction import Database


class Deaf(asyncio.Event):
    """A wake-up that nobody hears."""

    def set(self) -> None:
        """Nothing."""


@pytest_asyncio.fixture
async def elsewhere(shared: Running) -> AsyncIterator[Database]:
    """Commits of another process, which says nothing to this one."""
    database = Database(shared.app.urls.sqlalchemy(shared.app.urls.app), Clock(), 2)
    yield database
    await database.close()


async def test_an_event_nobody_spoke_of_is_heard_all_the_same(
    world: World, shared: Running, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(world.acme.ben) as heard:
        monkeypatch.setattr(shared.app.hub, "_woken", Deaf())
        for many in (1, 2):
            async with within(2.5):
                await tell(elsewhere, world.acme)
                await heard.counts(many)


async def test_commits_of_another_process_are_heard_by_looking_too(
    world: World, shared: Running, elsewhere: Database
) -> None:
    async with listening(world.acme.ben) as heard, within(2.5):
        subject = await tell(elsewhere, world.acme)
        await heard.mentions(str(subject))


async def test_a_long_poll_finds_a_change_whose_wake_up_was_lost(
    world: World, shared: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = world.acme
    won = await claimed(world)
    await asyncio.sleep(0)
    waiting = asyncio.create_task(acme.agent.get(f"handoffs/{won['id']}/wait", timeout=20, epoch=won["epoch"]))
    monkeypatch.setattr(shared.app.hub, "_woken", Deaf())
    async with within(4):
        await acme.ben.post(f"handoffs/{won['id']}/close", {"reason": "resolved"})
        while (answer := await waiting)["state"] != "closed":  # its reading may have come in between
            waiting = asyncio.create_task(acme.agent.get(f"handoffs/{won['id']}/wait", timeout=20))
    assert answer["closure_reason"] == "resolved"
