"""A model reads a handoff: once, outside of any transaction; what fails is told, and an extract stands in."""

import time
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.assessments.cast import assessed, told
from tests.assessments.conftest import BAD, GOOD
from tests.conftest import running, settings_for
from tests.llm.provider import TOKENS, Hold, Provider, Status, provider, said, settings_of
from tests.world import World, create_world, until
from warmline.assessments import fill
from warmline.db.connections import Urls
from warmline.db.transaction import tenant
from warmline.worker.schedule import READINGS_AT_ONCE

ALONE = READINGS_AT_ONCE // 2  # what one organization gets of all hands
OPEN = text("""SELECT count(*) AS n FROM pg_stat_activity
    WHERE usename = 'warmline_worker' AND datname = current_database() AND xact_start IS NOT NULL""")


async def test_it_is_there_soon_with_what_it_took(read: World, model: Provider) -> None:
    model.answers = [GOOD]
    begun = time.monotonic()
    handoff = await read.acme.handoff()
    assert (handoff["assessment"]["state"], handoff["assessment"]["source"]) == ("pending", None)
    reading = await assessed(read, handoff)
    assert time.monotonic() - begun < 10  # the first of a process loads the library, too
    assert {name: reading[name] for name in GOOD} == GOOD
    assert (reading["source"], reading["reason"]) == ("model", None)
    assert reading["usage"] == {"model": "large", "input_tokens": TOKENS["input"], "output_tokens": TOKENS["output"]}
    events = await told(read, handoff)
    assert [one["type"] for one in events] == ["handoff.created", "assessment.ready"]
    assert events[1]["data"]["model"] == "large"
    assert len(model.asked) == 1


async def test_what_it_is_told_is_one_message_of_visible_data_without_addresses(read: World, model: Provider) -> None:
    model.answers = [GOOD]
    acme = read.acme
    customer = {"name": "Priya", "company": "Contoso", "email": "priya@contoso.example", "phone": "+49 30 1234567"}
    case = await acme.case(customer=customer, problem="It st\u200bops\U000e0041.\u202e")
    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": "Help \ufeffme"})
    await assessed(read, await acme.handoff(case, notes="In a hurry."))
    assert len(said(model.asked[0])) == 1
    data = model.data()
    assert data["problem"] == "It stops."
    assert data["messages"] == [{"role": "customer", "text": "Help me"}]
    assert data["customer"] == {"name": "Priya", "company": "Contoso"}
    assert data["notes"] == "In a hurry."
    assert "why_it_is_handed_over" in data
    assert len(model.asked[0]["tools"]) == 1


async def test_how_much_it_is_told_is_the_organization_s_to_say(read: World, model: Provider) -> None:
    model.answers = [GOOD, GOOD]
    acme = read.acme
    case = await acme.case(problem="x" * 20_000)
    for number in range(50):
        await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": f"{number}:" + "y" * 4000})
    await acme.admin.patch("organization", {"settings": {"model_input_characters": 5000}})
    await assessed(read, await acme.handoff(case))
    assert len(said(model.asked[0])[0]) <= 5000
    assert model.data()["messages"][-1]["text"].startswith("49:")


async def test_a_wrong_answer_is_sent_back_once_and_both_are_paid_for(read: World, model: Provider) -> None:
    model.answers = [BAD, GOOD]
    reading = await assessed(read, await read.acme.handoff())
    assert (reading["source"], len(model.asked)) == ("model", 2)
    assert reading["usage"]["input_tokens"] == 2 * TOKENS["input"]


async def test_after_two_wrong_answers_the_steps_speak_and_the_work_goes_on(read: World, model: Provider) -> None:
    model.always = lambda _: BAD
    handoff = await read.acme.handoff()
    reading = await assessed(read, handoff, "failed")
    assert (reading["reason"], reading["source"], len(model.asked)) == ("invalid", "extractive", 2)
    assert reading["summary"].startswith("The sync stops.")
    assert [one["type"] for one in await told(read, handoff)] == ["handoff.created", "assessment.failed"]
    await read.acme.ben.post(f"handoffs/{handoff['id']}/claim", expect=200)


async def test_what_may_pass_is_tried_three_times_a_little_later(read: World, model: Provider) -> None:
    model.answers = [Status(500), Status(529), GOOD]
    handoff = await read.acme.handoff()
    for number, seconds in ((1, 6), (2, 16)):
        await until(partial(asked, model, number))
        await tried_in_vain(read, handoff)
        read.advance(seconds=seconds)
    assert (await assessed(read, handoff))["source"] == "model"


async def test_what_does_not_pass_is_given_up(read: World, model: Provider) -> None:
    handoff = await read.acme.handoff()
    for number, seconds in ((1, 6), (2, 16)):
        await until(partial(asked, model, number))
        await tried_in_vain(read, handoff)
        read.advance(seconds=seconds)
    reading = await assessed(read, handoff, "failed")
    assert (reading["reason"], reading["source"], len(model.asked)) == ("broken", "extractive", 3)


async def test_a_key_that_is_not_good_is_not_tried_again(read: World, model: Provider) -> None:
    model.answers = [Status(401)]
    reading = await assessed(read, await read.acme.handoff(), "failed")
    assert (reading["reason"], len(model.asked)) == ("rejected", 1)


async def test_a_slow_model_is_not_waited_for(own_database: Urls) -> None:
    with provider() as there:
        there.answers = [hold := Hold()]
        async with running(settings_for(own_database, **settings_of(there, model_seconds=0.3))) as server:
            world = await create_world(server.app, server.address)
            reading = await assessed(world, await world.acme.handoff(), "failed")
            await world.close()
        hold.go_on.set()
    assert (reading["reason"], reading["source"], len(there.asked)) == ("timeout", "extractive", 1)


async def test_the_other_dialect_does_as_well(own_database: Urls) -> None:
    with provider() as there:
        there.answers = [BAD, GOOD]
        async with running(settings_for(own_database, **settings_of(there, "openai"))) as server:
            world = await create_world(server.app, server.address)
            reading = await assessed(world, await world.acme.handoff())
            await world.close()
    assert (reading["source"], reading["usage"]["model"], len(there.asked)) == ("model", "large", 2)


async def test_while_it_reads_nothing_is_held_and_the_clock_goes_on(read: World, model: Provider) -> None:
    model.answers = [hold := Hold(GOOD), second := Hold(GOOD)]
    acme = read.acme
    handoff = await acme.handoff()
    await until(lambda: asked(model, 1))
    assert await open_transactions(read) == 0
    await acme.ben.post(f"handoffs/{handoff['id']}/claim", expect=200)
    read.advance(minutes=16)
    lapsed = await until(lambda: state_of(read, handoff, "ready"))
    assert lapsed["assessment"]["state"] == "pending"
    hold.go_on.set()
    second.go_on.set()
    await assessed(read, handoff)


async def test_an_answer_that_comes_after_the_lease_is_dropped_and_paid_for(read: World, model: Provider) -> None:
    model.answers = [late := Hold(GOOD | {"summary": "Too late."}), second := Hold(GOOD)]
    handoff = await read.acme.handoff()
    await until(lambda: asked(model, 1))
    read.advance(minutes=2)
    await until(lambda: asked(model, 2))
    late.go_on.set()

    async def paid() -> dict[str, Any]:
        found: dict[str, Any] = (await read.acme.ben.get(f"handoffs/{handoff['id']}"))["assessment"]
        return found if found["usage"] else {}

    assert (await until(paid))["state"] == "pending"
    second.go_on.set()
    reading = await assessed(read, handoff)
    assert (reading["summary"], reading["usage"]["input_tokens"]) == (GOOD["summary"], 2 * TOKENS["input"])
    assert [one["type"] for one in await told(read, handoff)] == ["handoff.created", "assessment.ready"]


async def test_what_all_hands_are_too_busy_for_is_extracted(read: World, model: Provider) -> None:
    holds = [Hold(GOOD) for _ in range(ALONE)]
    model.answers = [*holds]
    busy = [await read.acme.handoff() for _ in holds]
    await until(lambda: asked(model, ALONE))
    one_more = await read.acme.handoff()
    read.advance(seconds=31)
    reading = await assessed(read, one_more, "skipped")
    assert (reading["reason"], reading["source"]) == ("crowded", "extractive")
    for hold in holds:
        hold.go_on.set()
    for handoff in busy:
        assert (await assessed(read, handoff))["source"] == "model"


async def asked(model: Provider, number: int) -> bool:
    """Whether so many questions were asked."""
    return len(model.asked) >= number


async def tried_in_vain(world: World, handoff: dict[str, Any]) -> None:
    """The last try is written down: it is due again in seconds, while a lease ends in more than a minute."""

    async def look() -> bool:
        async with world.app.database.transaction(tenant(world.acme.id)) as unit:
            found = await fill.of(unit.session, world.acme.id, UUID(handoff["id"]))
            assert found is not None
            return found.next_at is not None and found.next_at - unit.now < timedelta(seconds=20)

    await until(look)


async def state_of(world: World, handoff: dict[str, Any], state: str) -> dict[str, Any] | None:
    """The handoff, once it is in that state."""
    found: dict[str, Any] = await world.acme.ben.get(f"handoffs/{handoff['id']}")
    return found if found["state"] == state else None


async def open_transactions(world: World) -> int:
    """Of the worker's role."""
    rows = await world.app.database.look(OPEN, {})
    return int(rows[0].n)
