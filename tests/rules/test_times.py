"""Times in words."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.times import ago, rfc3339


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s ago"), (0, "0 s ago"), (0.9, "0 s ago"), (12, "12 s ago"), (59.9, "59 s ago"), (60, "1 min ago"),
        (3_599, "59 min ago"), (3_600, "1 h ago"), (86_399, "23 h ago"), (86_400, "1 d ago"), (864_000, "10 d ago"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_its_largest_whole_unit(seconds: float, words: str) -> None:
    assert ago(timedelta(seconds=seconds)) == words


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=9.5))])))
def test_a_time_is_shown_in_utc_and_reads_back_as_the_same_moment(at: datetime) -> None:
    if not datetime(2, 1, 1, tzinfo=UTC) < at < datetime(9998, 1, 1, tzinfo=UTC):
        return
    shown = rfc3339(at)
    assert shown.endswith("Z")
    assert datetime.fromisoformat(shown) == at
