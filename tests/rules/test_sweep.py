"""The statement of the sweep does what the table says, for any mixture of states and times."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.conftest import Running
from tests.handoffs.rows import put
from tests.world import World, create_world
from warmline.db.transaction import tenant
from warmline.handoffs.lifecycle import ARROWS, WAKING, State
from warmline.handoffs.model import Handoff
from warmline.handoffs.sweep import Woken, wake

DUE_SECONDS = {"urgent": 60, "high": 300, "normal": 900, "low": 3600}
DUE = json.dumps(DUE_SECONDS)
ROWS = st.fixed_dictionaries(
    {
        "state": st.sampled_from([state.value for state in State]),
        "wakes_in": st.integers(-3, 3),  # seconds from now; 0 is due
        "priority": st.sampled_from(list(DUE_SECONDS)),
        "epoch": st.integers(0, 5),
    }
)


class Undo(Exception):
    """Leaves no trace of an example."""


@pytest_asyncio.fixture(scope="module")
async def cast(shared: Running) -> AsyncIterator[World]:
    """One world for all examples: each undoes what it did."""
    world = await create_world(shared.app, shared.address)
    yield world
    await world.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=12), most=st.integers(1, 14))
async def test_the_sweep_takes_the_arrows_of_the_clock_and_no_others(
    cast: World, rows: list[dict[str, Any]], most: int
) -> None:
    with suppress(Undo):
        async with cast.app.database.transaction(tenant(cast.acme.id)) as unit:
            made = await put(unit.session, cast.acme, rows, unit.now)
            woken = {one.id: one for one in await wake(unit.session, cast.acme.id, DUE, unit.now, most)}
            due = {was["id"] for was in made if was["wakes_at"] and was["wakes_at"] <= unit.now}
            assert len(woken) == min(most, len(due))
            assert woken.keys() <= due
            after = await _handoffs(unit.session, cast.acme.id)
            for was in made:
                _check(was, after[was["id"]], woken.get(was["id"]), unit.now)
            raise Undo


def _check(was: dict[str, Any], now_is: Handoff, woken: Woken | None, now: datetime) -> None:
    if woken is None:
        assert {name: getattr(now_is, name) for name in was} == was
        return
    act, _ = WAKING[State(was["state"])]
    assert now_is.state == ARROWS[State(was["state"]), act]
    assert (now_is.wakes_at, now_is.claimed_by, now_is.claimed_at, now_is.first_action_at) == (None,) * 4
    assert now_is.epoch == woken.epoch == was["epoch"] + (was["state"] != "parked")
    promised = now + timedelta(seconds=DUE_SECONDS[was["priority"]])
    assert now_is.due_at == woken.due_at == (promised if was["state"] == "parked" else was["due_at"])
    assert (woken.was, woken.held_by) == (was["state"], was["claimed_by"])


async def _handoffs(session: AsyncSession, organization_id: UUID) -> dict[UUID, Handoff]:
    query = select(Handoff).where(Handoff.organization_id == organization_id)
    return {one.id: one for one in await session.scalars(query.execution_options(populate_existing=True))}
