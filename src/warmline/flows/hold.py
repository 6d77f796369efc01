"""What a holder does with a claim, and what that means for the case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.lifecycle import Act
from warmline.cases.move import lock, move
from warmline.flows.events import about
from warmline.flows.notify import record_telling, told
from warmline.handoffs import hold
from warmline.handoffs.access import get_handoff
from warmline.handoffs.model import Handoff
from warmline.timeline.record import record


async def release(session: AsyncSession, caller: Caller, handoff_id: UUID, epoch: int | None, now: datetime) -> Handoff:
    """Give it back to the queue. Raises NotFound, Forbidden, Conflict."""
    handoff = await hold.release(session, caller, handoff_id, epoch, now)
    return await _unowned(session, caller, handoff, "handoff.released", "claimed", now)


async def snooze(
    session: AsyncSession, caller: Caller, handoff_id: UUID, until: datetime, epoch: int | None, now: datetime
) -> Handoff:
    """Put it off; it returns to the queue by itself. Raises Invalid, NotFound, Forbidden, Conflict."""
    handoff = await hold.snooze(session, caller, handoff_id, until, epoch, now)
    return await _unowned(session, caller, handoff, "handoff.snoozed", "claimed", now)


async def transfer_to_user(
    session: AsyncSession, caller: Caller, handoff_id: UUID, user_id: UUID, note: str, epoch: int | None, now: datetime
) -> Handoff:
    """Pass the claim to another person. Raises Invalid, NotFound, Forbidden, Conflict."""
    was = (await get_handoff(session, caller, handoff_id, lock=True)).state
    handoff = await hold.transfer_to_user(session, caller, handoff_id, user_id, note, epoch, now)
    case = await lock(session, caller.organization_id, handoff.case_id)
    await move(session, case, Act.CLAIM, epoch=handoff.epoch, handler=user_id)
    passed = about(handoff, case.owner_member_id, "handoff.transferred", was, to_user_id=str(user_id))
    theirs = [told(handoff.id, "transfer", user_id)] if user_id != caller.user_id else []
    await record_telling(session, caller, now, passed, *theirs)
    return handoff


async def transfer_to_squad(
    session: AsyncSession, caller: Caller, handoff_id: UUID, squad_id: UUID, note: str, epoch: int | None, now: datetime
) -> Handoff:
    """Pass the item to another squad's queue. Raises Invalid, NotFound, Forbidden, Conflict."""
    was = (await get_handoff(session, caller, handoff_id, lock=True)).state
    handoff = await hold.transfer_to_squad(session, caller, handoff_id, squad_id, note, epoch, now)
    return await _unowned(session, caller, handoff, "handoff.transferred", was, now)


async def pin(
    session: AsyncSession, caller: Caller, handoff_id: UUID, pinned: bool, epoch: int | None, now: datetime
) -> Handoff:
    """Put it before everything in order, or back. Raises NotFound, Forbidden, Conflict."""
    handoff = await hold.pin(session, caller, handoff_id, pinned, epoch)
    case = await lock(session, caller.organization_id, handoff.case_id)
    type = "handoff.pinned" if pinned else "handoff.unpinned"
    await record(session, caller, now, about(handoff, case.owner_member_id, type, handoff.state))
    return handoff


async def _unowned(
    session: AsyncSession, caller: Caller, handoff: Handoff, type: str, was: str, now: datetime
) -> Handoff:
    case = await lock(session, caller.organization_id, handoff.case_id)
    await move(session, case, Act.GIVE_BACK, epoch=handoff.epoch)
    await record(session, caller, now, about(handoff, case.owner_member_id, type, was))
    return handoff
