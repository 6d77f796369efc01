"""What an event means in words, for those who read e-mails, chats and tickets: read when it is sent, never kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.cases.documentation import document
from warmline.cases.model import Case
from warmline.cases.queries import gathered
from warmline.channels.message import Message
from warmline.flows.headlines import WORDS, headline
from warmline.flows.loading import Loaded
from warmline.handoffs.model import Handoff, Package
from warmline.handoffs.queries import WITH_PACKAGE
from warmline.squads.names import names_of
from warmline.timeline.queries import EventRow
from warmline.times import rfc3339

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
    """The message of a delivery, in words; `address` is where people reach us."""
    id, organization_id, event = one.taken.id, one.taken.organization_id, one.event
    if event.type == "channel.tested":
        return Message(id, one.json, TEST, (("", TEST_TEXT),), address, note=f"{TEST}. {TEST_TEXT}")
    told = await _told(session, organization_id, event)
    context = told.package.context if told.package else _context(told.case)
    by = await _escalator(session, organization_id, told)
    line = headline(WORDS.get(event.type, event.type), context, by, one.json["actor"]["name"] or "Warmline")
    url = f"{address}/handoffs/{told.handoff.id}?pickup=true" if told.handoff else address
    note = await _note(session, event, told, line, url)
    return Message(id, one.json, line, _parts(event, told, context), url, context.get("ticket"), note)


async def _told(session: AsyncSession, organization_id: UUID, event: EventRow) -> Told:
    case_id = event.thread_id or event.subject_id
    case = await session.get(Case, (organization_id, case_id), populate_existing=True)
    query = select(Handoff, Package).join(Package, WITH_PACKAGE).where(Handoff.organization_id == organization_id)
    which = Handoff.id == event.subject_id if event.subject_kind == "handoff" else Handoff.case_id == case_id
    row = (await session.execute(query.where(which).order_by(Handoff.id.desc()).limit(1))).one_or_none()
    return Told(case, row[0], row[1]) if row else Told(case)


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
