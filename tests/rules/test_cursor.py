"""The cursor of the streams: opaque, exact, and refused when it is none of ours."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.errors import Invalid
from warmline.timeline.queries import cursor, position_of


@given(st.integers(0, 10**18 - 1))
def test_a_cursor_is_the_position_it_was_made_of(position: int) -> None:
    assert position_of(cursor(position)) == position


@given(st.text(max_size=60))
def test_a_foreign_text_is_refused_or_a_position(text: str) -> None:
    with suppress(Invalid):
        assert 0 <= position_of(text) < 2**63


@pytest.mark.parametrize("inside", ["", "p", "q12", "p-1", "p1.5", "p" + "9" * 19, "p٣", "p1 ", "12"])
def test_a_cursor_with_something_else_inside_is_refused(inside: str) -> None:
    with pytest.raises(Invalid):
        position_of(base64.urlsafe_b64encode(inside.encode()).decode().rstrip("="))
