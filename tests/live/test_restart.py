"""A server goes and another one comes: streams resume without a gap, jobs go on where they were."""

from tests.assessments.cast import assessed
from tests.conftest import running, settings_for
from tests.live.listening import listening, subjects, tell
from tests.world import World, create_world
from warmline.app import App
from warmline.caller import Caller
from warmline.cases.open import open_case
from warmline.db.connections import Urls
from warmline.db.transaction import tenant
from warmline.flows.escalate import Request, escalate

NOWHERE = "http://127.0.0.1:1"


def move_to(world: World, address: str) -> None:
    """The same people, at another address."""
    for client in world.clients:
        client.base_url = f"{address}/api/v1/"


async def test_a_stream_resumes_across_a_restart(own_database: Urls) -> None:
    settings = settings_for(own_database)
    async with running(settings) as first:
        world = await create_world(first.app, first.address)
        async with listening(world.acme.ben) as before:
            told = [await tell(first.app.database, world.acme) for _ in range(3)]
            await before.counts(3)
    between = App(settings, own_database, jobs=False)
    told += [await tell(between.database, world.acme) for _ in range(2)]
    await between.database.close()
    async with running(settings) as second:
        move_to(world, second.address)
        async with listening(world.acme.ben, before.last) as after:
            told.append(await tell(second.app.database, world.acme))
            await after.counts(3)
    await world.close()
    assert subjects(before) + subjects(after) == told


async def test_a_pending_reading_survives_a_restart(own_database: Urls) -> None:
    settings = settings_for(own_database)
    without_jobs = App(settings, own_database, jobs=False)
    world = await create_world(without_jobs, NOWHERE)
    handoff = await _hand_over(world)
    await without_jobs.database.close()
    async with running(settings) as server:
        move_to(world, server.address)
        reading = await assessed(world, handoff)
    await world.close()
    assert reading["summary"].startswith("The sync stops.")


async def _hand_over(world: World) -> dict[str, str]:
    """Through the verbs, where there is no server."""
    acme = world.acme
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        jane = Caller(acme.id, "member", acme.agent.id, "Jane", "agent", member_id=acme.agent.id)
        case = await open_case(unit.session, jane, acme.squad, "Outlook fails", "The sync stops.", unit.now)
        handoff, _ = await escalate(unit.session, jane, case.id, Request("escalate", "I may not."), unit.now)
    return {"id": str(handoff.id)}
