"""What models took, by organization and day: the cap looks here, whatever became of the answers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments.model import ModelUsage
from warmline.llm.client import Usage


@dataclass(frozen=True)
class Reserved:
    """What a question counts for, until it is known what it took."""

    organization_id: UUID
    day: date
    tokens: int


@dataclass(frozen=True)
class Day:
    """What a day (UTC) took."""

    day: date
    questions: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.input_tokens + self.output_tokens


async def by_day(session: AsyncSession, organization_id: UUID, since: date, now: datetime) -> list[Day]:
    """Every day from then to today, the oldest first; also those on which nothing was asked."""
    columns = (ModelUsage.day, ModelUsage.questions, ModelUsage.input_tokens, ModelUsage.output_tokens)
    query = select(*columns).where(ModelUsage.organization_id == organization_id, ModelUsage.day >= since)
    asked = {row.day: Day(*row) for row in await session.execute(query)}
    days = [since + timedelta(days=number) for number in range((now.date() - since).days + 1)]
    return [asked.get(day) or Day(day) for day in days]


async def spent(session: AsyncSession, organization_id: UUID, now: datetime) -> int:
    """The tokens of this day (UTC), in and out."""
    today = (ModelUsage.organization_id == organization_id, ModelUsage.day == now.date())
    query = select(ModelUsage.input_tokens + ModelUsage.output_tokens).where(*today)
    return (await session.scalars(query)).one_or_none() or 0


async def reserve(
    session: AsyncSession, organization_id: UUID, tokens: int, most: int, now: datetime
) -> Reserved | None:
    """Count a question before it is asked; None where the day's share is used up.

    One statement looks and counts, so that many who ask at the same time do not all find the last of it; and a
    process that is killed while it waits has paid for what it asked.
    """
    new = {"questions": 1, "input_tokens": tokens}
    row = insert(ModelUsage).values(organization_id=organization_id, day=now.date(), **new)
    more = {name: getattr(ModelUsage, name) + count for name, count in new.items()}
    left = ModelUsage.input_tokens + ModelUsage.output_tokens < most
    counted = row.on_conflict_do_update(index_elements=["organization_id", "day"], set_=more, where=left)
    found = (await session.execute(counted.returning(ModelUsage.day))).first()
    return Reserved(organization_id, now.date(), tokens) if found else None


async def correct(session: AsyncSession, reserved: Reserved, usage: Usage) -> None:
    """It is known by now what the question took: that counts, in place of what was reserved."""
    day = (ModelUsage.organization_id == reserved.organization_id, ModelUsage.day == reserved.day)
    more = {
        "input_tokens": ModelUsage.input_tokens + (usage.input_tokens - reserved.tokens),
        "output_tokens": ModelUsage.output_tokens + usage.output_tokens,
    }
    await session.execute(update(ModelUsage).where(*day).values(**more))
