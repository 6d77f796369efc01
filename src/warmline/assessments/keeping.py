"""Keeping texts: each is made once for each edition of the reading, however many ask for it at the same time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments.model import Text

Key = tuple[UUID, UUID, str, int]  # organization, handoff, kind, edition
NAMES = ("organization_id", "handoff_id", "kind", "edition")


async def kept(session: AsyncSession, key: Key) -> Text | None:
    """The text, or the promise of one."""
    return await session.get(Text, key, populate_existing=True)


async def begin(session: AsyncSession, key: Key, until: datetime, now: datetime) -> bool:
    """Take it upon oneself to make it; False where somebody has, and still has time, or it is there."""
    new = insert(Text).values(**dict(zip(NAMES, key, strict=True)), until=until, created_at=now)
    lapsed = new.on_conflict_do_update(
        index_elements=NAMES, set_={"until": until}, where=(Text.text.is_(None)) & (Text.until <= now)
    )
    return (await session.execute(lapsed.returning(Text.kind))).first() is not None


async def keep(session: AsyncSession, key: Key, until: datetime, text: str, source: str) -> None:
    """It is made. Who took too long finds that somebody else has it, and leaves it at that."""
    await session.execute(_promised(key, until).values(text=text, source=source, until=None))


async def give_back(session: AsyncSession, key: Key, until: datetime, now: datetime) -> None:
    """It will not be made by us: who asks next may begin at once."""
    await session.execute(_promised(key, until).values(until=now))


def _promised(key: Key, until: datetime) -> Update:
    mine = [getattr(Text, name) == value for name, value in zip(NAMES, key, strict=True)]
    return update(Text).where(*mine, Text.until == until, Text.text.is_(None))
