"""Which acts move a case on, from every status: the whole table, written down a second time."""

import pytest

from warmline.cases.lifecycle import Act, Status, after
from warmline.errors import Conflict

OPEN = ("active", "escalated", "parked")
ALLOWED = {
    ("active", "escalate"): "escalated",
    ("parked", "escalate"): "escalated",
    ("active", "park"): "parked",
    ("escalated", "claim"): "active",
    ("active", "claim"): "active",
    ("active", "give back to the queue"): "escalated",
    ("escalated", "give back to the queue"): "escalated",
    ("active", "return to its agent"): "active",
    **{(status, "resolve"): "resolved" for status in OPEN},
    **{(status, "close"): "closed" for status in OPEN},
}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("act", list(Act))
def test_each_act_leads_where_the_table_says_or_is_refused(status: Status, act: Act) -> None:
    if (status, act) in ALLOWED:
        assert after(status, act) == ALLOWED[status, act]
        return
    with pytest.raises(Conflict) as refused:
        after(status, act)
    assert refused.value.extra == {"status_now": status}


def test_an_ended_case_never_moves_again() -> None:
    ended = {Status.RESOLVED, Status.CLOSED}
    assert not [pair for pair in ALLOWED if Status(pair[0]) in ended]
