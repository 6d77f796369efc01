"""Texts for others, from the saved reading: never a second generation of it, and each reworded once and kept.

The caller waits, and holds no transaction meanwhile: a small model takes a second or two. Who comes second while it is
being made waits for the first one's.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments import fill, finish, keeping, rewrite, spending, texts
from warmline.assessments.keeping import Key
from warmline.assessments.model import Assessment
from warmline.caller import Caller
from warmline.db.transaction import Database, tenant
from warmline.errors import Conflict
from warmline.handoffs.access import get_handoff
from warmline.handoffs.model import Package
from warmline.handoffs.queries import package_of
from warmline.llm.client import Client, NoAnswer, Question
from warmline.organizations import settings

MARGIN = timedelta(seconds=20)  # of the promise, over what a model may take
LOOK_AGAIN = 0.2  # seconds, while somebody else makes it


@dataclass(frozen=True)
class Made:
    """A text: its words, and who found them (the assessment itself, a model, a template)."""

    kind: str
    text: str
    source: str


@dataclass(frozen=True)
class Task:
    """A text that is ours to make, until then."""

    key: Key
    until: datetime
    question: Question[rewrite.Draft]
    about: texts.About
    words: settings.Texts
    reserved: spending.Reserved

    def instead(self) -> Made:
        """What does where no model answers."""
        kind = self.key[2]
        return Made(kind, texts.template(kind, self.about, self.words), "template")


async def text_for(database: Database, model: Client | None, caller: Caller, handoff_id: UUID, kind: str) -> Made:
    """The text of that kind. Raises NotFound; Conflict, where the first reading is not there yet."""
    while True:
        async with database.transaction(tenant(caller.organization_id)) as unit:
            found = await _look(unit.session, model, caller, handoff_id, kind, unit.now)
        if isinstance(found, Made):
            return found
        if isinstance(found, Task):
            assert model is not None
            return await _make(database, model, found)
        await asyncio.sleep(LOOK_AGAIN)


async def _look(
    session: AsyncSession, model: Client | None, caller: Caller, handoff_id: UUID, kind: str, now: datetime
) -> Made | Task | None:
    """It, or the task to make it; None while somebody else does."""
    handoff = await get_handoff(session, caller, handoff_id)
    assessment = await fill.of(session, caller.organization_id, handoff_id)
    package = await package_of(session, handoff)
    content = _content(assessment, package)
    if kind == "ticket_notes":
        return Made(kind, texts.ticket_notes(content, assessment.source if assessment else ""), "assessment")
    key = (caller.organization_id, handoff_id, kind, assessment.edition if assessment else 0)
    if (there := await keeping.kept(session, key)) and there.text is not None:
        return Made(kind, there.text, there.source or "")
    name, limits = await settings.with_name(session, caller.organization_id)
    about = _about(package, name)
    if model is None or await spending.spent(session, caller.organization_id, now) >= limits.model_daily_tokens:
        return Made(kind, texts.template(kind, about, limits.texts), "template")
    until = now + timedelta(seconds=model.seconds) + MARGIN
    question = rewrite.question(kind, package.title, about.customer, content)
    if not await keeping.begin(session, key, until, now):
        return None
    most = limits.model_daily_tokens
    reserved = await spending.reserve(session, caller.organization_id, question.tokens, most, now)
    if reserved is None:  # somebody else has asked for the last of it just now
        await keeping.give_back(session, key, until, now)
        return Made(kind, texts.template(kind, about, limits.texts), "template")
    return Task(key, until, question, about, limits.texts, reserved)


def _content(assessment: Assessment | None, package: Package) -> dict[str, Any]:
    """The saved reading; while there is none at all, one is put together."""
    if assessment is not None and assessment.content is not None:
        return assessment.content
    if assessment is not None and assessment.state == "pending":
        raise Conflict("The assessment is being read; ask again in a few seconds.", state="pending")
    if (reading := finish.instead_of(package.title, package.reason, package.context)) is None:
        raise Conflict("This handoff cannot be read, so there is nothing to write from.", state="failed")
    return reading.model_dump()


def _about(package: Package, organization: str) -> texts.About:
    context = package.context
    customer = str((context.get("customer") or {}).get("name") or "").split()
    steps = [str(step["title"]) for step in context.get("steps", [])]
    ticket = str(context.get("ticket") or "")
    return texts.About(package.title, ticket, customer[0] if customer else "", steps, organization)


async def _make(database: Database, model: Client, task: Task) -> Made:
    try:
        told = await model.ask(task.question, small=True)
        usage, made = (
            told.usage,
            Made(task.key[2], rewrite.contained(task.key[2], told.answer, task.about.title), "model"),
        )
    except NoAnswer as none:
        usage, made = none.usage, task.instead()
    except BaseException:  # we are being stopped, or worse: who asks next need not wait for us
        async with database.transaction(tenant(task.key[0])) as unit:
            await keeping.give_back(unit.session, task.key, task.until, unit.now)
        raise
    async with database.transaction(tenant(task.key[0])) as unit:
        await keeping.keep(unit.session, task.key, task.until, made.text, made.source)
        await spending.correct(unit.session, task.reserved, usage)
    return made
