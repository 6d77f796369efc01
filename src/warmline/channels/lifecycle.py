"""The arrows of a delivery; `docs/lifecycles.md` draws them."""

from enum import StrEnum


class State(StrEnum):
    """Where a delivery is. `failed`: the last try failed, and there will be another; `dead`: there will be none."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"


class Act(StrEnum):
    """What can happen to a delivery."""

    DELIVER = "deliver"
    FAIL = "fail"
    GIVE_UP = "give up"
    REDRIVE = "redrive"


ARROWS: dict[tuple[State, Act], State] = {
    (State.PENDING, Act.DELIVER): State.SENT,
    (State.PENDING, Act.FAIL): State.FAILED,
    (State.PENDING, Act.GIVE_UP): State.DEAD,
    (State.FAILED, Act.DELIVER): State.SENT,
    (State.FAILED, Act.FAIL): State.FAILED,
    (State.FAILED, Act.GIVE_UP): State.DEAD,
    (State.FAILED, Act.REDRIVE): State.PENDING,
    (State.DEAD, Act.REDRIVE): State.PENDING,
}


def sources(act: Act) -> list[str]:
    """The states from which an act leads on; the condition of its UPDATE."""
    return [state.value for state, does in ARROWS if does == act]
