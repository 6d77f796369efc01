"""Texts for others: the ticket's is a copy, the customer's are reworded once, or a template where there is no model."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.assessments.cast import assessed
from tests.assessments.conftest import GOOD
from tests.llm.provider import Hold, Provider, Status
from tests.world import Actor, World, until

NOW = sql("SELECT clock_timestamp() AS at")
OLDER = sql("""SELECT count(*) AS n FROM pg_stat_activity
    WHERE usename = 'warmline_app' AND datname = current_database()
    AND xact_start < :than AND pid <> pg_backend_pid()""")
DRAFT = {"subject": "Your Outlook", "body": "I have it now. See https://evil.example/x for more."}
TEXT = "I have it now. See (link left out) for more."
NOTES = """\
Outlook has stopped to sync since the update.

What we know:
- The add-in is at 4.2.

Likely cause: The add-in.

Next:
- Take the add-in back: outlook.exe /safe

(Read by a model; confidence high.)"""


async def text(who: Actor, handoff: dict[str, Any], kind: str, expect: int = 200) -> dict[str, Any]:
    """The text of a kind."""
    found: dict[str, Any] = await who.get(f"handoffs/{handoff['id']}/texts/{kind}", expect)
    return found


async def handed(world: World, model: Provider) -> dict[str, Any]:
    """A handoff that was read."""
    model.answers = [GOOD]
    customer = {"name": "Priya Nair", "company": "Contoso"}
    handoff = await world.acme.handoff(await world.acme.case(customer=customer))
    await assessed(world, handoff)
    return handoff


async def test_the_ticket_gets_a_copy_and_no_model_is_asked(read: World, model: Provider) -> None:
    handoff = await handed(read, model)
    assert await text(read.acme.ben, handoff, "ticket_notes") == {
        "kind": "ticket_notes", "text": NOTES, "source": "assessment",
    }  # fmt: skip
    assert len(model.asked) == 1


async def test_the_customer_s_are_reworded_once_by_the_small_model_from_the_reading_alone(
    read: World, model: Provider
) -> None:
    handoff = await handed(read, model)
    model.answers = [DRAFT, DRAFT]
    for _ in range(2):
        assert await text(read.acme.ben, handoff, "client_update") == {
            "kind": "client_update", "text": TEXT, "source": "model",
        }  # fmt: skip
        mail = await text(read.acme.cleo, handoff, "email_draft")
        assert mail["text"] == f"Subject: Your Outlook\n\n{TEXT}"
    assert [ask["model"] for ask in model.asked] == ["large", "small", "small"]
    data = model.data()
    assert (data["customer"], data["summary"], "messages" in data) == ("Priya", GOOD["summary"], False)


async def test_however_many_ask_at_once_it_is_made_once(read: World, model: Provider) -> None:
    handoff = await handed(read, model)
    model.answers = [hold := Hold(DRAFT), DRAFT]
    asking = [asyncio.create_task(text(who, handoff, "client_update")) for who in (read.acme.ben, read.acme.cleo) * 4]
    await until(lambda: _asked(model, 2))
    hold.go_on.set()
    assert [one["text"] for one in await asyncio.gather(*asking)] == [TEXT] * 8
    assert len(model.asked) == 2


async def test_nothing_is_held_while_it_is_made(read: World, model: Provider) -> None:
    handoff = await handed(read, model)
    model.answers = [hold := Hold(DRAFT)]
    asking = [asyncio.create_task(text(read.acme.ben, handoff, "client_update")) for _ in range(24)]
    await until(lambda: _asked(model, 2))
    (now,) = await read.app.database.look(NOW, {})

    async def none_is_open() -> bool:
        (older,) = await read.app.database.look(OLDER, {"than": now.at})
        return bool(older.n == 0)

    await until(none_is_open, 5)
    hold.go_on.set()
    await asyncio.gather(*asking)


async def test_where_the_model_fails_the_template_does_and_that_is_kept(read: World, model: Provider) -> None:
    handoff = await handed(read, model)
    model.answers = [Status(500), DRAFT]
    for _ in range(2):
        assert (await text(read.acme.ben, handoff, "client_update"))["source"] == "template"
    assert len(model.asked) == 2


async def test_a_new_reading_has_new_texts(read: World, model: Provider) -> None:
    handoff = await handed(read, model)
    model.answers = [DRAFT, GOOD, DRAFT | {"body": "It is the add-in."}]
    await text(read.acme.ben, handoff, "client_update")
    await read.acme.admin.post(f"handoffs/{handoff['id']}/analysis")
    await assessed(read, handoff)
    assert (await text(read.acme.ben, handoff, "client_update"))["text"] == "It is the add-in."


async def test_past_the_cap_the_template_does(read: World, model: Provider) -> None:
    handoff = await handed(read, model)
    await read.acme.admin.patch("organization", {"settings": {"model_daily_tokens": 1}})
    assert (await text(read.acme.ben, handoff, "email_draft"))["source"] == "template"
    assert len(model.asked) == 1


async def test_without_a_model_they_say_what_is_certain(world: World) -> None:
    acme = world.acme
    case = await acme.case(customer={"name": "Priya Nair"}, ticket="#7")
    await acme.agent.post(f"cases/{case['id']}/steps", {"title": "Restarted Outlook.", "result": "failed"})
    handoff = await acme.handoff(case)
    await assessed(world, handoff)
    update = (
        "I have taken over your request (#7): Outlook fails. We have the whole story, so you need not tell it again. "
        "Tried so far: Restarted Outlook. I am looking into it now, and will write again as soon as there is news."
    )
    assert (await text(acme.ben, handoff, "client_update"))["text"] == update
    mail = (await text(acme.ben, handoff, "email_draft"))["text"]
    assert mail == f"Subject: Your request #7: Outlook fails\n\nHello Priya,\n\n{update}\n\nKind regards"
    assert "(Put together from the steps; confidence low.)" in (await text(acme.ben, handoff, "ticket_notes"))["text"]


async def test_while_the_first_reading_is_made_there_is_nothing_to_write_from(read: World, model: Provider) -> None:
    model.answers = [hold := Hold(GOOD)]
    handoff = await read.acme.handoff()
    for kind in ("ticket_notes", "client_update", "email_draft"):
        await text(read.acme.ben, handoff, kind, 409)
    hold.go_on.set()
    await assessed(read, handoff)


@pytest.mark.parametrize("kind", ["poem", "TICKET_NOTES"])
async def test_other_kinds_there_are_none(world: World, kind: str) -> None:
    await text(world.acme.ben, await world.acme.handoff(), kind, 422)


async def test_they_are_for_those_who_may_read_the_handoff(world: World) -> None:
    handoff = await world.acme.handoff()
    await assessed(world, handoff)
    await text(world.acme.agent, handoff, "ticket_notes")
    await text(world.acme.other_agent, handoff, "ticket_notes", 404)
    await text(world.otto, handoff, "ticket_notes", 404)


async def _asked(model: Provider, number: int) -> bool:
    return len(model.asked) >= number
