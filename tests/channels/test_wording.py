"""An organization's own words: on the bell, in e-mails and for clients; what was inserted stays text."""

import json
from typing import Any

from tests.channels.cast import arrived
from tests.channels.mail import Sink
from tests.channels.receiver import Receiver
from tests.channels.test_chat import chat_channel
from tests.channels.test_email import email_channel, first, text_of
from tests.world import World, until

OWN = {
    "headline": "Help wanted by {who}[[ ({ticket})]]: {problem}",
    "email_subject": "[{organization}] {headline}",
    "email_closing": "Sent by {organization} <b>on</b> {channel}.\nSee {address}.",
    "client_update": "[[Hello {customer}, ]]{organization} has it: {title}.",
    "email_draft": "Subject: {title}\n\n{update}\n\n{organization}",
}


async def worded(world: World, **texts: str) -> dict[str, Any]:
    """Say it so from now on."""
    changed = await world.acme.admin.patch("organization", {"settings": {"texts": texts or OWN}})
    kept: dict[str, Any] = changed["settings"]["texts"]
    return kept


async def test_the_bell_and_the_e_mail_speak_in_its_words_and_what_is_inserted_is_only_text(
    world: World, mail: Sink
) -> None:
    await worded(world)
    await email_channel(world.acme, name="<i>Leads</i> {address}")
    await world.acme.handoff(await world.acme.case(problem="<script>alert(1)</script> {who}", ticket="#7"))
    line = "Help wanted by Jane (#7): <script>alert(1)</script> {who}"
    assert (await world.acme.ben.get("notifications"))["items"][0]["text"] == line
    came = await first(mail)
    assert came["subject"] == f"[Acme] {line}"
    html = text_of(came, "html")
    assert "<script>" not in html
    assert "Sent by Acme &lt;b&gt;on&lt;/b&gt; &lt;i&gt;Leads&lt;/i&gt; {address}.<br>" in html
    assert "Sent by Acme <b>on</b> <i>Leads</i> {address}.\nSee https://acme.example." in text_of(
        came, "plain"
    ).replace("\r\n", "\n")


async def test_a_chat_begins_in_its_words_and_what_is_inserted_calls_nobody(world: World, there: Receiver) -> None:
    await worded(world, chat_line="Look, @here: {problem}")
    await chat_channel(world.acme, there)
    await world.acme.handoff(await world.acme.case(problem="It is red, @everyone."))
    await arrived(there)
    told = json.loads(there.got[0].body)["text"]
    assert "Look, @\u200bhere: It is red, @\u200beveryone." in told


async def test_a_test_of_a_channel_speaks_in_its_words_too(world: World, mail: Sink) -> None:
    await worded(world)
    made = await email_channel(world.acme)
    await world.acme.owner.post(f"channels/{made['id']}/test")
    assert (await first(mail))["subject"] == "[Acme] A test from Warmline: this channel works"


async def test_what_goes_to_clients_without_a_model_is_in_its_words(world: World) -> None:
    await worded(world)
    acme = world.acme
    handoff = await acme.handoff(await acme.case(title="It is red", customer={"name": "Priya Nair"}))

    async def is_read() -> bool:
        return bool((await acme.ben.get(f"handoffs/{handoff['id']}"))["assessment"]["state"] == "ready")

    await until(is_read)
    update = "Hello Priya, Acme has it: It is red."
    assert (await acme.ben.get(f"handoffs/{handoff['id']}/texts/client_update"))["text"] == update
    draft = (await acme.ben.get(f"handoffs/{handoff['id']}/texts/email_draft"))["text"]
    assert draft == f"Subject: It is red\n\n{update}\n\nAcme"


async def test_what_is_wrong_is_named_with_what_is_allowed_and_nothing_changes(world: World) -> None:
    admin = world.acme.admin
    before = await admin.get("organization")
    for name, text, why in (
        ("headline", "{whom}", "{whom} is no placeholder here; there are {who}, {ticket}, {problem}"),
        ("headline", "{who.__class__}", "{who.__class__} is no placeholder here"),
        ("email_closing", "On {channel", "a brace stands alone"),
        ("chat_line", "a\u202eb", "U+202E cannot be seen"),
        ("chat_line", "a\x00b", "U+0000 cannot be seen"),
        ("chat_line", "a\nb", "expected one line"),
        ("email_subject", "x" * 301, "at most 300 characters"),
        ("email_subject", None, "string"),
        ("poem", "x", "not permitted"),
    ):
        refused = await admin.patch("organization", {"settings": {"texts": {name: text}}}, 422)
        assert [error["field"] for error in refused["errors"]] == [f"settings.texts.{name}"]
        assert why in refused["errors"][0]["message"], (name, text, refused)
    assert await admin.get("organization") == before


async def test_an_empty_text_is_the_shipped_one_again(world: World) -> None:
    shipped = (await world.acme.viewer.get("organization"))["settings"]["texts"]
    kept = await worded(world, headline="{who}", chat_line="{ticket}")
    assert (kept["headline"], kept["chat_line"], kept["email_draft"]) == ("{who}", "{ticket}", shipped["email_draft"])
    kept = await worded(world, headline="", chat_line="{ticket}!")
    assert kept == shipped | {"chat_line": "{ticket}!"}
