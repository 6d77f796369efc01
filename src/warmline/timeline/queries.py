"""Reading the history: pages of it, and what follows a position, as the API and the streams show it."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from warmline.caller import Caller
from warmline.errors import Invalid
from warmline.timeline.model import Event, Position
from warmline.times import rfc3339

COLUMNS = (
    Event.id, Event.type, Event.subject_kind, Event.subject_id, Event.thread_id, Event.from_state, Event.to_state,
    Event.actor_kind, Event.actor_id, Event.at, Event.data, Event.member_id, Event.private_to, Event.hidden_from,
)  # fmt: skip
EventRow = Row[Any]


def visible(event: EventRow, caller: Caller) -> bool:
    """Whether this caller is told of the event; the same rule as `may_see`, for events that are already read."""
    if caller.is_agent:
        return bool(event.member_id is not None and event.member_id == caller.member_id)
    if event.private_to is not None and not caller.at_least("admin"):
        return bool(event.private_to == caller.user_id)
    return event.hidden_from is None or event.hidden_from != caller.user_id


def may_see(caller: Caller) -> ColumnElement[bool]:
    """The events a caller may read: an agent its own work's, people all but what is private to somebody else."""
    if caller.is_agent:
        return Event.member_id == caller.member_id
    if caller.at_least("admin"):
        return true()
    return or_(Event.private_to.is_(None), Event.private_to == caller.user_id)


def about(subject: str) -> ColumnElement[bool]:
    """The condition for `?subject=`: an id, or kind:id. Raises Invalid."""
    kind, _, id_text = subject.rpartition(":")
    try:
        id = UUID(id_text)
    except ValueError:
        raise Invalid.field("subject", "expected an id, or kind:id, as in case:0192f0c1-…") from None
    same = or_(Event.subject_id == id, Event.thread_id == id)
    return and_(same, or_(Event.subject_kind == kind, Event.thread_id == id)) if kind else same


def shown(event: EventRow, names: Mapping[UUID, str]) -> dict[str, Any]:
    """An event as JSON, the same in lists and on the streams."""
    return {
        "id": str(event.id),
        "type": event.type,
        "subject": {"kind": event.subject_kind, "id": str(event.subject_id)},
        "thread_id": str(event.thread_id) if event.thread_id else None,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "actor": {
            "kind": event.actor_kind,
            "id": str(event.actor_id) if event.actor_id else None,
            "name": names.get(event.actor_id, "Warmline"),
        },
        "at": rfc3339(event.at),
        "data": event.data,
    }


def history(caller: Caller, subject: str | None) -> Select[Any]:
    """The events that a caller may see, of one thing or of all."""
    query = select(*COLUMNS).where(Event.organization_id == caller.organization_id, may_see(caller))
    return query.where(about(subject)) if subject else query


async def after(session: AsyncSession, organization_id: UUID, position: int, most: int) -> Sequence[Row[Any]]:
    """Events behind a position, in the order in which they were committed; each with its `position`."""
    query = (
        select(Position.position, *COLUMNS)
        .join(Event, and_(Event.organization_id == Position.organization_id, Event.id == Position.event_id))
        .where(Position.organization_id == organization_id, Position.position > position)
        .order_by(Position.position)
        .limit(most)
    )
    return (await session.execute(query)).all()


async def last_position(session: AsyncSession) -> int:
    """Where the log ends now, over all organizations."""
    return int((await session.execute(select(func.warmline.last_position()))).scalar_one())


def cursor(position: int) -> str:
    """A place in the log, opaque to clients."""
    return base64.urlsafe_b64encode(f"p{position}".encode()).decode().rstrip("=")


def position_of(cursor_text: str) -> int:
    """The position in a cursor. Raises Invalid for a text that is none of ours."""
    try:
        plain = base64.urlsafe_b64decode(cursor_text + "=" * (-len(cursor_text) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        plain = ""
    digits = plain[1:]
    if not (plain.startswith("p") and digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise Invalid.field("Last-Event-ID", "expected the id of an event of this stream, or none to begin now")
    return int(digits)
