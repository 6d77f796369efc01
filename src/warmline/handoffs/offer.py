"""Offering work to people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Invalid
from warmline.handoffs.due import due_after
from warmline.handoffs.model import Handoff, Package
from warmline.ids import new_id
from warmline.organizations.model import User

# As in the partial index. As a parameter, it would not be recognized once the statement has a generic plan: an error
# from about the sixth escalation of a connection on.
OPEN = "state <> 'closed'"


@dataclass(frozen=True)
class Offer:
    """What is handed over: the source, the story, and for whom."""

    case_id: UUID
    owner_member_id: UUID | None
    squad_id: UUID
    epoch: int
    title: str
    intent: str
    reason: str
    context: dict[str, Any]
    notes: str | None = None
    topic: str | None = None
    priority: str = "normal"
    target_user_id: UUID | None = None


async def open_handoff(session: AsyncSession, organization_id: UUID, case_id: UUID) -> Handoff | None:
    """The open handoff of a case, locked, or None."""
    held = _open(organization_id, case_id).with_for_update(key_share=True)
    return (await session.scalars(held, execution_options={"populate_existing": True})).one_or_none()


async def current_handoff(session: AsyncSession, organization_id: UUID, case_id: UUID) -> Handoff | None:
    """The open handoff of a case as it is now, not locked, or None."""
    query = _open(organization_id, case_id)
    return (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()


def _open(organization_id: UUID, case_id: UUID) -> Select[Handoff]:
    mine = (Handoff.organization_id == organization_id, Handoff.case_id == case_id)
    return select(Handoff).where(*mine, text(OPEN))


async def check_target(session: AsyncSession, caller: Caller, target: UUID | None) -> None:
    """A target is a person who works the queue, and not oneself. Raises Invalid."""
    if target is None:
        return
    if target == caller.user_id:
        raise Invalid.field("target_user_id", "you cannot hand work to yourself; leave it out, or name somebody else")
    query = select(User).where(User.organization_id == caller.organization_id, User.id == target)
    user = (await session.scalars(query)).one_or_none()
    if user is None or user.disabled_at is not None:
        raise Invalid.field("target_user_id", "there is no such user; GET /users lists them")
    if user.role == "viewer":
        raise Invalid.field("target_user_id", f"{user.name} is a viewer and cannot claim; name an operator")


async def offer(session: AsyncSession, caller: Caller, what: Offer, now: datetime) -> Handoff | None:
    """Put it into the queue, or park it for the escalator; None where the case has an open handoff already."""
    due = await due_after(session, caller.organization_id, what.priority, now)
    parked = what.intent == "park"
    values = {
        "organization_id": caller.organization_id,
        "id": new_id(),
        "squad_id": what.squad_id,
        "case_id": what.case_id,
        "owner_member_id": what.owner_member_id,
        "state": "parked" if parked else "ready",
        "due_at": due,
        "wakes_at": due if parked else None,
        "epoch": what.epoch,
        "priority": what.priority,
        "intent": what.intent,
        "target_user_id": what.target_user_id,
        "escalated_by_member_id": caller.member_id,
        "escalated_by_user_id": caller.user_id,
        "created_at": now,
    }
    new = upsert(Handoff).values(**values)
    query = new.on_conflict_do_nothing(index_elements=["organization_id", "case_id"], index_where=text(OPEN)).returning(
        Handoff
    )
    handoff = (await session.scalars(query)).one_or_none()
    if handoff is not None:
        await session.execute(insert(Package).values(_package(handoff, what, now)))
    return handoff


async def repack(session: AsyncSession, handoff: Handoff, what: Offer, now: datetime) -> None:
    """Freeze the story anew."""
    mine = (Package.organization_id == handoff.organization_id, Package.handoff_id == handoff.id)
    await session.execute(update(Package).where(*mine).values(_package(handoff, what, now)))


def _package(handoff: Handoff, what: Offer, now: datetime) -> dict[str, Any]:
    texts = {"title": what.title, "reason": what.reason, "notes": what.notes, "topic": what.topic}
    place = {"organization_id": handoff.organization_id, "handoff_id": handoff.id}
    return place | texts | {"context": what.context, "frozen_at": now}
