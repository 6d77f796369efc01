"""What concerns me: notifications, in the words of the handoffs they are of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.channels.model import Notification, NotificationRead
from warmline.errors import Forbidden
from warmline.flows.headlines import ON_THE_BELL, headline
from warmline.flows.unread import unread
from warmline.handoffs.model import Handoff, Package
from warmline.handoffs.queries import WITH_PACKAGE
from warmline.organizations import settings
from warmline.organizations.masks import masked
from warmline.organizations.model import User
from warmline.organizations.settings import Texts
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


def person(caller: Caller) -> UUID:
    """Whose bell it is. Raises Forbidden."""
    if caller.user_id is None:
        raise Forbidden("Only people have a bell; an agent follows its own work on its stream.")
    return caller.user_id


def mine(caller: Caller) -> Select[Any]:
    """What a person was told: by name, or with all who work the queue since they joined. Raises Forbidden."""
    person(caller)
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


async def latest(session: AsyncSession, caller: Caller, most: int) -> list[Bell]:
    """The newest of them; what is meant for the caller by name, and unread, first. Raises Forbidden."""
    rows = (await session.execute(mine(caller).order_by(Notification.id.desc()).limit(most))).all()
    return sorted(await shown(session, caller, rows), key=lambda one: not (one.by_name and one.is_unread))


async def shown(session: AsyncSession, caller: Caller, rows: Sequence[Row[Any]]) -> list[Bell]:
    """Rows of `mine`, in words."""
    wanted = [id for row in rows for id in (*row.Handoff.people[:1], row.actor_id)]
    names = await names_of(session, caller.organization_id, wanted)
    texts = (await settings.get(session, caller.organization_id)).texts
    return [_bell(row, names, texts, caller.hides) for row in rows]


def _bell(row: Row[Any], names: Mapping[UUID, str], texts: Texts, hides: frozenset[str]) -> Bell:
    told, handoff = row.Notification, row.Handoff
    about = row.context | {"problem": masked(row.context["problem"], hides)}  # before it is cut
    by = names.get(handoff.escalated_by_member_id or handoff.escalated_by_user_id, "Warmline")
    words = headline(ON_THE_BELL[told.kind], texts, about, by, names.get(row.actor_id, "Warmline"))
    is_unread = row.read_at is None and _waits(told, handoff)
    return Bell(
        told.id, told.kind, words, handoff.id, told.user_id is not None, told.created_at, row.read_at, is_unread
    )  # fmt: skip


def _waits(told: Notification, handoff: Handoff) -> bool:
    """Whether there is still something to be done; `unread.py` says the same in SQL."""
    if told.kind == "transfer":
        return handoff.state == "claimed" and handoff.claimed_by == told.user_id
    return handoff.state == "ready"


async def count_unread(session: AsyncSession, caller: Caller) -> int:
    """How many there are that are not read, and still wait for somebody; counted up to a hundred."""
    found = await unread(session, caller.organization_id, person(caller))
    return min(MOST_UNREAD, found.of(caller.user_id)) if caller.at_least("operator") else 0
