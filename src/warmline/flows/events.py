"""Events about handoffs, addressed the same way wherever they come from."""

from typing import Any
from uuid import UUID

from warmline.handoffs.model import Handoff
from warmline.timeline.record import Entry
from warmline.times import rfc3339


def about(handoff: Handoff, owner: UUID | None, type: str, was: str | None, **data: Any) -> Entry:
    """A handoff's event: part of its case's story, told to the member (`owner`) whose work it is.

    What is parked is between its escalator and the admins; the escalator's own work does not arrive on their own desk.
    """
    return Entry(
        type,
        ("handoff", handoff.id),
        was,
        handoff.state,
        thread_id=handoff.case_id,
        member_id=owner,
        private_to=private_to(handoff) if "parked" in (handoff.state, was) and handoff.state != "ready" else None,
        hidden_from=handoff.escalated_by_user_id if handoff.state == "ready" else None,
        data=shown(handoff) | data,
    )


def shown(handoff: Handoff) -> dict[str, Any]:
    """The ids and figures every event of a handoff carries."""
    claimed = {"claimed_by": str(handoff.claimed_by)} if handoff.claimed_by else {}
    return {
        "handoff_id": str(handoff.id),
        "case_id": str(handoff.case_id),
        "squad_id": str(handoff.squad_id),
        "priority": handoff.priority,
        "epoch": handoff.epoch,
        "due_at": rfc3339(handoff.due_at),
    } | claimed


def private_to(handoff: Handoff) -> UUID | None:
    """Whom parked work is private to: its escalator, a user or a member's seat."""
    return handoff.escalated_by_user_id or handoff.escalated_by_member_id
