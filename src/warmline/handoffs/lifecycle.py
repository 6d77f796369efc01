"""The arrows of a handoff; `docs/lifecycles.md` draws them."""

from enum import StrEnum


class State(StrEnum):
    """Where a handoff is."""

    READY = "ready"
    CLAIMED = "claimed"
    SCHEDULED = "scheduled"
    PARKED = "parked"
    CLOSED = "closed"


class Act(StrEnum):
    """What can happen to a handoff."""

    CLAIM = "claim"
    RELEASE = "release"
    LAPSE = "lapse"
    SNOOZE = "snooze"
    WAKE = "wake"
    UNPARK = "unpark"
    TRANSFER_TO_USER = "transfer to a user"
    TRANSFER_TO_SQUAD = "transfer to a squad"
    CLOSE = "close"


ARROWS: dict[tuple[State, Act], State] = {
    (State.READY, Act.CLAIM): State.CLAIMED,
    (State.CLAIMED, Act.RELEASE): State.READY,
    (State.CLAIMED, Act.LAPSE): State.READY,
    (State.CLAIMED, Act.SNOOZE): State.SCHEDULED,
    (State.SCHEDULED, Act.WAKE): State.READY,
    (State.PARKED, Act.UNPARK): State.READY,
    (State.CLAIMED, Act.TRANSFER_TO_USER): State.CLAIMED,
    (State.READY, Act.TRANSFER_TO_USER): State.CLAIMED,
    (State.CLAIMED, Act.TRANSFER_TO_SQUAD): State.READY,
    (State.READY, Act.TRANSFER_TO_SQUAD): State.READY,
    **{(state, Act.CLOSE): State.CLOSED for state in State if state != State.CLOSED},
}

# What the clock does by itself when `wakes_at` comes: the act, and the event that says so.
WAKING = {
    State.CLAIMED: (Act.LAPSE, "handoff.lapsed"),
    State.SCHEDULED: (Act.WAKE, "handoff.ready"),
    State.PARKED: (Act.UNPARK, "handoff.ready"),
}


def sources(act: Act) -> list[str]:
    """The states from which an act leads on; the condition of its UPDATE."""
    return [state.value for state, does in ARROWS if does == act]
