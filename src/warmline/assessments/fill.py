"""Assessments as work: asked for with the handoff, filled in by a job, shown live."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments.extract import extract
from warmline.assessments.model import Assessment
from warmline.ids import new_id

GIVE_UP_AFTER = 3
RETRY = timedelta(seconds=30)


async def ask(session: AsyncSession, organization_id: UUID, handoff_id: UUID, now: datetime) -> None:
    """Put an assessment into the queue of its job."""
    row = {"id": new_id(), "handoff_id": handoff_id, "source": "extractive", "next_at": now, "created_at": now}
    await session.execute(insert(Assessment).values(organization_id=organization_id, **row))


async def ask_again(session: AsyncSession, organization_id: UUID, handoff_id: UUID, now: datetime) -> None:
    """The story has changed: read it anew."""
    mine = (Assessment.organization_id == organization_id, Assessment.handoff_id == handoff_id)
    anew = {"state": "pending", "content": None, "attempts": 0, "next_at": now, "finished_at": None}
    await session.execute(update(Assessment).where(*mine).values(**anew))


async def of(session: AsyncSession, organization_id: UUID, handoff_id: UUID) -> Assessment | None:
    """A handoff's assessment; None is a normal state."""
    return (await of_all(session, organization_id, [handoff_id])).get(handoff_id)


async def of_all(session: AsyncSession, organization_id: UUID, handoff_ids: Sequence[UUID]) -> dict[UUID, Assessment]:
    """The assessments of several handoffs, by handoff."""
    query = select(Assessment).where(
        Assessment.organization_id == organization_id, Assessment.handoff_id.in_(handoff_ids)
    )
    found = await session.scalars(query, execution_options={"populate_existing": True})
    return {assessment.handoff_id: assessment for assessment in found}


async def take_due(session: AsyncSession, organization_id: UUID, now: datetime) -> Assessment | None:
    """The next pending one, locked until the transaction ends; None where nothing is due or others have it."""
    due = select(Assessment).where(
        Assessment.organization_id == organization_id, Assessment.state == "pending", Assessment.next_at <= now
    )
    locked = due.order_by(Assessment.next_at).limit(1).with_for_update(skip_locked=True)
    return (await session.scalars(locked)).one_or_none()


async def fill(
    session: AsyncSession, assessment: Assessment, title: str, reason: str, context: dict[str, Any], now: datetime
) -> str:
    """Read a context package and keep the reading; returns the state it came to. What fails is tried again."""
    try:
        content = extract(title, reason, context).model_dump()
    except (AttributeError, KeyError, TypeError, ValueError):  # a package that nobody can read must not stop the others
        return await _failed(session, assessment, now)
    await _set(session, assessment, state="ready", content=content, next_at=None, finished_at=now)
    return "ready"


async def _failed(session: AsyncSession, assessment: Assessment, now: datetime) -> str:
    attempts = assessment.attempts + 1
    if attempts < GIVE_UP_AFTER:
        await _set(session, assessment, attempts=attempts, next_at=now + RETRY)
        return "pending"
    await _set(session, assessment, state="failed", attempts=attempts, next_at=None, finished_at=now)
    return "failed"


async def _set(session: AsyncSession, assessment: Assessment, **values: Any) -> None:
    mine = (Assessment.organization_id == assessment.organization_id, Assessment.id == assessment.id)
    await session.execute(update(Assessment).where(*mine).values(**values))
