"""Settings of an organization: later layers win, key by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from warmline.organizations.defaults import SETTINGS
from warmline.organizations.settings import OrganizationSettings, merged

VALUES = st.one_of(
    st.integers(), st.text(max_size=5), st.dictionaries(st.sampled_from("xyz"), st.integers(), max_size=3)
)
LAYERS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


@pytest.mark.parametrize(
    ("below", "above", "whole"),
    [
        ({}, {}, {}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}, {"a": {"x": 1, "y": 3}}),
        ({"a": {"x": 1}}, {"a": 5}, {"a": 5}),
        ({"a": 5}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": {"x": {"deep": 1, "er": 2}}}, {"a": {"x": {"deep": 3}}}, {"a": {"x": {"deep": 3}}}),
    ],
)
def test_the_upper_layer_wins_one_level_deep(below: dict[str, object], above: dict[str, object], whole: object) -> None:
    assert merged(below, above) == whole


@given(LAYERS, LAYERS)
def test_a_merge_keeps_every_key_says_it_twice_the_same_and_changes_no_layer(
    below: dict[str, object], above: dict[str, object]
) -> None:
    before = repr((below, above))
    whole = merged(below, above)
    assert whole.keys() == below.keys() | above.keys()
    assert merged(whole, above) == whole
    assert repr((below, above)) == before


def test_what_is_shipped_is_valid_and_the_same_in_both_places() -> None:
    assert OrganizationSettings.model_validate(SETTINGS).model_dump() == SETTINGS == OrganizationSettings().model_dump()


@pytest.mark.parametrize(
    "change",
    [
        {"claim_lease_seconds": 4}, {"claim_lease_seconds": 30 * 86_400 + 1}, {"claim_lease_seconds": "900"},
        {"claim_lease_seconds": None}, {"claim_lease_seconds": 9.5}, {"due_seconds": {"urgent": 0}},
        {"due_seconds": {"someday": 60}}, {"due_seconds": []}, {"default_region": "us"}, {"unheard_of": 1},
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OrganizationSettings.model_validate(merged(SETTINGS, change))
