"""What an organization measured by hand, before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warmline.db.model import Base, Id, Made, Tenant, reaches

LONGEST = 7 * 24 * 3600  # seconds; what takes longer was not timed with a stopwatch


class Baseline(Base):
    """One pickup the old way, timed with a stopwatch: from being asked to the first thing that was done."""

    __tablename__ = "baselines"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    seconds: Mapped[int]
    note: Mapped[str | None]
    squad_id: Mapped[UUID | None]
    by_user_id: Mapped[UUID]
    created_at: Mapped[Made]
    withdrawn_at: Mapped[datetime | None] = mapped_column()
    __table_args__ = (
        reaches("squad_id", "squads"),
        reaches("by_user_id", "users"),
        CheckConstraint(f"seconds BETWEEN 1 AND {LONGEST}", name="seconds"),
    )
