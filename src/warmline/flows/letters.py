"""What an event means in words, for those who read e-mails, chats and tickets: read when it is sent, never kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.cases.documentation import document
from warmline.cases.model import Case
from warmline.cases.queries import gathered
from warmline.channels.message import Message
from warmline.channels.target import Target
from warmline.flows.headlines import ON_THE_BELL, WORDS, about, headline
from warmline.flows.loading import Loaded
from warmline.handoffs.model import Handoff, Package
from warmline.handoffs.queries import WITH_PACKAGE
from warmline.organizations import settings
from warmline.organizations.model import User
from warmline.organizations.settings import Texts
from warmline.organizations.wording import fill
from warmline.squads.names import names_of
from warmline.timeline.queries import EventRow
from warmline.times import rfc3339

BY_NAME = "notification.created"
LONGEST = 1500  # letters of one part
STEPS = 8
RESULTS = {"worked": "worked", "failed": "did not help", "inconclusive": "not clear"}
TEST = "A test from Warmline: this channel works"
TEST_TEXT = "Nothing happened. An admin wanted to see whether this arrives."
NO_HANDOFF = {"ticket": None, "problem": ""}


@dataclass(frozen=True)
class Told:
    """The case, and its handoff where there is one, as they are when the event is told."""

    case: Case | None
    handoff: Handoff | None = None
    package: Package | None = None


async def letter(session: AsyncSession, one: Loaded, address: str) -> Message:
    """The message of a delivery, in the organization's words; `address` is where people reach us."""
    organization, in_force = await settings.with_name(session, one.taken.organization_id)
    plain, context = await _plain(session, one, in_force.texts, address)
    plain = replace(plain, to=await _named(session, one))
    known = about(context) | {"headline": plain.headline, "organization": organization}
    return _worded(plain, one.target, in_force.texts, known | {"channel": one.target.name, "address": address})


async def _plain(session: AsyncSession, one: Loaded, texts: Texts, address: str) -> tuple[Message, dict[str, Any]]:
    """The message as every way has it, and the context it tells of."""
    id, organization_id, event = one.taken.id, one.taken.organization_id, one.event
    if event.type == "channel.tested":
        return Message(id, one.json, TEST, (("", TEST_TEXT),), address, note=f"{TEST}. {TEST_TEXT}"), NO_HANDOFF
    told = await _told(session, organization_id, event)
    words = ON_THE_BELL.get(event.data.get("kind"), "") if event.type == BY_NAME else WORDS.get(event.type, event.type)
    context = told.package.context if told.package else _context(told.case)
    who = await _escalator(session, organization_id, told)
    line = headline(words, texts, context, who, one.json["actor"]["name"] or "Warmline")
    url = f"{address}/handoffs/{told.handoff.id}?pickup=true" if told.handoff else address
    note = await _note(session, event, told, line, url)
    return Message(id, one.json, line, _parts(event, told, context), url, context.get("ticket"), note), context


async def _named(session: AsyncSession, one: Loaded) -> str | None:
    """The address of the person it is meant for; a test is meant for whoever asked for it. None: it is no such channel,
    or they have left.
    """
    if "whom" not in one.target.config:
        return None
    id = one.event.private_to or one.event.actor_id
    mine = (User.organization_id == one.taken.organization_id, User.id == id, User.disabled_at.is_(None))
    return await session.scalar(select(User.email).where(*mine))


def _worded(plain: Message, target: Target, texts: Texts, known: Mapping[str, str]) -> Message:
    """With what the organization says on this way."""
    if target.kind == "email":
        return replace(plain, headline=fill(texts.email_subject, known), closing=fill(texts.email_closing, known))
    return replace(plain, headline=fill(texts.chat_line, known)) if target.kind == "chat" else plain


async def _told(session: AsyncSession, organization_id: UUID, event: EventRow) -> Told:
    case_id = event.thread_id or event.subject_id
    case = await session.get(Case, (organization_id, case_id), populate_existing=True)
    query = select(Handoff, Package).join(Package, WITH_PACKAGE).where(Handoff.organization_id == organization_id)
    handoff_id = event.data.get("handoff_id") if event.type == BY_NAME else event.subject_id
    is_one = event.type == BY_NAME or event.subject_kind == "handoff"
    which = Handoff.id == UUID(str(handoff_id)) if is_one else _in_public(case_id)
    row = (await session.execute(query.where(which).order_by(Handoff.id.desc()).limit(1))).one_or_none()
    return Told(case, row[0], row[1]) if row else Told(case)


def _in_public(case_id: UUID) -> ColumnElement[bool]:
    """The case's handoffs, but for what was parked until it ended: that is its escalator's alone."""
    return and_(Handoff.case_id == case_id, or_(Handoff.intent == "escalate", Handoff.claimed_at.is_not(None)))


def _context(case: Case | None) -> dict[str, Any]:
    return {"ticket": case.ticket, "problem": case.problem} if case else dict(NO_HANDOFF)


async def _escalator(session: AsyncSession, organization_id: UUID, told: Told) -> str:
    ids = told.handoff.people[:1] if told.handoff else []
    names = await names_of(session, organization_id, ids)
    return next(iter(names.values()), "Warmline")


def _parts(event: EventRow, told: Told, context: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What one wants to know before one opens it."""
    parts = [("Problem", str(context.get("problem", "")))]
    if told.package and told.handoff:
        parts.append(("Why", told.package.reason))
        parts += [("Notes", told.package.notes)] if told.package.notes else []
        parts += [("Tried so far", tried)] if (tried := steps(context)) else []
        parts.append(("First action promised by", rfc3339(told.handoff.due_at)))
    if event.to_state in ("closed", "resolved") and told.case is not None and told.case.summary:
        parts.append(("Outcome", told.case.summary))
    return tuple((label, text if len(text) <= LONGEST else text[:LONGEST] + "…") for label, text in parts if text)


def steps(context: Mapping[str, Any]) -> str:
    """What was tried, a line each; the last ones."""
    tried = context.get("steps", [])[-STEPS:]
    return "\n".join(f"- {one['title']}: {RESULTS.get(one['result'], one['result'])}" for one in tried)


async def _note(session: AsyncSession, event: EventRow, told: Told, line: str, url: str) -> str:
    """What is written into the ticket: the documentation, once the case has ended."""
    if event.type in ("case.resolved", "case.closed") and told.case is not None:
        return str(document(told.case, await gathered(session, told.case))["text"])
    reason = [f"Why: {told.package.reason}"] if told.package else []
    tried = [f"Tried so far:\n{steps(told.package.context)}"] if told.package and steps(told.package.context) else []
    return "\n\n".join([line, *reason, *tried, url])
