"""A case, and what gathers in it: messages, steps, facts, tasks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline.db.model import Base, Id, Made, Tenant, reaches

OPEN, ENDED = ("active", "escalated", "parked"), ("resolved", "closed")
STATUSES = (*OPEN, *ENDED)
RESULTS = ("worked", "failed", "inconclusive")
ORIGINS = ("said", "looked_up", "inferred")
LEFT_TO_REDACT = "ended_at IS NOT NULL AND redacted_at IS NULL"
MESSAGE_ROLES = ("customer", "agent", "operator", "system")


class Case(Base):
    """One piece of work an AI agent does for someone. The epoch counts changes of ownership."""

    __tablename__ = "cases"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    squad_id: Mapped[UUID]
    owner_member_id: Mapped[UUID | None]
    owner_user_id: Mapped[UUID | None]
    title: Mapped[str]
    problem: Mapped[str]
    customer: Mapped[dict[str, Any] | None]
    ticket: Mapped[str | None]
    domain: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="active")
    epoch: Mapped[int] = mapped_column(server_default="0")
    handler_user_id: Mapped[UUID | None]
    closure_reason: Mapped[str | None]
    summary: Mapped[str | None]
    created_at: Mapped[Made]
    ended_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]  # its content was removed then; by a person, or by retention
    redacted_by_user_id: Mapped[UUID | None]
    __table_args__ = (
        reaches("squad_id", "squads"),
        reaches("owner_member_id", "members"),
        reaches("owner_user_id", "users"),
        reaches("handler_user_id", "users"),
        reaches("redacted_by_user_id", "users"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("num_nonnulls(owner_member_id, owner_user_id) >= 1", name="owned"),
        CheckConstraint("(status IN ('resolved', 'closed')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (closure_reason IS NULL)", name="why_ended"),
        CheckConstraint("redacted_at IS NULL OR ended_at IS NOT NULL", name="redacted"),
        CheckConstraint("redacted_by_user_id IS NULL OR redacted_at IS NOT NULL", name="redacted_by"),
        Index("cases_status_idx", "organization_id", "status", "id"),
        Index("cases_retention_idx", "organization_id", "ended_at", postgresql_where=LEFT_TO_REDACT),
        Index("cases_handler_idx", "organization_id", "handler_user_id"),
        Index(  # of those that have ended: a claim, which changes a case, has no entry to make here
            "cases_ticket_idx",
            "organization_id",
            "ticket",
            postgresql_where="ticket IS NOT NULL AND ended_at IS NOT NULL",
        ),
    )


class Note:
    """What the four kinds of notes share: their case, who wrote them, and when."""

    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    case_id: Mapped[UUID]
    by_member_id: Mapped[UUID | None]
    by_user_id: Mapped[UUID | None]
    created_at: Mapped[Made]


class Message(Note, Base):
    """Something said in the case."""

    __tablename__ = "case_messages"
    role: Mapped[str]
    text: Mapped[str]
    __table_args__ = (
        reaches("case_id", "cases"),
        CheckConstraint(f"role IN {MESSAGE_ROLES}", name="role"),
        Index("case_messages_case_idx", "organization_id", "case_id", "id"),
    )


class Step(Note, Base):
    """Something that was tried, and what came of it."""

    __tablename__ = "case_steps"
    title: Mapped[str]
    kind: Mapped[str | None]
    result: Mapped[str]
    evidence: Mapped[str | None]
    __table_args__ = (
        reaches("case_id", "cases"),
        CheckConstraint(f"result IN {RESULTS}", name="result"),
        Index("case_steps_case_idx", "organization_id", "case_id", "id"),
    )


class Fact(Note, Base):
    """Something known, and how firmly: said, looked up or inferred."""

    __tablename__ = "case_facts"
    text: Mapped[str]
    origin: Mapped[str]
    source: Mapped[str | None]
    __table_args__ = (
        reaches("case_id", "cases"),
        CheckConstraint(f"origin IN {ORIGINS}", name="origin"),
        Index("case_facts_case_idx", "organization_id", "case_id", "id"),
    )


class Task(Note, Base):
    """Something still to do."""

    __tablename__ = "case_tasks"
    title: Mapped[str]
    done: Mapped[bool] = mapped_column(server_default=text("false"))
    done_at: Mapped[datetime | None]
    __table_args__ = (
        reaches("case_id", "cases"),
        CheckConstraint("done = (done_at IS NOT NULL)", name="done"),
        Index("case_tasks_case_idx", "organization_id", "case_id", "id"),
    )
