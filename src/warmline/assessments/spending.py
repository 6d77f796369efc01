"""What models took, by organization and day: the cap looks here, whatever became of the answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments.model import ModelUsage
from warmline.llm.client import Usage


async def spent(session: AsyncSession, organization_id: UUID, now: datetime) -> int:
    """The tokens of this day (UTC), in and out."""
    today = (ModelUsage.organization_id == organization_id, ModelUsage.day == now.date())
    query = select(ModelUsage.input_tokens + ModelUsage.output_tokens).where(*today)
    return (await session.scalars(query)).one_or_none() or 0


async def add(session: AsyncSession, organization_id: UUID, usage: Usage, now: datetime) -> None:
    """Count one question."""
    new = {"questions": 1, "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    row = insert(ModelUsage).values(organization_id=organization_id, day=now.date(), **new)
    more = {name: getattr(ModelUsage, name) + count for name, count in new.items()}
    await session.execute(row.on_conflict_do_update(index_elements=["organization_id", "day"], set_=more))
