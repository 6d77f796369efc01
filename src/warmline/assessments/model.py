"""The one structured reading of a handoff."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline.db.model import Base, Id, Made, Tenant, reaches

STATES = ("pending", "ready", "failed", "skipped")


class Assessment(Base):
    """Pending until a job fills it in; `next_at` is when the job looks (again)."""

    __tablename__ = "assessments"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    handoff_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="pending")
    source: Mapped[str]
    content: Mapped[dict[str, Any] | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime | None]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        reaches("handoff_id", "handoffs"),
        UniqueConstraint("organization_id", "handoff_id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state = 'pending') = (next_at IS NOT NULL)", name="pending"),
        CheckConstraint("(state = 'ready') = (content IS NOT NULL)", name="ready"),
        Index("assessments_next_idx", "next_at", postgresql_where="state = 'pending'"),
    )
