"""GET /events/stream over a real connection: what it says, in which order, and that nothing is missed."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio

from tests.conftest import Running, running, settings_for
from tests.live.listening import Heard, by_hand, listening, subjects, tell, within
from tests.world import World
from warmline.caller import job
from warmline.db.transaction import tenant
from warmline.timeline.record import Entry, record


@pytest_asyncio.fixture(scope="module")
async def brisk(shared: Running) -> AsyncIterator[Running]:
    """Another server on the same database, without jobs of its own hurry: short beats, short lives."""
    settings = settings_for(shared.app.urls, stream_heartbeat_seconds=0.1, stream_seconds=1)
    async with running(settings) as server:
        yield server


async def test_the_first_frame_is_ready_and_then_come_the_events_as_in_the_list(world: World) -> None:
    acme = world.acme
    async with listening(acme.ben) as heard:
        assert heard.frames[0].event == "ready"
        handoff = await acme.handoff()
        await heard.until(lambda it: "assessment.ready" in it.types)
        await acme.ben.post(f"handoffs/{handoff['id']}/claim")
        await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved"})
        await heard.until(lambda it: "case.resolved" in it.types)
    assert heard.types == [
        "case.opened", "handoff.created", "notification.created", "assessment.ready", "handoff.claimed",
        "handoff.closed", "case.resolved",
    ]  # fmt: skip
    listed = (await acme.ben.get("events", subject=f"case:{handoff['source']['id']}", order="asc"))["items"]
    assert [one.data for one in heard.events if one.event != "notification.created"] == listed
    assert len({frame.id for frame in heard.frames}) == len(heard.frames)


async def test_the_answer_is_an_event_stream_that_nobody_buffers(world: World) -> None:
    async with world.acme.ben.http.stream("GET", "events/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
        text = await anext(answer.aiter_text())
        assert re.match(r"id: \S+\nevent: ready\ndata: \{.*\}\n\nretry: \d+\n\n", text)


async def test_resuming_misses_nothing_and_repeats_nothing(world: World) -> None:
    acme, database = world.acme, world.app.database
    async with listening(acme.ben) as first:
        told = [await tell(database, acme) for _ in range(3)]
        await first.counts(3)
    told += [await tell(database, acme) for _ in range(5)]
    async with listening(acme.ben, first.last) as second:
        told += [await tell(database, acme) for _ in range(2)]
        await second.counts(7)
    assert subjects(first) + subjects(second) == told
    async with listening(acme.ben, first.frames[1].id) as third:  # from the middle
        await third.counts(9)
    assert subjects(third) == told[1:]


async def test_a_page_is_not_the_end_of_what_was_missed(world: World) -> None:
    async with listening(world.acme.ben) as first:
        pass
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        entries = [Entry("case.opened", ("case", world.acme.id)) for _ in range(2500)]
        await record(unit.session, job("clock", world.acme.id), unit.now, *entries)
    async with listening(world.acme.ben, first.last) as second:
        await second.counts(2500)
    assert len(set(second.ids)) == 2500


async def test_what_commits_late_is_heard_late_and_never_lost(world: World) -> None:
    acme, database = world.acme, world.app.database
    async with listening(acme.ben) as heard:
        async with by_hand(database, acme) as (_, slow):
            quick = [await tell(database, acme) for _ in range(3)]
            await heard.counts(3)
            seen_by_then = heard.last
        await heard.counts(4)
    assert subjects(heard) == [*quick, slow]
    async with listening(acme.ben, seen_by_then) as resumed:
        await resumed.counts(1)
    assert subjects(resumed) == [slow]


async def test_whatever_the_order_of_commits_resuming_from_any_point_hears_each_once(world: World) -> None:
    acme, database = world.acme, world.app.database
    order = list(range(8))
    random.Random(7).shuffle(order)
    whole: list[Heard] = []
    async with listening(acme.ben) as steady:
        held = [by_hand(database, acme) for _ in order]
        opened = {number: (await held[number].__aenter__())[1] for number in sorted(order)}
        last = steady.last
        for number in order:
            await held[number].__aexit__(None, None, None)
            async with listening(acme.ben, last) as piece:
                await piece.counts(1)
            whole.append(piece)
            last = piece.last
        await steady.counts(8)
    expected = [opened[number] for number in order]
    assert subjects(steady) == expected
    assert [subject for piece in whole for subject in subjects(piece)] == expected


async def test_a_transaction_that_stays_open_delays_nobody(world: World) -> None:
    acme, database = world.acme, world.app.database
    async with listening(acme.ben) as heard, by_hand(database, acme):
        for number in range(1, 6):
            async with within(1):
                await tell(database, acme)
                await heard.counts(number)


async def test_an_event_is_heard_at_once_here_and_by_way_of_another_process(world: World, brisk: Running) -> None:
    acme = world.acme
    async with listening(acme.ben) as here, listening(acme.cleo, address=brisk.address) as there, within(0.7):
        await tell(world.app.database, acme)
        await here.counts(1)
        await there.counts(1)
    assert here.ids == there.ids


async def test_it_says_that_it_is_alive_and_ends_after_its_life(world: World, brisk: Running) -> None:
    acme = world.acme
    async with listening(acme.ben, address=brisk.address) as heard:
        await heard.until(lambda it: it.beats >= 3, 2)
        first = await tell(world.app.database, acme)
        await heard.until(lambda it: it.ended, 3)
    missed = await tell(world.app.database, acme)
    async with listening(acme.ben, heard.last, address=brisk.address) as again:
        await again.counts(1)
    assert subjects(heard) + subjects(again) == [first, missed]


async def test_a_cursor_of_another_log_is_refused(world: World) -> None:
    for wrong in ("nonsense", "cDk5OTk5OTk5OTk5", "x" * 201):
        answer = await world.acme.ben.http.get("events/stream", headers={"Last-Event-ID": wrong})
        assert answer.status_code == 422


async def test_many_listeners_hear_the_same(world: World) -> None:
    acme = world.acme
    async with AsyncExitStack() as stack:
        all_heard = [await stack.enter_async_context(listening(who)) for who in (acme.ben, acme.cleo, acme.admin) * 5]
        told = await asyncio.gather(*(tell(world.app.database, acme) for _ in range(20)))
        for heard in all_heard:
            await heard.counts(20)
    assert {tuple(heard.ids) for heard in all_heard} == {tuple(all_heard[0].ids)}
    assert set(subjects(all_heard[0])) == set(told)
