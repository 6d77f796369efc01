"""E-mails of escalations, by a real SMTP server."""

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest

from tests.channels.cast import settled
from tests.channels.mail import Sink, free_port
from tests.conftest import running, settings_for
from tests.world import Tenant, World, create_world, until
from warmline.channels.email.send import send
from warmline.channels.message import Message
from warmline.channels.outgoing import Outgoing
from warmline.channels.target import Means, Target
from warmline.db.connections import Urls

TO = "leads@acme.example"
PROBLEM = (
    "Outlook is failing to sync on every laptop of the practice since the update of last night, and nobody can mail."
)


async def email_channel(cast: Tenant, to: str = TO, **more: Any) -> dict[str, Any]:
    """A channel of the organization."""
    made: dict[str, Any] = await cast.owner.post("channels", {"kind": "email", "to": to} | more, 201)
    return made


async def first(mail: Sink) -> EmailMessage:
    """The first e-mail that came."""

    async def look() -> bool:
        return bool(mail.raw)

    await until(look)
    return mail.mails[0]


def text_of(mail: EmailMessage, kind: str) -> str:
    """Its plain text, or its HTML."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_an_escalation_arrives_with_what_one_needs_to_pick_it_up(world: World, mail: Sink) -> None:
    await email_channel(world.acme, name="Team leads")
    case = await world.acme.case(problem=PROBLEM)
    await world.acme.agent.post(f"cases/{case['id']}/steps", {"title": "Restarted it", "result": "failed"})
    handoff = await world.acme.handoff(case, reason="I may not change their devices.")
    came = await first(mail)
    assert came["subject"] == f"Escalation from Jane · #12345: {PROBLEM[:70].rstrip()}…"
    assert (mail.to[0], came["to"], came["from"]) == ([TO], TO, "Warmline <warmline@localhost>")
    link = f"https://acme.example/handoffs/{handoff['id']}?pickup=true"
    for kind in ("plain", "html"):
        text = text_of(came, kind)
        for said in (PROBLEM, "I may not change their devices.", "Restarted it", "did not help", link, "Team leads"):
            assert said in text, (kind, said)
    delivery = await settled(world.acme, "sent")
    assert came["message-id"] == f"<{delivery['id']}@acme.example>"
    assert delivery["attempt_log"][0]["status"] == 250


@pytest.mark.parametrize(
    "evil",
    [
        "Hello\r\nBcc: everybody@victim.example",
        "Hello\nBcc: everybody@victim.example\n\nA body of my own",
        "Hello\r\n\r\n<script>alert(1)</script>",
        "Hello\u2028Bcc: everybody@victim.example",
        "Hello\u0085Bcc: everybody@victim.example",
        "=?utf-8?q?Hello=0D=0ABcc:_everybody@victim.example?=",
        "Hello\x0b\x0cBcc: everybody@victim.example",
    ],
)
async def test_nobody_writes_headers_or_markup(world: World, mail: Sink, evil: str) -> None:
    await email_channel(world.acme)
    case = await world.acme.case(problem=evil, title="A title")
    await world.acme.handoff(case, reason=evil)
    came = await first(mail)
    assert came["bcc"] is None
    assert mail.to == [[TO]]
    assert set(came.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert "<script>" not in text_of(came, "html")
    assert "\n" not in came["subject"]


async def test_a_case_without_a_ticket_names_none(world: World, mail: Sink) -> None:
    await email_channel(world.acme)
    await world.acme.handoff(await world.acme.case(ticket=None, problem="It is red."))
    assert (await first(mail))["subject"] == "Escalation from Jane: It is red."


async def test_a_recipient_that_is_refused_for_good_is_not_tried_again(world: World, mail: Sink) -> None:
    mail.refusing[TO] = "550 5.1.1 no such person here"
    await email_channel(world.acme)
    await world.acme.handoff()
    dead = await settled(world.acme, "dead")
    assert dead["last_error"] == f"The mail server refuses {TO}: 550 5.1.1 no such person here"


async def test_a_recipient_that_is_refused_for_now_is_tried_again(world: World, mail: Sink) -> None:
    mail.refusing[TO] = "451 4.7.1 greylisted"
    await email_channel(world.acme)
    await world.acme.handoff()
    failed = await settled(world.acme, "failed")
    assert "451 4.7.1 greylisted" in failed["last_error"]
    mail.refusing.clear()
    world.advance(seconds=6)
    await settled(world.acme, "sent", 2)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"smtp_url": "smtp://127.0.0.1:{port}"}, "The mail server cannot be reached"),
        ({}, "This server has no mail server: its operator sets WARMLINE_SMTP_URL."),
    ],
)
async def test_a_mail_server_that_is_down_is_seen_and_the_work_goes_on(
    own_database: Urls, more: dict[str, str], why: str
) -> None:
    given = {name: value.format(port=free_port()) for name, value in more.items()}
    async with running(settings_for(own_database, **given)) as server:
        world = await create_world(server.app, server.address)
        await email_channel(world.acme)
        handoff = await world.acme.handoff()
        await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
        failed = await settled(world.acme, "failed")
        assert failed["last_error"].startswith(why)
        assert failed["next_at"] is not None
        await world.close()


async def test_a_test_says_that_it_is_one(world: World, mail: Sink) -> None:
    made = await email_channel(world.acme)
    await email_channel(world.acme, "others@acme.example")
    delivery = await world.acme.owner.post(f"channels/{made['id']}/test")
    assert delivery["channel"]["id"] == made["id"]
    came = await first(mail)
    assert came["subject"] == "A test from Warmline: this channel works"
    await settled(world.acme, "sent", channel_id=made["id"])
    assert mail.to == [[TO]]


async def test_what_the_mail_server_says_in_other_letters_is_kept_as_far_as_it_can_be(world: World, mail: Sink) -> None:
    """Else it could not be written down, and the e-mail would be sent again every minute, for ever."""
    mail.says = b"250 angenommen f\xfcr\x00 Sie"
    await email_channel(world.acme)
    await world.acme.handoff()
    sent = await settled(world.acme, "sent")
    assert sent["attempt_log"][0]["detail"].startswith("angenommen f")
    assert len(mail.raw) == 1


@pytest.mark.parametrize("to", ["jörg@acme.example", "=?utf-8?q?a=0d=0aBcc=3ax=40y.z?=@acme.example"])
async def test_an_address_that_no_header_takes_is_refused_when_it_is_entered(world: World, to: str) -> None:
    problem = await world.acme.owner.post("channels", {"kind": "email", "to": to}, 422)
    assert problem["errors"][0]["field"] == "to"


async def test_a_domain_in_other_letters_is_written_to_as_the_name_service_knows_it(world: World, mail: Sink) -> None:
    made = await email_channel(world.acme, "leads@exämple.com")
    assert made["config"]["to"] == "leads@xn--exmple-cua.com"
    await world.acme.handoff()
    assert (await first(mail))["to"] == "leads@xn--exmple-cua.com"
    assert mail.to[0] == ["leads@xn--exmple-cua.com"]


async def test_what_was_parked_is_told_to_nobody_also_not_when_the_case_ends(world: World, mail: Sink) -> None:
    await email_channel(world.acme, event_types=["case.resolved"])
    case = await world.acme.case(problem=PROBLEM)
    await world.acme.handoff(case, intent="park", reason="I fear it was me.", notes="Tell nobody yet.")
    await world.acme.agent.post(f"cases/{case['id']}/resolve", {"summary": "It works again."})
    came = await first(mail)
    for kind in ("plain", "html"):
        text = text_of(came, kind)
        assert "It works again." in text
        assert "I fear it was me." not in text
        assert "Tell nobody yet." not in text


@pytest.mark.parametrize(("to", "good"), [("leads@exämple.com", True), ("jörg@acme.example", False)])
async def test_a_person_s_own_address_is_written_to_where_that_can_be_done(
    mail_server: tuple[Sink, str], mail: Sink, to: str, good: bool
) -> None:
    means = Means(Outgoing(), mail_server[1], "Warmline <warmline@localhost>", "https://acme.example")
    target = Target(uuid4(), "email", "By name", {"whom": "named"}, {})
    outcome = await send(means, target, Message(uuid4(), {}, "Escalation", to=to), datetime.now(UTC))
    assert (outcome.ok, outcome.lasting, len(mail.raw)) == (good, not good, int(good))
