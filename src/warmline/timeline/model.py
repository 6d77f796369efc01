"""The history: insert-only. Positions, in the order of commits, are stamped afterwards by the sequencer."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline.db.model import Base, Id, Made, Tenant, belongs, reaches

MEASURED = ("handoff.claimed", "handoff.first_action", "handoff.closed", "handoff.returned")


class Event(Base):
    """Who did what to which thing, from which state to which. `data` holds ids and states, never message text.

    `thread_id` is the thing it all belongs to (the case, for the events of its handoffs); `member_id` is the agent
    whose work it is; `private_to` and `hidden_from` narrow the people who are told.
    """

    __tablename__ = "events"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    at: Mapped[Made]
    type: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    thread_id: Mapped[UUID | None]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    member_id: Mapped[UUID | None]
    private_to: Mapped[UUID | None]
    hidden_from: Mapped[UUID | None]
    __table_args__ = (
        belongs(),
        Index("events_subject_idx", "organization_id", "subject_id", "id"),
        Index("events_thread_idx", "organization_id", "thread_id", "id", postgresql_where="thread_id IS NOT NULL"),
        Index("events_measured_idx", "organization_id", "at", postgresql_where=f"type IN {MEASURED}"),
    )


class Arrived(Base):
    """Events that have no position yet; the sequencer empties it, in the order of arrival."""

    __tablename__ = "event_inbox"
    organization_id: Mapped[Tenant]
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    __table_args__ = (
        Index("event_inbox_number_idx", "number"),
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": 0, "autovacuum_vacuum_threshold": 1000}},
    )


class Position(Base):
    """An event's place in the log. Whoever has seen a position has seen all before it."""

    __tablename__ = "event_positions"
    organization_id: Mapped[Tenant]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    __table_args__ = (
        reaches("event_id", "events"),
        UniqueConstraint("organization_id", "event_id"),
        Index("event_positions_position_idx", "position"),
    )
