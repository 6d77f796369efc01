"""How work ends: closed by a person, resolved, or returned to its agent; the outcome goes back to the source."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.access import check_write, get_case
from warmline.cases.lifecycle import Act
from warmline.cases.model import Case
from warmline.cases.move import end, lock, move
from warmline.cases.open import entry_of
from warmline.errors import Conflict
from warmline.flows.events import about
from warmline.handoffs import close as handoffs
from warmline.handoffs.access import check_holder, get_handoff
from warmline.handoffs.model import Handoff
from warmline.handoffs.offer import current_handoff, open_handoff
from warmline.organizations.defaults import RETURNED, SOLVED
from warmline.timeline.record import record


async def close(
    session: AsyncSession, caller: Caller, handoff_id: UUID, reason: str, notes: str | None,
    fields: dict[str, Any] | None, epoch: int | None, now: datetime,
) -> Handoff:  # fmt: skip
    """Close a handoff and its case, with a reason of the organization's list. Raises Invalid and what acts raise."""
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    check_holder(caller, handoff, epoch)
    await handoffs.check_reason(session, caller.organization_id, reason, notes, fields)
    case = await lock(session, caller.organization_id, handoff.case_id)
    return await _end_both(session, caller, handoff, case, reason, notes, fields, now)


async def resolve(
    session: AsyncSession, caller: Caller, case_id: UUID, summary: str | None, epoch: int | None, now: datetime
) -> Case:
    """Resolve a case, by whoever holds it; an open handoff of it ends too. Raises NotFound, Forbidden, Conflict.

    While a person holds it, it is theirs to end: the epoch lets an agent add to the case, not take it away.
    """
    await get_case(session, caller, case_id)
    handoff = await open_handoff(session, caller.organization_id, case_id)
    case = await get_case(session, caller, case_id, lock=True)
    check_write(caller, case, epoch)
    if handoff is None and await current_handoff(session, caller.organization_id, case_id):
        # A handoff is locked before its case, and the case is what we hold.
        raise Conflict("The case was handed over at this very moment; try again.")
    if handoff is not None and case.handler_user_id is not None:
        check_holder(caller, handoff, epoch)
    if handoff is not None:
        await _end_both(session, caller, handoff, case, "resolved", summary, None, now)
    else:
        before = await end(session, case, Act.RESOLVE, "resolved", summary, now)
        await record(session, caller, now, entry_of(case, "case.resolved", from_state=before, to_state=case.status))
    return case


async def return_to_agent(
    session: AsyncSession,
    caller: Caller,
    handoff_id: UUID,
    outcome: str,
    notes: str | None,
    epoch: int | None,
    now: datetime,
) -> Handoff:
    """Give the case back to its agent, with what was found out; the handoff ends, the case goes on."""
    handoff = await get_handoff(session, caller, handoff_id, lock=True)
    was = handoff.state
    check_holder(caller, handoff, epoch)
    case = await lock(session, caller.organization_id, handoff.case_id)
    handoff = await handoffs.close(
        session, handoff, RETURNED, outcome, {"notes": notes} if notes else None, now, raise_epoch=True
    )
    if case.status == "escalated":  # an admin returns it from the queue: it is nobody's in between
        await move(session, case, Act.CLAIM, epoch=handoff.epoch)
    await move(session, case, Act.RETURN, epoch=handoff.epoch)
    await record(session, caller, now, about(handoff, case.owner_member_id, "handoff.returned", was))
    return handoff


async def _end_both(
    session: AsyncSession, caller: Caller, handoff: Handoff, case: Case, reason: str, notes: str | None,
    fields: dict[str, Any] | None, now: datetime,
) -> Handoff:  # fmt: skip
    was = handoff.state
    handoff = await handoffs.close(session, handoff, reason, notes, fields, now)
    act = Act.RESOLVE if reason in SOLVED else Act.CLOSE
    before = await end(session, case, act, reason, notes, now)
    type = "case.resolved" if act == Act.RESOLVE else "case.closed"
    data = {"closure_reason": reason}
    await record(
        session, caller, now,
        about(handoff, case.owner_member_id, "handoff.closed", was, **data),
        entry_of(case, type, from_state=before, to_state=case.status, data=data),
    )  # fmt: skip
    return handoff
