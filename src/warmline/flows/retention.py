"""Retention: what was written is removed some days after it ended, where the organization says so. A chunk at a time.

What is done is marked in its own row, so a job that was killed goes on where it stopped, and several share the work.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import job
from warmline.cases.model import Case
from warmline.flows.redact import OF_AGE, redact, words
from warmline.organizations import settings
from warmline.organizations.model import Organization

CHUNK = 100  # cases
DELIVERIES = 1000
AGAIN = timedelta(hours=1)  # one looks for what has come of age meanwhile
NAME = "retention"


async def forget(session: AsyncSession, organization_id: UUID, now: datetime) -> int:
    """Remove one chunk of what is old enough; returns how much. Where there is none, one looks again in an hour."""
    days = (await settings.get(session, organization_id)).retention_days
    done = 0
    if days.content is not None:
        done += await _cases(session, organization_id, now - timedelta(days=days.content), now)
    if days.deliveries is not None:
        done += await _deliveries(session, organization_id, now - timedelta(days=days.deliveries), now)
    if done == 0:
        again = now + AGAIN if days.content or days.deliveries else None
        mine = Organization.id == organization_id
        await session.execute(update(Organization).where(mine).values(retention_at=again))
    return done


async def _cases(session: AsyncSession, organization_id: UUID, before: datetime, now: datetime) -> int:
    """A case ends with its last handoff: what has ended before had no handoff open since."""
    old = select(Case).where(
        Case.organization_id == organization_id, Case.ended_at.is_not(None), Case.redacted_at.is_(None),
        Case.ended_at <= before,
    )  # fmt: skip
    chunk = old.order_by(Case.ended_at).limit(CHUNK).with_for_update(skip_locked=True, key_share=True)
    cases = (await session.scalars(chunk)).all()
    if cases:
        await redact(session, job(NAME, organization_id), cases, NAME, NAME, now)
    return len(cases)


async def _deliveries(session: AsyncSession, organization_id: UUID, before: datetime, now: datetime) -> int:
    values = {
        "organization": organization_id, "words": words(now, NAME), "now": now, "before": before, "most": DELIVERIES,
    }  # fmt: skip
    return len((await session.execute(OF_AGE, values)).all())
