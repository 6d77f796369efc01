"""Claiming one handoff: one conditional UPDATE, a lease, a new epoch. However many race, one wins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict
from warmline.handoffs.access import check_epoch, check_may_claim, get_handoff
from warmline.handoffs.due import lease_end
from warmline.handoffs.lifecycle import Act, sources
from warmline.handoffs.model import Handoff, Package
from warmline.organizations.model import User
from warmline.times import ago, rfc3339


async def claim(
    session: AsyncSession, caller: Caller, handoff_id: UUID, now: datetime, epoch: int | None = None
) -> tuple[Handoff, bool]:
    """The handoff, and whether it has just become the caller's (False: it was already).

    With `epoch`, only where that is still the handoff's.

    Raises Forbidden for viewers, agents and the escalator; Conflict for the loser, with `claimed_by` and `claimed_at`.
    """
    check_may_claim(caller)
    lease = await lease_end(session, caller.organization_id, now)
    query = (
        update(Handoff)
        .where(Handoff.organization_id == caller.organization_id, Handoff.id == handoff_id)
        .where(Handoff.state.in_(sources(Act.CLAIM)))
        .where(Handoff.escalated_by_user_id.is_distinct_from(caller.user_id))
        .values(**ownership(caller.user_id, lease, now))
        .returning(Handoff)
    )
    if epoch is not None:
        query = query.where(Handoff.epoch == epoch)
    won = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if won is not None:
        return won, True
    return await _why_not(session, caller, handoff_id, now, epoch), False


async def go_own_way(session: AsyncSession, handoff: Handoff) -> None:
    """The claimer begins with an empty list of tasks; the agent's stay in the case."""
    mine = (Package.organization_id == handoff.organization_id, Package.handoff_id == handoff.id)
    await session.execute(update(Package).where(*mine).values(own_way=True))


def ownership(user_id: UUID | None, lease: datetime, now: datetime) -> dict[str, object]:
    """What changes with the owner."""
    return {
        "state": "claimed",
        "claimed_by": user_id,
        "claimed_at": now,
        "wakes_at": lease,
        "first_action_at": None,
        "epoch": Handoff.epoch + 1,
    }


async def _why_not(
    session: AsyncSession, caller: Caller, handoff_id: UUID, now: datetime, epoch: int | None
) -> Handoff:
    """The caller's own claim; or the refusal that says who has it and since when."""
    handoff = await get_handoff(session, caller, handoff_id)
    check_may_claim(caller, handoff)
    if handoff.state == "claimed" and handoff.claimed_by == caller.user_id:
        return handoff
    if handoff.state == "ready":
        check_epoch(handoff, epoch)
    raise await lost(session, handoff, now)


async def lost(session: AsyncSession, handoff: Handoff, now: datetime) -> Conflict:
    """Why a handoff cannot be claimed, in words for the one who was too late."""
    if handoff.state == "claimed":
        return await _taken(session, handoff, now)
    if handoff.state == "closed":
        return Conflict("This handoff is closed.", state="closed", closure_reason=handoff.closure_reason)
    if handoff.wakes_at is not None:
        return Conflict(f"This handoff is {handoff.state} until {rfc3339(handoff.wakes_at)}.", state=handoff.state)
    return Conflict("This handoff has just come back to the queue; claim it again.", state=handoff.state)


async def _taken(session: AsyncSession, handoff: Handoff, now: datetime) -> Conflict:
    who = select(User.name).where(User.organization_id == handoff.organization_id, User.id == handoff.claimed_by)
    name = (await session.scalars(who)).one()
    assert handoff.claimed_at is not None  # a constraint
    return Conflict(
        f"Already claimed by {name}, {ago(now - handoff.claimed_at)}",
        claimed_by={"id": str(handoff.claimed_by), "name": name},
        claimed_at=rfc3339(handoff.claimed_at),
        state=handoff.state,
    )
