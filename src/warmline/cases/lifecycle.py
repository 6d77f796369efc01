"""The arrows of a case. A handoff moves its case along; nothing else changes a status."""

from enum import StrEnum

from warmline.errors import Conflict


class Status(StrEnum):
    """Where a case stands."""

    ACTIVE = "active"
    ESCALATED = "escalated"
    PARKED = "parked"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Act(StrEnum):
    """What can happen to a case."""

    ESCALATE = "escalate"
    PARK = "park"
    CLAIM = "claim"
    GIVE_BACK = "give back to the queue"
    RETURN = "return to its agent"
    RESOLVE = "resolve"
    CLOSE = "close"


ARROWS = {
    (Status.ACTIVE, Act.ESCALATE): Status.ESCALATED,
    (Status.PARKED, Act.ESCALATE): Status.ESCALATED,
    (Status.ACTIVE, Act.PARK): Status.PARKED,
    (Status.ESCALATED, Act.CLAIM): Status.ACTIVE,
    (Status.ACTIVE, Act.CLAIM): Status.ACTIVE,  # moved from one person to another
    (Status.ACTIVE, Act.GIVE_BACK): Status.ESCALATED,
    (Status.ESCALATED, Act.GIVE_BACK): Status.ESCALATED,
    (Status.ACTIVE, Act.RETURN): Status.ACTIVE,
    **{(status, Act.RESOLVE): Status.RESOLVED for status in (Status.ACTIVE, Status.ESCALATED, Status.PARKED)},
    **{(status, Act.CLOSE): Status.CLOSED for status in (Status.ACTIVE, Status.ESCALATED, Status.PARKED)},
}


def after(status: str, act: Act) -> Status:
    """The status that follows. Raises Conflict where no arrow leads on."""
    try:
        return ARROWS[Status(status), act]
    except KeyError:
        raise Conflict(f"The case is {status}: it is too late to {act}.", status_now=status) from None
