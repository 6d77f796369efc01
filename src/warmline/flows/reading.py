"""Handoffs are read: by extraction at once, or by a model, outside of any transaction and under a lease.

A model takes seconds, and may fail: the reading waits for it, and nothing else does. Whoever is killed while it reads
leaves a lease that runs out; who is stopped gives it back.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments import fill, finish, generate, spending
from warmline.assessments.fill import Lease
from warmline.assessments.model import Assessment
from warmline.assessments.reading import Reading
from warmline.assessments.spending import Reserved
from warmline.caller import Caller, job
from warmline.cases.model import Case
from warmline.db.afterwards import Taken
from warmline.db.transaction import Database, Unit, tenants
from warmline.flows.events import private_to
from warmline.flows.package import freeze
from warmline.handoffs.access import check_holder, get_handoff
from warmline.handoffs.hold import touch
from warmline.handoffs.lifecycle import State
from warmline.handoffs.model import Handoff
from warmline.handoffs.queries import package_of
from warmline.llm.client import Client, NoAnswer, Question, Usage
from warmline.organizations import settings
from warmline.organizations.settings import OrganizationSettings
from warmline.timeline.record import Entry, record

MARGIN = timedelta(seconds=20)  # of a lease, over what a model may take: for loading its library, and for the database
PATIENCE = timedelta(seconds=30)  # what all hands are too busy for is extracted after this long


@dataclass(frozen=True)
class Story:
    """What is read: the package as it was frozen, or, where a person asks later, the case as it is now."""

    title: str
    reason: str
    notes: str | None
    context: Mapping[str, Any]

    def instead(self) -> Reading | None:
        """What is shown where no model reads it."""
        return finish.instead_of(self.title, self.reason, self.context)


async def ask_anew(
    session: AsyncSession, caller: Caller, handoff_id: UUID, epoch: int | None, now: datetime
) -> Handoff:
    """Have a handoff read once more, as the case is now; by its holder, or an admin.

    Raises NotFound, Forbidden, and Conflict: an old epoch, it is being read already, it was read anew too often.
    """
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_holder(caller, handoff, epoch)
    case = await session.get_one(Case, (handoff.organization_id, handoff.case_id))
    before = await fill.of(session, handoff.organization_id, handoff.id)
    was = before.state if before else None
    await fill.ask_anew(session, handoff.organization_id, handoff.id, now)
    touched = await touch(session, caller, handoff.case_id, now, is_action=False)
    await record(session, caller, now, _told(handoff, case, "assessment.asked", was, "pending"))
    return touched[0] if touched else handoff


async def take_reading(
    database: Database, model: Client | None, session: AsyncSession, organization_id: UUID, now: datetime, room: int
) -> Taken:
    """Take one pending assessment. Without a model it is done at once; with one, if there is room, it is leased."""
    assessment = await fill.take_due(session, organization_id, now, timedelta(0) if room > 0 else PATIENCE)
    if assessment is None:
        return Taken()
    story = await _story(session, assessment, now)
    limits = await settings.get(session, organization_id)
    if model is None or limits.model_daily_tokens == 0:
        return await _extract(session, assessment, story, now)
    question = generate.question(story.title, story.reason, story.notes, story.context, limits.model_input_characters)
    found = await _reserved(session, assessment, limits, question.tokens, now, room)
    if not isinstance(found, Reserved):
        state = await finish.give_up(session, assessment, *found, story.instead(), now)
        await _tell(session, assessment, state, now, reason=found[1])
        return Taken(done=1)
    lease = await fill.lease(session, assessment, now + timedelta(seconds=model.seconds) + MARGIN, found)
    return Taken(left=[partial(_read, database, model, lease, question, story)])


async def _extract(session: AsyncSession, assessment: Assessment, story: Story, now: datetime) -> Taken:
    state = await finish.by_extraction(session, assessment, story.title, story.reason, story.context, now)
    await _tell(session, assessment, state, now, source="extractive")
    return Taken(done=1)


async def _reserved(
    session: AsyncSession, assessment: Assessment, limits: OrganizationSettings, tokens: int, now: datetime, room: int
) -> Reserved | tuple[str, str]:
    """What asking a model counts for; or why none is asked: the state it comes to, and the reason."""
    if assessment.attempts >= fill.GIVE_UP_AFTER:
        return "failed", "interrupted"
    if room <= 0:
        return "skipped", "crowded"
    most = limits.model_daily_tokens
    return await spending.reserve(session, assessment.organization_id, tokens, most, now) or ("skipped", "daily_cap")


async def _read(database: Database, model: Client, lease: Lease, question: Question[Reading], story: Story) -> None:
    """Ask, then write the answer down, where the lease still holds."""
    try:
        told = await model.ask(question)
    except NoAnswer as none:
        await _fail(database, lease, none, story)
    except asyncio.CancelledError:  # we are being stopped: the next process need not wait for the lease
        await _give_back(database, lease)
        raise
    else:
        await _keep(database, lease, generate.contained(told.answer), told.usage)


async def _keep(database: Database, lease: Lease, reading: Reading, usage: Usage) -> None:
    async with database.transaction(tenants([lease.organization_id])) as unit:
        if assessment := await _settle(unit, lease, usage):
            state = await finish.keep(unit.session, assessment, reading, usage.model, unit.now)
            await _tell(unit.session, assessment, state, unit.now, source="model", usage=usage)


async def _fail(database: Database, lease: Lease, none: NoAnswer, story: Story) -> None:
    async with database.transaction(tenants([lease.organization_id])) as unit:
        assessment = await _settle(unit, lease, none.usage)
        if assessment is None:
            return
        if none.may_pass and assessment.attempts < fill.GIVE_UP_AFTER:
            await finish.again(unit.session, assessment, unit.now)
            return
        state = await finish.give_up(unit.session, assessment, "failed", none.why, story.instead(), unit.now)
        await _tell(unit.session, assessment, state, unit.now, reason=none.why, usage=none.usage)


async def _settle(unit: Unit, lease: Lease, usage: Usage) -> Assessment | None:
    """What it took is counted in any case; the assessment, where it is still ours to write."""
    assessment = await fill.held(unit.session, lease)
    await fill.count(unit.session, lease, usage)
    await spending.correct(unit.session, lease.reserved, usage)  # last, as where it is taken: two would wait in a ring
    return assessment


async def _give_back(database: Database, lease: Lease) -> None:
    async with database.transaction(tenants([lease.organization_id])) as unit:
        if assessment := await fill.held(unit.session, lease):
            attempts = max(0, assessment.attempts - 1)
            await fill.change(unit.session, assessment, next_at=unit.now, attempts=attempts)


async def _story(session: AsyncSession, assessment: Assessment, now: datetime) -> Story:
    handoff = await session.get_one(Handoff, (assessment.organization_id, assessment.handoff_id))
    package = await package_of(session, handoff)
    context = package.context
    if assessment.asked:
        case = await session.get_one(Case, (handoff.organization_id, handoff.case_id))
        context = await freeze(session, case, now)
    return Story(package.title, package.reason, package.notes, context)


async def _tell(
    session: AsyncSession, assessment: Assessment, state: str, now: datetime, *, usage: Usage | None = None, **what: str
) -> None:
    """Every change of state is an event; a try that is repeated is none."""
    if state == "pending":
        return
    handoff = await session.get_one(Handoff, (assessment.organization_id, assessment.handoff_id))
    case = await session.get_one(Case, (handoff.organization_id, handoff.case_id))
    entry = _told(handoff, case, f"assessment.{state}", "pending", state, **what, **_figures(usage))
    await record(session, job("assessment", assessment.organization_id), now, entry)


def _figures(usage: Usage | None) -> dict[str, Any]:
    if usage is None:
        return {}
    return {"model": usage.model, "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}


def _told(handoff: Handoff, case: Case, type: str, was: str | None, state: str, **what: Any) -> Entry:
    """An event of the assessment; that of parked work is as private as the work."""
    return Entry(
        type,
        ("handoff", handoff.id),
        was,
        state,
        thread_id=case.id,
        member_id=case.owner_member_id,
        private_to=private_to(handoff) if handoff.state == State.PARKED else None,
        data={"handoff_id": str(handoff.id), "case_id": str(case.id)} | what,
    )
