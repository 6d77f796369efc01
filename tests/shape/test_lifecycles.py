"""The diagrams in docs/lifecycles.md draw the tables of arrows, no more and no less."""

import re

import pytest

from tests.shape.reading import document
from warmline.assessments.model import STATES
from warmline.cases import lifecycle as cases
from warmline.channels import lifecycle as deliveries
from warmline.handoffs import lifecycle as handoffs
from warmline.handoffs.lifecycle import Act, State

BLOCK = re.compile(r"```mermaid\nstateDiagram-v2\n\s+%% (\w+)\n(.*?)```", re.DOTALL)
ARROW = re.compile(r"^\s+(\S+) --> (\S+?)(?:: (.+))?$", re.MULTILINE)
EDGE = "[*]"
FREE, HELD, ENDED = "free", "held", "ended"
Arrow = tuple[str, str, str]


def drawn(name: str) -> set[Arrow]:
    """The arrows of a diagram: from, act, to."""
    blocks = dict(BLOCK.findall(document("docs/lifecycles.md")))
    assert set(blocks) == {"case", "handoff", "claim", "assessment", "delivery"}
    return {(before, act, after) for before, after, act in ARROW.findall(blocks[name])}


def inner(arrows: set[Arrow]) -> set[Arrow]:
    """Without where it begins and ends."""
    return {arrow for arrow in arrows if EDGE not in arrow}


def test_the_case_diagram_is_the_table() -> None:
    table = {(before.value, act.value, after.value) for (before, act), after in cases.ARROWS.items()}
    assert inner(drawn("case")) == table


def test_the_delivery_diagram_is_the_table() -> None:
    table = {(before.value, act.value, after.value) for (before, act), after in deliveries.ARROWS.items()}
    assert inner(drawn("delivery")) == table


def test_the_handoff_diagram_is_the_table() -> None:
    table = {(before.value, act.value, after.value) for (before, act), after in handoffs.ARROWS.items()}
    assert inner(drawn("handoff")) == table


@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("case", {"active"}, {"resolved", "closed"}),
        ("handoff", {"ready", "parked"}, {"closed"}),
        ("assessment", {"pending"}, {"ready", "failed", "skipped"}),
    ],
)
def test_each_begins_and_ends_where_it_should(name: str, begins: set[str], ends: set[str]) -> None:
    arrows = drawn(name)
    assert {after for before, _, after in arrows if before == EDGE} == begins
    assert {before for before, _, after in arrows if after == EDGE} == ends


def owned(state: State) -> str:
    """A handoff's state, seen from who owns it."""
    return {State.CLAIMED: HELD, State.CLOSED: ENDED}.get(state, FREE)


def test_the_claim_diagram_is_the_same_table_seen_from_the_owner() -> None:
    table = {(owned(before), act.value, owned(after)) for (before, act), after in handoffs.ARROWS.items()}
    assert {(before, act.partition(",")[0], after) for before, act, after in inner(drawn("claim"))} == table


def test_the_claim_diagram_says_which_acts_raise_the_epoch() -> None:
    """All that change the owner, or end a time of waiting; tests/cases/test_epochs.py sees them do it."""
    raising = {act.partition(",")[0] for _, act, _ in inner(drawn("claim")) if act.endswith(", epoch + 1")}
    assert raising == {act.value for act in Act} - {Act.UNPARK, Act.CLOSE}


def test_the_assessment_diagram_has_the_states_that_are_stored() -> None:
    states = {state for before, _, after in inner(drawn("assessment")) for state in (before, after)}
    assert states == set(STATES)
