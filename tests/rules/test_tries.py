"""When a delivery is tried again, and what an answer means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.channels.kinds import WORDED
from warmline.channels.outcome import LONGEST, cut, of_http
from warmline.channels.tries import SPREAD, WAITS, next_try
from warmline.flows.headlines import CUT, WORDS, headline
from warmline.flows.headlines import cut as cut_problem
from warmline.organizations.settings import Texts

NOW = datetime(2030, 1, 31, 9, tzinfo=UTC)
HOURS = 3600


@pytest.mark.parametrize(
    ("failed", "seconds"),
    [(1, 5), (2, 300), (3, 1800), (4, 2 * HOURS), (5, 5 * HOURS), (6, 10 * HOURS), (7, 14 * HOURS), (8, 20 * HOURS),
     (9, 24 * HOURS)],
)  # fmt: skip
def test_each_wait_is_longer(failed: int, seconds: float) -> None:
    assert next_try(failed, NOW, 0.5) == NOW + timedelta(seconds=seconds)


def test_after_the_tenth_try_there_is_none() -> None:
    assert next_try(10, NOW, 0.5) is None
    assert len(WAITS) == 9


@given(st.integers(1, 9), st.floats(0, 1))
def test_the_spread_is_a_tenth(failed: int, chance: float) -> None:
    again = next_try(failed, NOW, chance)
    assert again is not None
    wait = (again - NOW).total_seconds()
    assert WAITS[failed - 1] * (1 - SPREAD) - 0.001 <= wait <= WAITS[failed - 1] * (1 + SPREAD) + 0.001


@pytest.mark.parametrize(("asked", "seconds"), [(1, 5), (120, 120), (10**9, 86400), (-5, 5), (None, 5)])
def test_who_asks_for_time_gets_it_up_to_a_day(asked: float | None, seconds: float) -> None:
    assert next_try(1, NOW, 0.5, asked) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), (" 7 ", 7), ("0", 0), ("Thu, 31 Jan 2030 09:02:00 GMT", 120),
        ("Thu, 31 Jan 2030 08:00:00 GMT", 0),
        (None, None), ("", None), ("soon", None), ("-3", None), ("1.5", None), ("٣", None), ("9" * 400, 1e9),
        ("Thu, 31 Jan 2030 09:02:00", None), ("Thu, 31 Jan 2030 09:02:99999999999999999999 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert of_http(503, header, "", NOW).retry_after == seconds


@pytest.mark.parametrize(
    ("status", "ok", "lasting", "gone"),
    [(200, True, False, False), (204, True, False, False), (299, True, False, False), (301, False, False, False),
     (400, False, False, False), (404, False, False, False), (410, False, True, True), (429, False, False, False),
     (500, False, False, False), (599, False, False, False), (100, False, False, False)],
)  # fmt: skip
def test_what_an_answer_means(status: int, ok: bool, lasting: bool, gone: bool) -> None:
    outcome = of_http(status, None, "", NOW)
    assert (outcome.ok, outcome.lasting, outcome.gone, outcome.status) == (ok, lasting, gone, status)


@given(st.text())
def test_what_others_say_is_one_printable_line(text: str) -> None:
    line = cut(text)
    assert len(line) <= LONGEST
    assert line.isprintable()


@given(st.text(max_size=300))
def test_a_headline_is_one_line_and_the_problem_is_cut(problem: str) -> None:
    line = headline("", Texts(), {"ticket": "#1\n2", "problem": problem}, "Jane\r\nDoe")
    assert line.startswith("Escalation from Jane Doe · #1 2:")
    assert line.isprintable()
    assert len(cut_problem(problem)) <= CUT + 1


def test_the_headline_of_the_document() -> None:
    problem = "Outlook is failing to sync on every laptop of the practice since last night’s update"
    line = headline("", Texts(), {"ticket": "#12345", "problem": problem}, "Jane")
    assert line == f"Escalation from Jane · #12345: {problem[:70].rstrip()}…"


def test_there_are_words_for_everything_that_is_told_in_words() -> None:
    assert set(WORDS) == set(WORDED)
