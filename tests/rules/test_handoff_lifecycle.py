"""Which acts move a handoff on, from every state: the whole table, written down a second time."""

import pytest

from warmline.handoffs.lifecycle import ARROWS, WAKING, Act, State, sources

ALLOWED = {
    ("ready", "claim"): "claimed",
    ("claimed", "release"): "ready",
    ("claimed", "lapse"): "ready",
    ("claimed", "snooze"): "scheduled",
    ("scheduled", "wake"): "ready",
    ("parked", "unpark"): "ready",
    ("claimed", "transfer to a user"): "claimed",
    ("ready", "transfer to a user"): "claimed",
    ("claimed", "transfer to a squad"): "ready",
    ("ready", "transfer to a squad"): "ready",
    ("ready", "close"): "closed",
    ("claimed", "close"): "closed",
    ("scheduled", "close"): "closed",
    ("parked", "close"): "closed",
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(Act))
def test_each_act_leads_where_the_table_says(state: State, act: Act) -> None:
    assert ARROWS.get((state, act)) == ALLOWED.get((state, act))


@pytest.mark.parametrize("act", list(Act))
def test_the_condition_of_an_act_names_exactly_its_sources(act: Act) -> None:
    assert set(sources(act)) == {state for state, does in ALLOWED if does == act}


def test_what_the_clock_moves_goes_to_the_queue() -> None:
    assert {state: act for state, (act, _) in WAKING.items()} == {
        "claimed": "lapse",
        "scheduled": "wake",
        "parked": "unpark",
    }
    assert {ARROWS[state, act] for state, (act, _) in WAKING.items()} == {"ready"}
