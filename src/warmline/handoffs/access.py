"""Who sees a handoff, and who may act on it."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict, Forbidden, NotFound
from warmline.handoffs.model import Handoff
from warmline.squads.model import Member

OFFERED = ("ready", "claimed", "scheduled")


def readable(caller: Caller) -> ColumnElement[bool]:
    """An open handoff is everybody's; a parked one its escalator's; a closed one its own people's, admins', squad's.

    An agent sees the handoffs of its own work.
    """
    own = or_(
        and_(Handoff.owner_member_id.is_not(None), Handoff.owner_member_id == caller.member_id),
        and_(Handoff.escalated_by_member_id.is_not(None), Handoff.escalated_by_member_id == caller.member_id),
        and_(Handoff.escalated_by_user_id.is_not(None), Handoff.escalated_by_user_id == caller.user_id),
    )
    if caller.is_agent:
        return own
    if caller.at_least("admin"):
        return Handoff.id.is_not(None)
    in_squad = exists().where(
        Member.organization_id == Handoff.organization_id, Member.squad_id == Handoff.squad_id,
        Member.user_id == caller.user_id, Member.left_at.is_(None),
    )  # fmt: skip
    closed = and_(Handoff.state == "closed", or_(Handoff.claimed_by == caller.user_id, in_squad))
    return or_(own, Handoff.state.in_(OFFERED), closed)


async def get_handoff(session: AsyncSession, caller: Caller, handoff_id: UUID, lock: bool = False) -> Handoff:
    """A handoff the caller may read; with `lock`, held until the transaction ends. Raises NotFound."""
    query = select(Handoff).where(
        Handoff.organization_id == caller.organization_id, Handoff.id == handoff_id, readable(caller)
    )
    if lock:
        query = query.with_for_update(key_share=True, of=Handoff)
    handoff = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if handoff is None:
        raise NotFound("There is no such handoff.")
    return handoff


def check_may_claim(caller: Caller, handoff: Handoff | None = None) -> None:
    """People who work the queue may claim, except what they escalated themselves. Raises Forbidden."""
    if not caller.at_least("operator") or caller.user_id is None:
        raise Forbidden("Claiming needs a person with the role operator or higher.")
    if handoff is not None and is_escalator(caller, handoff):
        raise Forbidden("You escalated this yourself; somebody else takes it.")


def is_escalator(caller: Caller, handoff: Handoff) -> bool:
    """Whether the caller is the one who handed it over."""
    return caller.user_id is not None and handoff.escalated_by_user_id == caller.user_id


def check_epoch(handoff: Handoff, epoch: int | None) -> None:
    """Refuse who acts on an ownership that has passed. Raises Conflict."""
    if epoch is not None and epoch != handoff.epoch:
        raise Conflict(
            f"You present epoch {epoch}, but the handoff is at {handoff.epoch}: it has changed hands. Read it again.",
            epoch=handoff.epoch, state=handoff.state,
        )  # fmt: skip


def check_holder(caller: Caller, handoff: Handoff, epoch: int | None, *, or_admin: bool = True) -> None:
    """Let the holder of the claim act, and (mostly) an admin. Raises Conflict, Forbidden."""
    caller.must_be("operator")
    if handoff.state == "closed":
        raise Conflict("This handoff is closed.", state="closed", closure_reason=handoff.closure_reason)
    check_epoch(handoff, epoch)
    if handoff.claimed_by is not None and handoff.claimed_by == caller.user_id:
        return
    if or_admin and caller.at_least("admin"):
        return
    if handoff.claimed_by is None:
        raise Conflict("Nobody holds this handoff; claim it first.", state=handoff.state)
    raise Forbidden("Somebody else holds this handoff; only they, or an admin, may do that.")
