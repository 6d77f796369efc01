"""A way out, what goes out on it, every try; and the bell. A delivery is its own queue: `next_at` is when it is due."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline.channels.lifecycle import State
from warmline.db.model import Base, Id, Made, Tenant, belongs, reaches

KINDS = ("webhook", "email", "chat", "ticket")
STATES = tuple(state.value for state in State)
OPEN = "state IN ('pending', 'failed')"
ANSWERED = "(attempts > 1 OR last_error IS NOT NULL)"  # something that may quote what was sent
LEFT_TO_REDACT = f"finished_at IS NOT NULL AND redacted_at IS NULL AND {ANSWERED}"
TROUBLED = "state IN ('failed', 'dead')"


class Channel(Base):
    """Where events are told. `secrets` are never shown again; `squad_id` narrows it to what happens in one squad."""

    __tablename__ = "channels"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    kind: Mapped[str]
    name: Mapped[str]
    config: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    secrets: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    event_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    squad_id: Mapped[UUID | None]
    created_at: Mapped[Made]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]
    __table_args__ = (
        belongs(),
        reaches("squad_id", "squads"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_reason IS NULL)", name="why_disabled"),
    )


class Delivery(Base):
    """One event on one channel. Its id is what the receiver tells repeats by. `attempts_before` were made before it
    was last redriven: the schedule begins again after them.
    """

    __tablename__ = "deliveries"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    channel_id: Mapped[UUID]
    event_id: Mapped[UUID]
    event_type: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    attempts_before: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime | None]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    redacted_at: Mapped[datetime | None]  # what was answered was removed then
    __table_args__ = (
        reaches("channel_id", "channels"),
        reaches("event_id", "events"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"({OPEN}) = (next_at IS NOT NULL)", name="due"),
        CheckConstraint(f"({OPEN}) = (finished_at IS NULL)", name="finished"),
        Index("deliveries_next_idx", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index("deliveries_due_idx", "organization_id", "channel_id", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index("deliveries_channel_idx", "organization_id", "channel_id", "id"),
        Index("deliveries_answered_idx", "organization_id", "subject_id", postgresql_where=ANSWERED),
        Index("deliveries_retention_idx", "organization_id", "finished_at", postgresql_where=LEFT_TO_REDACT),
        Index("deliveries_trouble_idx", "organization_id", "state", "id", postgresql_where=TROUBLED),
    )


class Attempt(Base):
    """One try to deliver: when, how long it took, and what came back. `status` is what the other side answered."""

    __tablename__ = "delivery_attempts"
    organization_id: Mapped[Tenant]
    delivery_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    ok: Mapped[bool]
    status: Mapped[int | None]
    detail: Mapped[str]
    milliseconds: Mapped[int]
    __table_args__ = (reaches("delivery_id", "deliveries"),)


class Notification(Base):
    """What people are told on the bell: one person (`user_id`), or everybody who works the queue, in one row.

    `hidden_from` is whose own act it is; `named` is who was told by name, in a row of their own.
    """

    __tablename__ = "notifications"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    event_id: Mapped[UUID]
    kind: Mapped[str]
    handoff_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    hidden_from: Mapped[UUID | None]
    named: Mapped[UUID | None]
    created_at: Mapped[Made]
    __table_args__ = (
        reaches("event_id", "events"),
        reaches("handoff_id", "handoffs"),
        reaches("user_id", "users"),
        Index("notifications_handoff_idx", "organization_id", "handoff_id"),
    )


class NotificationRead(Base):
    """Who has read which; a row only where somebody has."""

    __tablename__ = "notification_reads"
    organization_id: Mapped[Tenant]
    notification_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
    __table_args__ = (reaches("notification_id", "notifications"), reaches("user_id", "users"))
