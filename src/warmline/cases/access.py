"""Who may read a case, and who may write in it."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.model import Case
from warmline.errors import Conflict, Forbidden, NotFound
from warmline.handoffs.model import Handoff
from warmline.squads.model import Member

IN_TRANSIT = ("ready", "claimed", "scheduled")


def readable(caller: Caller) -> ColumnElement[bool]:
    """Cases the caller may read: anyone's while it is in transit, afterwards owner, handler, admins and its squad."""
    if caller.at_least("admin"):
        return true()
    in_transit = exists().where(
        Handoff.organization_id == Case.organization_id, Handoff.case_id == Case.id, Handoff.state.in_(IN_TRANSIT)
    )
    in_squad = exists().where(
        Member.organization_id == Case.organization_id, Member.left_at.is_(None),
        or_(Member.squad_id == Case.squad_id, Member.squad_id.in_(_passed_to())),
        or_(*(column == id for column, id in ((Member.id, caller.member_id), (Member.user_id, caller.user_id)) if id)),
    )  # fmt: skip
    return or_(_owned(caller), _handled(caller), in_transit, in_squad)


def _passed_to() -> Select[UUID]:
    """The squads that handoffs of the case were passed to."""
    return (
        select(Handoff.squad_id)
        .where(Handoff.organization_id == Case.organization_id, Handoff.case_id == Case.id)
        .correlate(Case)
    )


def _handled(caller: Caller) -> ColumnElement[bool]:
    """The caller is its handler, or held a handoff of it that has ended. An agent, who is no user, never is."""
    if caller.user_id is None:
        return false()
    held = exists().where(
        Handoff.organization_id == Case.organization_id,
        Handoff.case_id == Case.id,
        Handoff.claimed_by == caller.user_id,
    )
    return or_(Case.handler_user_id == caller.user_id, held)


def _owned(caller: Caller) -> ColumnElement[bool]:
    return or_(
        and_(Case.owner_member_id.is_not(None), Case.owner_member_id == caller.member_id),
        and_(Case.owner_user_id.is_not(None), Case.owner_user_id == caller.user_id),
    )


async def get_case(session: AsyncSession, caller: Caller, case_id: UUID, lock: bool = False) -> Case:
    """A case that the caller may read; with `lock`, held until the transaction ends. Raises NotFound."""
    query = select(Case).where(Case.organization_id == caller.organization_id, Case.id == case_id, readable(caller))
    if lock:
        query = query.with_for_update(key_share=True, of=Case).execution_options(populate_existing=True)
    case = (await session.scalars(query)).one_or_none()
    if case is None:
        raise NotFound("There is no such case.")
    return case


def is_owner(caller: Caller, case: Case) -> bool:
    """Whether the case is the caller's own work."""
    mine = ((case.owner_member_id, caller.member_id), (case.owner_user_id, caller.user_id))
    return any(owner is not None and owner == id for owner, id in mine)


def is_handler(caller: Caller, case: Case) -> bool:
    """Whether the caller has claimed it."""
    return case.handler_user_id is not None and case.handler_user_id == caller.user_id


def check_may_write(caller: Caller, case: Case) -> None:
    """Let the case's own agent or person, its handler and admins write. Raises Forbidden."""
    if caller.role == "viewer" or not (is_owner(caller, case) or is_handler(caller, case) or caller.at_least("admin")):
        raise Forbidden("Only the agent whose case it is, the person who claimed it, and admins write in a case.")


def check_write(caller: Caller, case: Case, epoch: int | None) -> None:
    """Let only those write who hold the case. Raises Forbidden; Conflict for an old epoch, or one not presented while
    a person holds the claim; Conflict for a case that has ended.
    """
    check_may_write(caller, case)
    if case.ended_at is not None:
        raise Conflict(f"This case is {case.status}; open a new one.", status_now=case.status)
    if epoch is not None and epoch != case.epoch:
        raise Conflict(
            f"You present epoch {epoch}, but the case is at {case.epoch}: it has changed hands. Read it again.",
            epoch=case.epoch,
        )
    if epoch is None and case.handler_user_id is not None and not is_handler(caller, case):
        raise Conflict(
            "A person holds this case now. Wait for the outcome; to add what the customer says, present the epoch.",
            epoch=case.epoch,
        )
