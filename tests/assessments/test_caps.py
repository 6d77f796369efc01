"""What models may take in a day is the organization's to say; past it the steps speak."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from tests.assessments.cast import assessed, told
from tests.assessments.conftest import BAD, GOOD
from tests.llm.provider import TOKENS, Hold, Provider
from tests.world import World
from warmline.assessments.model import ModelUsage
from warmline.db.transaction import tenant


async def test_past_the_cap_of_the_day_no_model_is_asked(read: World, model: Provider) -> None:
    model.always = lambda _: GOOD
    acme = read.acme
    await acme.admin.patch("organization", {"settings": {"model_daily_tokens": 2 * sum(TOKENS.values())}})
    for _ in range(2):
        assert (await assessed(read, await acme.handoff()))["source"] == "model"
    handoff = await acme.handoff()
    reading = await assessed(read, handoff, "skipped")
    assert (reading["reason"], reading["source"], reading["usage"]) == ("daily_cap", "extractive", None)
    assert reading["summary"].startswith("The sync stops.")
    assert [one["type"] for one in await told(read, handoff)] == ["handoff.created", "assessment.skipped"]
    assert len(model.asked) == 2
    read.advance(days=1)
    assert (await assessed(read, await acme.handoff()))["source"] == "model"


async def test_what_failed_counts_as_well_and_another_organization_s_does_not(read: World, model: Provider) -> None:
    model.answers = [BAD, BAD, GOOD]
    await read.acme.admin.patch("organization", {"settings": {"model_daily_tokens": 1}})
    await assessed(read, await read.acme.handoff(), "failed")
    assert (await assessed(read, await read.acme.handoff(), "skipped"))["reason"] == "daily_cap"
    await read.zenith.handoff()
    async with read.app.database.transaction(tenant(read.acme.id)) as unit:
        (used,) = (await unit.session.scalars(select(ModelUsage))).all()
        assert (used.questions, used.input_tokens, used.output_tokens) == (1, 200, 40)
        assert used.day in (unit.now.date(), (unit.now - timedelta(minutes=1)).date())


async def test_an_organization_may_do_without(read: World, model: Provider) -> None:
    await read.acme.admin.patch("organization", {"settings": {"model_daily_tokens": 0}})
    reading = await assessed(read, await read.acme.handoff())
    assert (reading["source"], reading["reason"], model.asked) == ("extractive", None, [])


async def test_many_at_once_do_not_all_find_the_last_of_the_day(read: World, model: Provider) -> None:
    """What is being asked counts already, in readings and in texts; and what was broken off was paid for."""
    model.answers = [first := Hold(GOOD), second := Hold()]
    await read.acme.admin.patch("organization", {"settings": {"model_daily_tokens": 150}})
    reads = await read.acme.handoff()
    await _asked(first)
    assert (await assessed(read, await read.acme.handoff(), "skipped"))["reason"] == "daily_cap"
    first.go_on.set()
    await assessed(read, reads)
    await _waiting_for_a_text(read, reads["id"], second)
    assert (await read.acme.cleo.get(f"handoffs/{reads['id']}/texts/email_draft"))["source"] == "template"
    assert len(model.asked) == 2
    second.go_on.set()


async def _asked(hold: Hold) -> None:
    await asyncio.to_thread(hold.asked.wait, 10)


async def _waiting_for_a_text(read: World, handoff_id: str, hold: Hold) -> None:
    """Ben asks for one, and the model has not answered yet."""
    asking = asyncio.create_task(read.acme.ben.get(f"handoffs/{handoff_id}/texts/client_update"))
    await _asked(hold)
    asking.add_done_callback(lambda done: done.exception())
