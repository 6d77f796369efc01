"""Squads and the seats in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from warmline.db.model import Base, Id, Made, Tenant, belongs, reaches


class Squad(Base):
    """The people and agents who work together. Names may repeat."""

    __tablename__ = "squads"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    name: Mapped[str]
    created_at: Mapped[Made]
    __table_args__ = (belongs(),)


class Member(Base):
    """One seat in a squad: a role, filled by an AI agent or by a user."""

    __tablename__ = "members"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    squad_id: Mapped[UUID]
    kind: Mapped[str]
    role: Mapped[str]
    name: Mapped[str]
    user_id: Mapped[UUID | None]
    created_at: Mapped[Made]
    left_at: Mapped[datetime | None]
    __table_args__ = (
        reaches("squad_id", "squads"),
        reaches("user_id", "users"),
        CheckConstraint("kind IN ('agent', 'user')", name="kind"),
        CheckConstraint("(kind = 'user') = (user_id IS NOT NULL)", name="filled"),
        Index("members_squad_idx", "organization_id", "squad_id"),
        Index("members_user_idx", "organization_id", "user_id"),
    )
