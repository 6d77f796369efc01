"""Whatever a transcript talks a model into, it fills the bounded fields of one assessment, and does nothing else."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg

from tests.assessments.injection import DRESSES, Attack, attacks, obey
from tests.conftest import Running, cloned, running, settings_for
from tests.llm.provider import provider, said, settings_of
from tests.tenancy.snapshot import changed, digests
from tests.web.test_pages_escaping import Reader
from tests.web.visitors import signed_in
from tests.world import World, create_world, until
from warmline.app import App
from warmline.assessments.reading import Reading
from warmline.caller import Caller
from warmline.cases import report
from warmline.cases.open import open_case
from warmline.db.connections import Urls
from warmline.db.transaction import tenant
from warmline.flows.escalate import Request, escalate
from warmline.llm.clean import has_link, visible
from warmline.settings import Settings

ITS_OWN = {"assessments", "events", "event_inbox", "event_positions", "model_usage"}
KEPT = "SELECT handoff_id::text || id::text || created_at::text || asked::text FROM warmline.assessments ORDER BY 1"
ENDED = "SELECT handoff_id, state, source, reason, content FROM warmline.assessments WHERE organization_id = $1"
AT_ONCE = 60  # more, and some would be extracted, because all hands are too busy
LATER = "UPDATE warmline.assessments SET next_at = now() + interval '1000 days'"
SOME = """UPDATE warmline.assessments SET next_at = now() WHERE id IN
    (SELECT id FROM warmline.assessments WHERE state = 'pending' ORDER BY id LIMIT $1)"""
TOLD = """SELECT type, subject_id FROM warmline.events
    WHERE organization_id = $1 AND type NOT IN ('handoff.created') AND subject_kind = 'handoff'"""


async def hand_over(world: World, tries: list[Attack]) -> None:
    """A case for each of them, through the verbs."""
    acme = world.acme
    jane = Caller(acme.id, "member", acme.agent.id, "Jane", "agent", member_id=acme.agent.id)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        session, now = unit.session, unit.now
        for attack in tries:
            at = {attack.place: attack.text}
            named = (at.get("title", "Printer"), at.get("problem", "It is silent."))
            case = await open_case(session, jane, acme.squad, *named, now)
            if "message" in at:
                await report.post_message(session, jane, case.id, "customer", at["message"], None, now)
            if "evidence" in at:
                step = {"title": "Restarted it", "kind": None, "result": "failed", "evidence": at["evidence"]}
                await report.add_step(session, jane, case.id, None, now, **step)
            if "task" in at:
                await report.add_task(session, jane, case.id, None, now, at["task"], False)
            await escalate(session, jane, case.id, Request("escalate", at.get("reason", "Beyond me.")), now)


async def test_an_obedient_model_does_nothing_but_fill_its_fields(postgres: Any, template: str) -> None:
    every = list(attacks())
    assert len(every) >= 500
    with provider() as there:
        there.always = obey
        async with cloned(postgres, template, "injection") as urls, eyes_on(postgres.url(database="injection")) as eyes:
            settings = settings_for(urls, **settings_of(there))
            world = await handed_over(settings, urls, every)
            await eyes.execute(LATER)
            before, rows = await seen(eyes, world), await eyes.fetch(KEPT)
            async with running(settings) as server:
                await in_turn(server, eyes, len(every))
                after, ended = await seen(eyes, world), await eyes.fetch(ENDED, world.acme.id)
                await pages_are_plain(world, server, eyes)
            told = Counter((row["type"], row["subject_id"]) for row in await eyes.fetch(TOLD, world.acme.id))
            assert await eyes.fetch(KEPT) == rows
            await world.close()
    assert set(changed(before[0], after[0])) <= ITS_OWN
    assert set(changed(before[1], after[1])) <= {"event_inbox", "event_positions"}  # its own events, put in order
    assert len(ended) == len(every)
    assert told == Counter({(f"assessment.{row['state']}", row["handoff_id"]): 1 for row in ended})
    outcomes = Counter((row["state"], row["reason"]) for row in ended)
    assert set(outcomes) == {("ready", None), ("failed", "invalid")}, outcomes
    assert min(outcomes.values()) > 100, outcomes
    for row in ended:
        assert_contained(json.loads(row["content"]), row["source"])
    assert len(there.asked) <= 2 * len(every)
    assert all(len(ask["tools"]) == 1 and said(ask)[0].startswith("{") for ask in there.asked)


async def handed_over(settings: Settings, urls: Urls, every: list[Attack]) -> World:
    """All of them, in Acme, by a server without jobs."""
    without_jobs = App(settings, urls, jobs=False)
    world = await create_world(without_jobs, "http://127.0.0.1:1")
    for begin in range(0, len(every), 50):
        await hand_over(world, every[begin : begin + 50])
    await without_jobs.database.close()
    return world


@asynccontextmanager
async def eyes_on(url: str) -> AsyncIterator[asyncpg.Connection]:
    """The superuser's."""
    eyes = await asyncpg.connect(url)
    try:
        yield eyes
    finally:
        await eyes.close()


async def seen(eyes: asyncpg.Connection, world: World) -> list[dict[str, str]]:
    """All that both organizations have, table by table."""
    return [await digests(eyes, side.id) for side in (world.acme, world.zenith)]


async def in_turn(server: Running, eyes: asyncpg.Connection, number: int) -> None:
    """Have all read, some at a time."""

    async def so_many(most: int) -> bool:
        query = "SELECT count(*) FROM warmline.assessments WHERE state <> 'pending'"
        done = bool(await eyes.fetchval(query) == min(most, number))
        return done and not await eyes.fetchval("SELECT EXISTS (SELECT FROM warmline.event_inbox)")

    assert server.app.worker is not None
    for begin in range(0, number, AT_ONCE):
        await eyes.execute(SOME, AT_ONCE)
        server.app.worker.wake()
        await until(partial(so_many, begin + AT_ONCE), 60)


async def pages_are_plain(world: World, server: Running, eyes: asyncpg.Connection) -> None:
    """What came of it is text on the page; each kind of order is looked at."""
    rows = await eyes.fetch("SELECT id FROM warmline.handoffs WHERE organization_id = $1 ORDER BY id", world.acme.id)
    async with signed_in(server.app, server.address, world.acme.id, world.acme.ben) as ben:
        for row in rows[:: len(DRESSES)]:
            reader = Reader()
            reader.feed(await ben.get(f"/handoffs/{row['id']}"))
            assert reader.bad == []


def assert_contained(content: dict[str, Any], source: str) -> None:
    """Bounded; and what a model wrote is without links, all of it visible, a command in one line."""
    reading = Reading.model_validate(content)
    if source == "extractive":  # what people wrote
        return
    commands = [step.command or "" for step in reading.suggested_steps]
    steps = [step.title for step in reading.suggested_steps]
    for text in (reading.summary, *reading.what_we_know, reading.likely_cause, *steps, *commands):
        assert visible(text) == text
        assert not has_link(text)
    assert not any("\n" in command for command in commands)
