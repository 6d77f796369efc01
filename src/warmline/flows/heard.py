"""What somebody was told is read: one notification, those of a handoff that they open, or all that wait."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.channels.model import Notification, NotificationRead
from warmline.errors import NotFound
from warmline.flows import bell, unread
from warmline.timeline.record import Entry, record


async def read(session: AsyncSession, caller: Caller, notification_id: UUID, now: datetime) -> bell.Bell:
    """Mark one as read, for oneself; again is the same. Raises NotFound, Forbidden."""
    query = bell.mine(caller).where(Notification.id == notification_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such notification.")
    if row.read_at is None:
        await _mark(session, caller, [notification_id], now)
        row = (await session.execute(query)).one()
    return (await bell.shown(session, caller, [row]))[0]


async def read_of(session: AsyncSession, caller: Caller, handoff_id: UUID, now: datetime) -> None:
    """Whoever has a handoff before them has read what they were told of it."""
    query = bell.mine(caller).where(Notification.handoff_id == handoff_id, NotificationRead.read_at.is_(None))
    ids = (await session.scalars(query.with_only_columns(Notification.id))).all()
    await _mark(session, caller, ids, now)


async def read_all(session: AsyncSession, caller: Caller, now: datetime) -> int:
    """Mark all that wait as read, and say how many. Raises Forbidden."""
    me = bell.person(caller)
    return await _mark(session, caller, await unread.unread_ids(session, caller.organization_id, me), now)


async def _mark(session: AsyncSession, caller: Caller, ids: Sequence[UUID], now: datetime) -> int:
    """The event tells the other tabs, and the other devices, of the same person; and nobody else."""
    if not ids:
        return 0
    rest = {"organization_id": caller.organization_id, "user_id": caller.user_id, "read_at": now}
    marks = insert(NotificationRead).values([{"notification_id": id, **rest} for id in ids])
    fresh = (await session.scalars(marks.on_conflict_do_nothing().returning(NotificationRead.notification_id))).all()
    if fresh:
        told = ("notification", max(fresh))
        entry = Entry("notification.read", told, private_to=caller.user_id, data={"many": len(fresh)})
        await record(session, caller, now, entry)
    return len(fresh)
