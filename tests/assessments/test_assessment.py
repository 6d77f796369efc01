"""The one reading of a handoff: pending, then ready, each change told; and what cannot be read stops nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import null, select, update

from tests.assessments.cast import assessed, told
from tests.conftest import SHARED
from tests.world import World
from warmline.assessments.model import Assessment
from warmline.db.transaction import tenant
from warmline.handoffs.model import Package

BROKEN = """
CREATE FUNCTION warmline.out_of_order() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
CREATE TRIGGER out_of_order BEFORE UPDATE ON warmline.assessments FOR EACH ROW
    WHEN (NEW.organization_id = '{}') EXECUTE FUNCTION warmline.out_of_order()
"""


async def types(world: World, handoff: dict[str, Any]) -> list[str]:
    """The types of the events about the handoff, oldest first."""
    return [one["type"] for one in await told(world, handoff)]


async def test_the_caller_does_not_wait_for_it_and_it_fills_in(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    step = {"title": "Restarted Outlook", "result": "failed", "evidence": "The same error."}
    await acme.agent.post(f"cases/{case['id']}/steps", step)
    handoff = await acme.handoff(case)
    assert handoff["assessment"]["state"] == "pending"
    reading = await assessed(world, handoff)
    assert (reading["source"], reading["confidence"]) == ("extractive", 0.3)
    assert "Restarted Outlook (did not help)" in reading["summary"]
    assert reading["what_we_know"] == ["Restarted Outlook: The same error."]
    assert reading["suggested_steps"] == [{"title": "Get past what stopped “Restarted Outlook”", "command": None}]
    assert await types(world, handoff) == ["handoff.created", "assessment.ready"]


async def test_there_is_one_a_handoff_however_often_it_is_escalated(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    await assessed(world, handoff)
    await acme.agent.post(f"cases/{handoff['source']['id']}/escalate", {"intent": "escalate", "reason": "Again."}, 200)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        assert len((await unit.session.scalars(select(Assessment))).all()) == 1


async def test_it_reads_what_was_frozen_not_what_came_later(world: World) -> None:
    handoff = await world.acme.handoff()
    await world.acme.agent.post(f"cases/{handoff['source']['id']}/facts", {"text": "Too late", "origin": "said"})
    assert (await assessed(world, handoff))["what_we_know"] == []


async def test_the_reading_of_parked_work_is_as_private_as_the_work(world: World) -> None:
    acme = world.acme
    mine = await acme.case(acme.ben)
    for agent, case in ((acme.agent, None), (acme.ben, mine)):
        parked = await acme.handoff(case, agent, intent="park")
        await assessed(world, parked)
        for who, sees in ((agent, True), (acme.admin, True), (acme.cleo, False), (acme.viewer, False)):
            events = (await who.get("events", subject=parked["id"]))["items"]
            assert ("assessment.ready" in [one["type"] for one in events]) is sees


async def test_an_organization_whose_job_fails_does_not_hold_up_another(world: World, postgres: Any) -> None:
    """A fault nobody foresaw: the row stays due, and the other tenants' work is done all the same."""
    async with out_of_order(postgres, world.acme.id):
        stuck = await world.acme.handoff()
        await assessed(world, await world.zenith.handoff(), by=world.zenith.admin)
        assert (await world.acme.ben.get(f"handoffs/{stuck['id']}"))["assessment"]["state"] == "pending"
    await assessed(world, stuck)


@asynccontextmanager
async def out_of_order(postgres: Any, organization_id: Any) -> AsyncIterator[None]:
    """While the database refuses whatever is done to this organization's assessments."""
    superuser = await asyncpg.connect(postgres.url(database=SHARED))
    try:
        await superuser.execute(BROKEN.format(organization_id))
        yield
    finally:
        await superuser.execute("DROP FUNCTION IF EXISTS warmline.out_of_order CASCADE")
        await superuser.close()


async def test_what_cannot_be_read_is_tried_three_times_and_stops_nobody(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    await assessed(world, handoff)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        odd = {"steps": [5], "problem": 7}
        await unit.session.execute(update(Package).where(Package.organization_id == acme.id).values(context=odd))
        again = {"state": "pending", "content": null(), "next_at": unit.now, "finished_at": None}
        await unit.session.execute(update(Assessment).where(Assessment.organization_id == acme.id).values(**again))
    for _ in range(2):
        await assessed(world, await acme.handoff())
        assert (await acme.ben.get(f"handoffs/{handoff['id']}"))["assessment"]["state"] == "pending"
        world.advance(seconds=31)
    await assessed(world, await acme.handoff())
    await assessed(world, handoff, "failed")
    assert await types(world, handoff) == ["handoff.created", "assessment.ready", "assessment.failed"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim", expect=200)
