"""The jobs: lost wake-ups are found by looking, and however many workers there are, each thing happens once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from tests.conftest import settings_for
from tests.handoffs.rows import put
from tests.world import World, create_world, until
from warmline.app import App
from warmline.cases.model import Case
from warmline.clock import Clock
from warmline.db.connections import Urls
from warmline.db.transaction import Database, tenant
from warmline.flows import clockwork
from warmline.handoffs.lifecycle import WAKING
from warmline.handoffs.model import Handoff
from warmline.timeline.model import Event
from warmline.worker import local
from warmline.worker.local import LocalWorker

Rows = list[dict[str, Any]]
DUE: Rows = [{"state": state, "priority": how} for state in WAKING for how in ("urgent", "low")]
NOT_DUE: Rows = [{"state": "claimed", "wakes_in": 600}, {"state": "ready"}, {"state": "closed"}]


@pytest_asyncio.fixture
async def quiet(own_database: Urls) -> AsyncIterator[World]:
    """A world with a database to itself, in which no jobs run."""
    app = App(settings_for(own_database), own_database, jobs=False)
    world = await create_world(app, "http://127.0.0.1:1")
    yield world
    await world.close()
    await app.database.close()


def worker(world: World) -> LocalWorker:
    """One more worker, with connections of its own."""
    urls = world.app.urls
    return LocalWorker(Database(urls.sqlalchemy(urls.worker), Clock(), 2))


async def test_two_workers_never_act_twice(quiet: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clockwork, "CHUNK", 3)
    async with quiet.app.database.transaction(tenant(quiet.acme.id)) as unit:
        due = await put(unit.session, quiet.acme, DUE * 33 + DUE[:2], unit.now)
        await put(unit.session, quiet.acme, NOT_DUE, unit.now)
    assert len(due) == 200
    workers = [worker(quiet) for _ in range(2)]
    done = await asyncio.gather(*(one.work() for one in workers))
    for one in workers:
        await one.database.close()
    assert min(done) > 0, "one of them did all: this shows nothing"
    assert sum(done) == 200
    told = await _events(quiet)
    assert Counter(subject for _, subject in told) == {one["id"]: 1 for one in due}
    assert Counter(type for type, _ in told) == {"handoff.lapsed": 68, "handoff.ready": 132}
    assert await _states(quiet) == {
        ("ready", "escalated", True, len(due) + 1),
        ("claimed", "active", True, 1),
        ("closed", "closed", True, 1),
    }


async def test_work_that_nobody_spoke_of_is_found_by_looking(quiet: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "LONGEST_SLEEP", timedelta(seconds=0.3))
    alone = worker(quiet)
    running = asyncio.create_task(alone.run())
    try:
        async with quiet.app.database.transaction(tenant(quiet.acme.id)) as unit:
            await put(unit.session, quiet.acme, [{"state": "claimed", "wakes_in": 0.2}], unit.now)

        async def lapsed() -> bool:
            return [type for type, _ in await _events(quiet)] == ["handoff.lapsed"]

        await until(lapsed, 5)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await alone.database.close()


async def test_it_sleeps_no_longer_than_ten_seconds_and_until_what_is_due_next(quiet: World) -> None:
    alone = worker(quiet)
    assert timedelta(seconds=10) >= local.LONGEST_SLEEP
    assert await alone._until_next() == local.LONGEST_SLEEP.total_seconds()
    async with quiet.app.database.transaction(tenant(quiet.acme.id)) as unit:
        await put(unit.session, quiet.acme, [{"state": "claimed", "wakes_in": 5}], unit.now)
    assert 3 < await alone._until_next() <= 5
    await alone.database.close()


async def _states(world: World) -> set[tuple[Any, ...]]:
    """(state, status of the case, whether their epochs agree, how many)."""
    columns = (Handoff.state, Case.status, Handoff.epoch == Case.epoch)
    query = select(*columns, func.count()).join(Case, Case.id == Handoff.case_id).group_by(*columns)
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        return {tuple(row) for row in await unit.session.execute(query)}


async def _events(world: World) -> list[tuple[str, object]]:
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        query = select(Event.type, Event.subject_id).where(Event.subject_kind == "handoff")
        return [(row.type, row.subject_id) for row in await unit.session.execute(query)]
