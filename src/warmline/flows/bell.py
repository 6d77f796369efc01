"""What concerns me: notifications, in the words of the handoffs they are of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.channels.model import Notification, NotificationRead
from warmline.errors import Forbidden, NotFound
from warmline.flows.headlines import ON_THE_BELL, headline
from warmline.handoffs.model import Handoff, Package
from warmline.handoffs.queries import WITH_PACKAGE
from warmline.organizations.model import User
from warmline.squads.names import names_of
from warmline.timeline.model import Event

MOST_UNREAD = 100  # counted no further: a bell says 99+
WITH_HANDOFF = and_(Handoff.organization_id == Notification.organization_id, Handoff.id == Notification.handoff_id)
WITH_EVENT = and_(Event.organization_id == Notification.organization_id, Event.id == Notification.event_id)


@dataclass(frozen=True)
class Bell:
    """One notification, as it is shown to one person. `is_unread`: not read, and still something to be done."""

    id: UUID
    kind: str
    text: str
    handoff_id: UUID
    by_name: bool
    created_at: datetime
    read_at: datetime | None
    is_unread: bool


def mine(caller: Caller) -> Select[Any]:
    """What a person was told: by name, or with all who work the queue since they joined. Raises Forbidden."""
    if caller.user_id is None:
        raise Forbidden("Only people have a bell; an agent follows its own work on its stream.")
    query = select(Notification, NotificationRead.read_at, Handoff, Package.context, Event.actor_id)
    query = query.join(Handoff, WITH_HANDOFF).join(Package, WITH_PACKAGE).join(Event, WITH_EVENT)
    query = query.outerjoin(NotificationRead, _read_by(caller))
    return query.where(Notification.organization_id == caller.organization_id, _told(caller))


def _read_by(caller: Caller) -> ColumnElement[bool]:
    return and_(
        NotificationRead.organization_id == Notification.organization_id,
        NotificationRead.notification_id == Notification.id,
        NotificationRead.user_id == caller.user_id,
    )


def _told(caller: Caller) -> ColumnElement[bool]:
    by_name = Notification.user_id == caller.user_id
    if not caller.at_least("operator"):  # viewers are told of nothing that is for everybody
        return by_name
    joined = select(User.created_at).where(User.organization_id == caller.organization_id, User.id == caller.user_id)
    everybody = and_(
        Notification.user_id.is_(None),
        Notification.hidden_from.is_distinct_from(caller.user_id),
        Notification.named.is_distinct_from(caller.user_id),
        Notification.created_at >= joined.scalar_subquery(),
    )
    return or_(by_name, everybody)


async def shown(session: AsyncSession, caller: Caller, rows: Sequence[Row[Any]]) -> list[Bell]:
    """Rows of `mine`, in words."""
    wanted = [id for row in rows for id in (*row.Handoff.people[:1], row.actor_id)]
    names = await names_of(session, caller.organization_id, wanted)
    return [_bell(row, names) for row in rows]


def _bell(row: Row[Any], names: Mapping[UUID, str]) -> Bell:
    told, handoff = row.Notification, row.Handoff
    by = names.get(handoff.escalated_by_member_id or handoff.escalated_by_user_id, "Warmline")
    words = headline(ON_THE_BELL[told.kind], row.context, by, names.get(row.actor_id, "Warmline"))
    waits = told.kind != "escalation" or handoff.state == "ready"
    unread = row.read_at is None and waits
    return Bell(
        told.id, told.kind, words, handoff.id, told.user_id is not None, told.created_at, row.read_at, unread
    )  # fmt: skip


async def count_unread(session: AsyncSession, caller: Caller) -> int:
    """How many there are that are not read, and still wait for somebody; counted up to a hundred."""
    waits = or_(Notification.kind != "escalation", Handoff.state == "ready")
    query = mine(caller).where(NotificationRead.read_at.is_(None), waits)
    some = query.with_only_columns(Notification.id).limit(MOST_UNREAD).subquery()
    return (await session.scalars(select(func.count()).select_from(some))).one()


async def read(session: AsyncSession, caller: Caller, notification_id: UUID, now: datetime) -> Bell:
    """Mark one as read, for oneself; again is the same. Raises NotFound, Forbidden."""
    query = mine(caller).where(Notification.id == notification_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such notification.")
    if row.read_at is None:
        values = {"notification_id": notification_id, "user_id": caller.user_id, "read_at": now}
        mark = insert(NotificationRead).values(organization_id=caller.organization_id, **values)
        await session.execute(mark.on_conflict_do_nothing())
        row = (await session.execute(query)).one()
    return (await shown(session, caller, [row]))[0]
