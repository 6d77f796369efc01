"""Who reads may go: stopped, it gives its lease back; killed, it leaves one that runs out. Then it is read again."""

import asyncio
import os
import subprocess
import sys
from typing import Any

from tests.assessments.cast import assessed
from tests.assessments.conftest import GOOD
from tests.conftest import running, settings_for
from tests.live.test_restart import NOWHERE, _hand_over, move_to
from tests.llm.provider import Hold, Provider, provider, settings_of
from tests.world import World, create_world, until
from warmline.app import App
from warmline.db.connections import Urls
from warmline.settings import Settings

WORKER = [sys.executable, "-c", "from warmline.cli import main; main()", "worker"]


def environment(settings: Settings) -> dict[str, str]:
    """These settings, as a process reads them."""
    names = ("database_url", "worker_database_url", "model_key")
    secret = {name: getattr(settings, name).get_secret_value() for name in names}
    plain = {name: str(getattr(settings, name)) for name in ("model_provider", "model_name", "model_url")}
    return {**os.environ, **{f"WARMLINE_{name.upper()}": value for name, value in (secret | plain).items()}}


async def asked(model: Provider, number: int) -> bool:
    """Whether so many questions were asked."""
    return len(model.asked) >= number


async def handed_over(settings: Settings, urls: Urls) -> tuple[World, dict[str, Any]]:
    """A handoff on a server without jobs."""
    without_jobs = App(settings, urls, jobs=False)
    world = await create_world(without_jobs, NOWHERE)
    handoff = await _hand_over(world)
    await without_jobs.database.close()
    return world, handoff


async def test_who_is_stopped_gives_it_back_at_once(own_database: Urls) -> None:
    with provider() as there:
        settings = settings_for(own_database, **settings_of(there))
        there.answers = [hold := Hold(), GOOD]
        world, handoff = await handed_over(settings, own_database)
        async with running(settings):
            await until(lambda: asked(there, 1), 20)
        async with running(settings) as second:
            move_to(world, second.address)
            reading = await assessed(world, handoff)
        hold.go_on.set()
        await world.close()
    assert (reading["source"], len(there.asked)) == ("model", 2)


async def test_who_is_killed_leaves_a_lease_that_runs_out(own_database: Urls) -> None:
    with provider() as there:
        settings = settings_for(own_database, **settings_of(there))
        there.answers = [hold := Hold(), GOOD]
        world, handoff = await handed_over(settings, own_database)
        worker = subprocess.Popen(WORKER, env=environment(settings), stderr=subprocess.DEVNULL)
        await until(lambda: asked(there, 1), 40)
        worker.kill()
        await asyncio.to_thread(worker.wait)
        async with running(settings) as second:
            move_to(world, second.address)
            world.app = second.app
            assert second.app.worker is not None
            assert await second.app.worker.work() == 0
            assert len(there.asked) == 1
            world.advance(seconds=settings.model_seconds + 21)
            reading = await assessed(world, handoff)
        hold.go_on.set()
        await world.close()
    assert (reading["source"], reading["summary"], len(there.asked)) == ("model", GOOD["summary"], 2)
