"""Who is told of a handoff on the bell. One event each, of which the row on the bell is made as it is recorded."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.channels import personal
from warmline.handoffs.model import Handoff
from warmline.ids import new_id
from warmline.timeline.record import Entry, record


async def record_telling(session: AsyncSession, caller: Caller, now: datetime, *entries: Entry) -> None:
    """Record; and see to it that whoever is told by name gets it as an e-mail, too."""
    if any(entry.type == "notification.created" and entry.private_to for entry in entries):
        await personal.ensure(session, caller.organization_id, now)
    await record(session, caller, now, *entries)


def escalated(handoff: Handoff) -> list[Entry]:
    """Everybody who works the queue, in one row, less the escalator; whom it is meant for is told first, by name."""
    if handoff.state == "parked":  # it is nobody's but the escalator's yet
        return []
    target = handoff.target_user_id
    first = [told(handoff.id, "escalation", target)] if target else []
    return [*first, told(handoff.id, "escalation", None, handoff.escalated_by_user_id or target, target)]


def told(
    handoff_id: UUID, kind: str, to: UUID | None, hidden_from: UUID | None = None, named: UUID | None = None
) -> Entry:
    """Put it on the bell: of one person, or of everybody."""
    data = {"kind": kind, "handoff_id": str(handoff_id)} | ({"named": str(named)} if named else {})
    subject = ("notification", new_id())
    return Entry("notification.created", subject, private_to=to, hidden_from=hidden_from, data=data)
