"""What the holder of a claim does with it: keep it alive, give it back, put it off, pass it on."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict, Invalid, NotFound
from warmline.handoffs.access import check_epoch, check_holder, get_handoff
from warmline.handoffs.claim import ownership
from warmline.handoffs.due import lease_end
from warmline.handoffs.lifecycle import Act, sources
from warmline.handoffs.model import IN_ORDER, PINNED, Handoff, Package
from warmline.organizations.users import get_user
from warmline.squads.seats import get_squad

LONGEST_SNOOZE = timedelta(days=365)
UNOWNED = {"claimed_by": None, "claimed_at": None, "first_action_at": None, "epoch": Handoff.epoch + 1}


async def heartbeat(
    session: AsyncSession, caller: Caller, handoff_id: UUID, epoch: int | None, now: datetime
) -> Handoff:
    """Renew the lease; by the holder alone. Raises Conflict, Forbidden, NotFound."""
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_holder(caller, handoff, epoch, or_admin=False)
    lease = await lease_end(session, caller.organization_id, now)
    return await change(session, handoff, Act.CLAIM, {"wakes_at": lease}, states=["claimed"])


async def touch(
    session: AsyncSession, caller: Caller, case_id: UUID, now: datetime, *, is_action: bool
) -> tuple[Handoff, bool] | None:
    """Renew the lease of the caller's claim on a case, if there is one; and whether this was the first action."""
    mine = (
        Handoff.organization_id == caller.organization_id, Handoff.case_id == case_id,
        Handoff.state == "claimed", Handoff.claimed_by == caller.user_id,
    )  # fmt: skip
    lease = await lease_end(session, caller.organization_id, now)
    values: dict[str, Any] = {"wakes_at": lease}
    if is_action:
        values["first_action_at"] = func.coalesce(Handoff.first_action_at, now)
    query = update(Handoff).where(*mine).values(**values).returning(Handoff)
    handoff = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    return (handoff, is_action and handoff.first_action_at == now) if handoff else None


async def release(session: AsyncSession, caller: Caller, handoff_id: UUID, epoch: int | None, now: datetime) -> Handoff:
    """Back into the queue, with its old due time; by the holder or an admin."""
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_holder(caller, handoff, epoch)
    return await change(session, handoff, Act.RELEASE, {"state": "ready", "wakes_at": None} | UNOWNED)


async def snooze(
    session: AsyncSession, caller: Caller, handoff_id: UUID, until: datetime, epoch: int | None, now: datetime
) -> Handoff:
    """End the claim and come back by itself at `until`; by the holder or an admin. Raises Invalid for a time passed."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise Invalid.field("until", "expected a time after now and within a year, as in 2030-01-31T09:00:00Z")
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_holder(caller, handoff, epoch)
    later = {"state": "scheduled", "wakes_at": until, "due_at": func.greatest(Handoff.due_at, until)}
    return await change(session, handoff, Act.SNOOZE, later | UNOWNED)


async def transfer_to_user(
    session: AsyncSession, caller: Caller, handoff_id: UUID, user_id: UUID, note: str, epoch: int | None, now: datetime
) -> Handoff:
    """Move the claim to another person, with a fresh lease; by the holder, or an admin (from the queue, too)."""
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_holder(caller, handoff, epoch)
    await _check_receiver(session, caller, handoff, user_id)
    values = ownership(user_id, await lease_end(session, caller.organization_id, now), now)
    return await _transfer(session, handoff, Act.TRANSFER_TO_USER, values, note)


async def transfer_to_squad(
    session: AsyncSession, caller: Caller, handoff_id: UUID, squad_id: UUID, note: str, epoch: int | None, now: datetime
) -> Handoff:
    """Move the item to another squad's queue; by the holder, or an admin."""
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_holder(caller, handoff, epoch)
    await get_squad(session, caller, squad_id, field="squad_id")
    values = {"state": "ready", "squad_id": squad_id, "wakes_at": None} | UNOWNED
    return await _transfer(session, handoff, Act.TRANSFER_TO_SQUAD, values, note)


async def pin(session: AsyncSession, caller: Caller, handoff_id: UUID, pinned: bool, epoch: int | None) -> Handoff:
    """Put one before everything in order, or back into the order; admins only."""
    caller.must_be("admin")
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_epoch(handoff, epoch)
    if handoff.state == "closed":
        raise Conflict("This handoff is closed.", state="closed", closure_reason=handoff.closure_reason)
    return await _update(session, handoff, {"place": PINNED if pinned else IN_ORDER})


async def _check_receiver(session: AsyncSession, caller: Caller, handoff: Handoff, user_id: UUID) -> None:
    if user_id == handoff.claimed_by:
        raise Invalid.field("user_id", "they hold it already; name somebody else")
    try:
        receiver = await get_user(session, caller, user_id)
    except NotFound:
        raise Invalid.field("user_id", "there is no such user; GET /users lists them") from None
    if receiver.disabled_at is not None or receiver.role == "viewer":
        raise Invalid.field("user_id", f"{receiver.name} cannot claim; name an operator, admin or owner")
    if user_id == handoff.escalated_by_user_id:
        raise Invalid.field("user_id", f"{receiver.name} handed this over; name somebody else")


async def _transfer(session: AsyncSession, handoff: Handoff, act: Act, values: dict[str, Any], note: str) -> Handoff:
    moved = await change(session, handoff, act, values)
    mine = (Package.organization_id == moved.organization_id, Package.handoff_id == moved.id)
    await session.execute(update(Package).where(*mine).values(note=note))
    return moved


async def change(
    session: AsyncSession, handoff: Handoff, act: Act, values: dict[str, Any], states: list[str] | None = None
) -> Handoff:
    """Take an arrow from the states that have it. Raises Conflict where the handoff is in none of them."""
    if handoff.state not in (states or sources(act)):
        raise Conflict(f"This handoff is {handoff.state}: it is not possible to {act} it.", state=handoff.state)
    return await _update(session, handoff, values)


async def _update(session: AsyncSession, handoff: Handoff, values: dict[str, Any]) -> Handoff:
    """The row is locked and its state was looked at: this cannot miss."""
    mine = (Handoff.organization_id == handoff.organization_id, Handoff.id == handoff.id)
    query = update(Handoff).where(*mine).values(**values).returning(Handoff)
    return (await session.scalars(query, execution_options={"populate_existing": True})).one()
