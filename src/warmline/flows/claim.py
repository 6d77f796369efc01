"""A person takes it: the handoff is theirs, the case is active again with them as its handler, the epoch is new."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.lifecycle import Act
from warmline.cases.move import lock, move
from warmline.flows.events import about
from warmline.handoffs import claim as handoffs
from warmline.handoffs.model import Handoff
from warmline.timeline.record import record


async def claim(
    session: AsyncSession, caller: Caller, handoff_id: UUID, now: datetime, epoch: int | None = None
) -> Handoff:
    """Claim this handoff. Raises NotFound, Forbidden, Conflict (with who won and when)."""
    handoff, is_new = await handoffs.claim(session, caller, handoff_id, now, epoch)
    if is_new:
        case = await lock(session, caller.organization_id, handoff.case_id)
        await move(session, case, Act.CLAIM, epoch=handoff.epoch, handler=handoff.claimed_by)
        await record(session, caller, now, about(handoff, case.owner_member_id, "handoff.claimed", "ready"))
    return handoff
