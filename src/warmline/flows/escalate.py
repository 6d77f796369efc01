"""An agent reaches the edge of what it can do: the case is handed to people, with the whole story."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments import fill
from warmline.caller import Caller
from warmline.cases.access import check_may_write, check_write, get_case
from warmline.cases.lifecycle import Act, after
from warmline.cases.model import Case
from warmline.cases.move import move
from warmline.errors import Conflict
from warmline.flows.events import about
from warmline.flows.notify import escalated, record_telling
from warmline.flows.package import freeze
from warmline.handoffs import hold
from warmline.handoffs.due import due_after
from warmline.handoffs.lifecycle import Act as HandoffAct
from warmline.handoffs.model import Handoff
from warmline.handoffs.offer import Offer, check_target, current_handoff, offer, open_handoff, repack


@dataclass(frozen=True)
class Request:
    """What the escalation asks for."""

    intent: str  # escalate, park
    reason: str
    notes: str | None = None
    priority: str | None = None
    target_user_id: UUID | None = None
    topic: str | None = None
    epoch: int | None = None


async def escalate(
    session: AsyncSession, caller: Caller, case_id: UUID, request: Request, now: datetime
) -> tuple[Handoff, bool]:
    """The handoff, and whether it is new. A repeat gets the open one; `escalate` on a parked one makes it ready.

    Raises NotFound, Forbidden, Conflict (an old epoch, an ended case), Invalid (a target that cannot take it).
    """
    await get_case(session, caller, case_id)
    handoff = await open_handoff(session, caller.organization_id, case_id)  # locked before its case, as everywhere
    case = await get_case(session, caller, case_id, lock=True)
    check_may_write(caller, case)
    handoff = handoff or await _opened_meanwhile(session, case, request)
    if handoff is not None:
        return await _again(session, caller, case, handoff, request, now), False
    check_write(caller, case, request.epoch)
    await check_target(session, caller, request.target_user_id)
    return await _hand_over(session, caller, case, request, now)


async def _opened_meanwhile(session: AsyncSession, case: Case, request: Request) -> Handoff | None:
    """What another escalation of this case committed while we waited for the case. It is read and not locked: whoever
    has it locked may be waiting for the case, which we hold. Raises Conflict where it would have to be changed.
    """
    handoff = await current_handoff(session, case.organization_id, case.id)
    if handoff is not None and handoff.state == "parked" and request.intent == "escalate":
        raise Conflict("The case was parked at this very moment; try again.")
    return handoff


async def _again(
    session: AsyncSession, caller: Caller, case: Case, handoff: Handoff, request: Request, now: datetime
) -> Handoff:
    """The handoff that is open already; from its escalator's side, a parked one becomes ready."""
    if request.epoch is not None or handoff.state == "parked":
        check_write(caller, case, request.epoch)
    if handoff.state != "parked" or request.intent != "escalate":
        return handoff
    await check_target(session, caller, request.target_user_id)
    return await _unpark(session, caller, case, handoff, request, now)


async def _unpark(
    session: AsyncSession, caller: Caller, case: Case, handoff: Handoff, request: Request, now: datetime
) -> Handoff:
    """What was parked is handed over as it is now: with today's reason, and everything that has gathered since."""
    priority = request.priority or handoff.priority
    ready = {
        "state": "ready",
        "intent": "escalate",
        "wakes_at": None,
        "priority": priority,
        "target_user_id": request.target_user_id or handoff.target_user_id,
        "due_at": await due_after(session, caller.organization_id, priority, now),
    }
    handoff = await hold.change(session, handoff, HandoffAct.UNPARK, ready)
    await repack(session, handoff, await _offer(session, case, request, now), now)
    await fill.ask_again(session, caller.organization_id, handoff.id, now)
    await move(session, case, Act.ESCALATE)
    created = about(handoff, case.owner_member_id, "handoff.created", "parked")
    await record_telling(session, caller, now, created, *escalated(handoff))
    return handoff


async def _hand_over(
    session: AsyncSession, caller: Caller, case: Case, request: Request, now: datetime
) -> tuple[Handoff, bool]:
    act = Act.PARK if request.intent == "park" else Act.ESCALATE
    after(case.status, act)  # before anything is written: a clear refusal
    handoff = await offer(session, caller, await _offer(session, case, request, now), now)
    if handoff is None:  # the index says so, and nothing before it did
        raise Conflict("The case is being handed over by somebody else just now; try again.")
    await move(session, case, act)
    await fill.ask(session, caller.organization_id, handoff.id, now)
    type = "handoff.parked" if handoff.state == "parked" else "handoff.created"
    await record_telling(session, caller, now, about(handoff, case.owner_member_id, type, None), *escalated(handoff))
    return handoff, True


async def _offer(session: AsyncSession, case: Case, request: Request, now: datetime) -> Offer:
    return Offer(
        case_id=case.id,
        owner_member_id=case.owner_member_id,
        squad_id=case.squad_id,
        epoch=case.epoch,
        title=case.title,
        intent=request.intent,
        reason=request.reason,
        notes=request.notes,
        topic=request.topic,
        priority=request.priority or "normal",
        target_user_id=request.target_user_id,
        context=await freeze(session, case, now),
    )
