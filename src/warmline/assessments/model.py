"""The one structured reading of a handoff, the texts that come from it, and what models have taken."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline.db.model import Base, Id, Made, Tenant, belongs, reaches

STATES = ("pending", "ready", "failed", "skipped")
REASONS = (
    *("timeout", "invalid", "refused", "rejected", "busy", "unreachable", "broken"),  # of the model
    *("interrupted", "unreadable", "daily_cap", "crowded"),  # ours
)
MADE_UP = ("client_update", "email_draft")  # texts that are reworded, and kept


class Assessment(Base):
    """Pending until a job fills it in; `next_at` is when it looks (again): while a model reads, the end of the lease.

    `source` is who made the content: a model, or extraction. `edition` counts contents, `asked` how often a person
    asked for a new one; the tokens are those of all tries.
    """

    __tablename__ = "assessments"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    handoff_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="pending")
    source: Mapped[str]
    reason: Mapped[str | None]
    content: Mapped[dict[str, Any] | None]
    edition: Mapped[int] = mapped_column(server_default=text("0"))
    asked: Mapped[int] = mapped_column(server_default=text("0"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime | None]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]
    model: Mapped[str | None]
    input_tokens: Mapped[int] = mapped_column(server_default=text("0"))
    output_tokens: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        reaches("handoff_id", "handoffs"),
        UniqueConstraint("organization_id", "handoff_id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state = 'pending') = (next_at IS NOT NULL)", name="pending"),
        CheckConstraint("state <> 'ready' OR content IS NOT NULL", name="ready"),
        CheckConstraint("reason IS NULL OR state IN ('failed', 'skipped')", name="why_not"),
        Index("assessments_next_idx", "next_at", postgresql_where="state = 'pending'"),
    )


class Text(Base):
    """A text for others, of one edition of the reading. Until it is there, `until` is how long its maker has for it."""

    __tablename__ = "handoff_texts"
    organization_id: Mapped[Tenant]
    handoff_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None]
    source: Mapped[str | None]
    until: Mapped[datetime | None]
    created_at: Mapped[Made]
    __table_args__ = (
        reaches("handoff_id", "handoffs"),
        CheckConstraint(f"kind IN {MADE_UP}", name="kind"),
        CheckConstraint("(text IS NULL) = (until IS NOT NULL)", name="made"),
        CheckConstraint("(text IS NULL) = (source IS NULL)", name="by"),
    )


class ModelUsage(Base):
    """What an organization's questions to models took on a day (UTC), however they ended."""

    __tablename__ = "model_usage"
    organization_id: Mapped[Tenant]
    day: Mapped[date] = mapped_column(primary_key=True)
    questions: Mapped[int] = mapped_column(server_default=text("0"))
    input_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    output_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    __table_args__ = (belongs(),)
