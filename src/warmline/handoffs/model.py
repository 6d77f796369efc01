"""The item in the queue: narrow, because it is claimed under a race. Its texts lie in the package beside it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline.db.model import Base, Id, Made, Tenant, reaches

STATES = ("ready", "claimed", "scheduled", "parked", "closed")
PRIORITIES = ("urgent", "high", "normal", "low")
PINNED, IN_ORDER = 0, 1  # place: what an admin pinned comes before what is in order


class Handoff(Base):
    """Work offered to people. One open handoff a case, at most one claim: both are constraints.

    `wakes_at` is when the clock acts by itself: the end of the lease of a claim, the return of what is scheduled, the
    end of parking. What is ready has an owner in the queue and its due time.
    """

    __tablename__ = "handoffs"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    squad_id: Mapped[UUID]
    case_id: Mapped[UUID]
    owner_member_id: Mapped[UUID | None]  # the agent whose work it is
    state: Mapped[str]
    place: Mapped[int] = mapped_column(server_default=text(str(IN_ORDER)))
    due_at: Mapped[datetime]
    wakes_at: Mapped[datetime | None]
    epoch: Mapped[int]
    level: Mapped[int] = mapped_column(server_default="0")
    priority: Mapped[str]
    intent: Mapped[str]
    target_user_id: Mapped[UUID | None]
    escalated_by_member_id: Mapped[UUID | None]
    escalated_by_user_id: Mapped[UUID | None]
    claimed_by: Mapped[UUID | None]
    claimed_at: Mapped[datetime | None]
    first_action_at: Mapped[datetime | None]
    created_at: Mapped[Made]
    closed_at: Mapped[datetime | None]
    closure_reason: Mapped[str | None]
    __table_args__ = (
        reaches("squad_id", "squads"),
        reaches("case_id", "cases"),
        reaches("target_user_id", "users"),
        reaches("escalated_by_member_id", "members"),
        reaches("escalated_by_user_id", "users"),
        reaches("claimed_by", "users"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"priority IN {PRIORITIES}", name="priority"),
        CheckConstraint("intent IN ('escalate', 'park')", name="intent"),
        CheckConstraint("state = 'closed' OR (state = 'claimed') = (claimed_by IS NOT NULL)", name="one_claim"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed_since"),
        CheckConstraint("(state IN ('claimed', 'scheduled', 'parked')) = (wakes_at IS NOT NULL)", name="wakes"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(state = 'closed') = (closure_reason IS NOT NULL)", name="why_closed"),
        CheckConstraint("num_nonnulls(escalated_by_member_id, escalated_by_user_id) >= 1", name="escalated"),
        CheckConstraint("escalated_by_user_id <> target_user_id", name="not_to_oneself"),
        Index(
            "handoffs_open_case_key", "organization_id", "case_id", unique=True, postgresql_where="state <> 'closed'"
        ),
        Index("handoffs_queue_idx", "organization_id", "place", "due_at", "id", postgresql_where="state = 'ready'"),
        Index(  # for those who work one squad's queue: without it they step over all that waits in the others
            "handoffs_squad_queue_idx",
            "organization_id",
            "squad_id",
            "place",
            "due_at",
            "id",
            postgresql_where="state = 'ready'",
        ),
        Index("handoffs_wakes_idx", "wakes_at", postgresql_where="wakes_at IS NOT NULL"),
        Index("handoffs_mine_idx", "organization_id", "claimed_by", postgresql_where="state = 'claimed'"),
        Index("handoffs_case_idx", "organization_id", "case_id", "id"),
        {"postgresql_with": {"fillfactor": 80, "autovacuum_vacuum_scale_factor": 0.02}},
    )

    @property
    def pinned(self) -> bool:
        """Whether an admin put it before everything in order."""
        return self.place == PINNED

    @property
    def people(self) -> list[UUID | None]:
        """Whom one names when showing it; who escalated, for whom, whose it is."""
        return [self.escalated_by_member_id or self.escalated_by_user_id, self.target_user_id, self.claimed_by]

    @property
    def claim_expires_at(self) -> datetime | None:
        """When the lease ends, while somebody holds it."""
        return self.wakes_at if self.state == "claimed" else None


class Package(Base):
    """The story that comes with a handoff: why it was handed over, and the context frozen then."""

    __tablename__ = "handoff_packages"
    organization_id: Mapped[Tenant]
    handoff_id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    reason: Mapped[str]
    notes: Mapped[str | None]
    topic: Mapped[str | None]
    context: Mapped[dict[str, Any]]
    frozen_at: Mapped[datetime]
    outcome: Mapped[str | None]
    fields: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    own_way: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (reaches("handoff_id", "handoffs"),)
