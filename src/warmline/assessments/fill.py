"""Assessments as work: asked for with the handoff, taken under a lease, filled in, shown live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments.model import Assessment
from warmline.assessments.spending import Reserved
from warmline.errors import Conflict
from warmline.ids import new_id
from warmline.llm.client import Usage

GIVE_UP_AFTER = 3
ASKED_AT_MOST = 5  # new readings of one handoff that people may ask for; each may cost a whole generation
EMPTY = {"content": None, "edition": Assessment.edition + 1}  # texts of what was read before are not for what is now


@dataclass(frozen=True)
class Lease:
    """Whose turn it is to read: as long as `next_at` is this one's end, nobody else has taken it, or asked anew."""

    organization_id: UUID
    id: UUID
    handoff_id: UUID
    until: datetime
    reserved: Reserved


async def ask(session: AsyncSession, organization_id: UUID, handoff_id: UUID, now: datetime) -> None:
    """Put an assessment into the queue of its job."""
    row = {"id": new_id(), "handoff_id": handoff_id, "source": "extractive", "next_at": now, "created_at": now}
    await session.execute(insert(Assessment).values(organization_id=organization_id, **row))


async def ask_again(session: AsyncSession, organization_id: UUID, handoff_id: UUID, now: datetime) -> None:
    """The story has changed: read it anew, and forget what was read."""
    mine = (Assessment.organization_id == organization_id, Assessment.handoff_id == handoff_id)
    await session.execute(update(Assessment).where(*mine).values(**_anew(now), **EMPTY))


async def ask_anew(session: AsyncSession, organization_id: UUID, handoff_id: UUID, now: datetime) -> Assessment:
    """A person wants a new reading; what is there stays until then. Raises Conflict: it is being read, or was often."""
    query = select(Assessment).where(Assessment.organization_id == organization_id, Assessment.handoff_id == handoff_id)
    assessment = (await session.scalars(query.with_for_update())).one_or_none()
    if assessment is None:
        raise Conflict("This handoff has no assessment to renew.")
    if assessment.state == "pending":
        raise Conflict("It is being read already; the new assessment appears by itself.", state="pending")
    if assessment.asked >= ASKED_AT_MOST:
        raise Conflict(
            f"It was read anew {ASKED_AT_MOST} times already; go on with what is there.", asked=assessment.asked
        )
    await change(session, assessment, **_anew(now), asked=assessment.asked + 1)
    return assessment


def _anew(now: datetime) -> dict[str, Any]:
    return {"state": "pending", "reason": None, "attempts": 0, "next_at": now, "finished_at": None}


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


async def take_due(
    session: AsyncSession, organization_id: UUID, now: datetime, late: timedelta = timedelta(0)
) -> Assessment | None:
    """The next pending one that is late by so much, locked until the transaction ends; None where others have it."""
    due = select(Assessment).where(
        Assessment.organization_id == organization_id, Assessment.state == "pending", Assessment.next_at <= now - late
    )
    locked = due.order_by(Assessment.next_at).limit(1).with_for_update(skip_locked=True)
    return (await session.scalars(locked)).one_or_none()


async def lease(session: AsyncSession, assessment: Assessment, until: datetime, reserved: Reserved) -> Lease:
    """Nobody else reads it until then; whoever is killed meanwhile has used one of the tries."""
    await change(session, assessment, next_at=until, attempts=assessment.attempts + 1)
    return Lease(assessment.organization_id, assessment.id, assessment.handoff_id, until, reserved)


async def held(session: AsyncSession, lease: Lease) -> Assessment | None:
    """The assessment, locked, where the lease still holds; None where another reads it, or it was asked for anew."""
    mine = (Assessment.organization_id == lease.organization_id, Assessment.id == lease.id)
    still = (Assessment.state == "pending", Assessment.next_at == lease.until)
    return (await session.scalars(select(Assessment).where(*mine, *still).with_for_update())).one_or_none()


async def count(session: AsyncSession, lease: Lease, usage: Usage) -> None:
    """Write down what a try took, whatever became of it."""
    mine = (Assessment.organization_id == lease.organization_id, Assessment.id == lease.id)
    more = {
        "input_tokens": Assessment.input_tokens + usage.input_tokens,
        "output_tokens": Assessment.output_tokens + usage.output_tokens,
    }
    await session.execute(update(Assessment).where(*mine).values(**more))


async def change(session: AsyncSession, assessment: Assessment, **values: Any) -> None:
    """Write these columns of a row that is locked."""
    mine = (Assessment.organization_id == assessment.organization_id, Assessment.id == assessment.id)
    await session.execute(update(Assessment).where(*mine).values(**values))
