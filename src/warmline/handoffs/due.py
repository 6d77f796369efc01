"""Promises in time: when the first action is due, and how long a lease lasts."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.organizations import settings


async def due_after(session: AsyncSession, organization_id: UUID, priority: str, now: datetime) -> datetime:
    """When the first action on work of this priority is promised, by the organization's own `due_seconds`."""
    seconds = (await settings.get(session, organization_id)).due_seconds
    return now + timedelta(seconds=getattr(seconds, priority))


async def lease_end(session: AsyncSession, organization_id: UUID, now: datetime) -> datetime:
    """When a claim that is made or renewed now lapses."""
    return now + timedelta(seconds=(await settings.get(session, organization_id)).claim_lease_seconds)
