"""Times, counts and states, as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from warmline.web.pages import words
from warmline.web.pages.happened import happened, state
from warmline.web.pages.views import Sure

NOW = datetime(2026, 3, 12, 10, 42, 12, tzinfo=UTC)


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0:00"),
        (0, "0:00"),
        (52, "0:52"),
        (260, "4:20"),
        (3599, "59:59"),
        (3600, "1 h"),
        (4800, "1 h 20 min"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 days"),
    ],
)
def test_a_countdown_is_to_the_second_under_an_hour(seconds: float, text: str) -> None:
    assert words.countdown(seconds) == text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, "just now"),
        (-1.9, "just now"),
        (-8, "8 s ago"),
        (-59.9, "59 s ago"),
        (-60, "1 min ago"),
        (-11 * 60, "11 min ago"),
        (-5400, "1 h 30 min ago"),
        (-3 * 86400, "3 days ago"),
        (4, "just now"),
    ],
)
def test_how_long_ago_is_said_in_one_unit(at: float, text: str) -> None:
    assert words.ago(later(seconds=at), NOW) == text


@pytest.mark.parametrize(
    ("left", "text", "urgency"),
    [
        (52, "0:52", "soon"),
        (119.9, "1:59", "soon"),
        (120, "2:00", ""),
        (1060, "17:40", ""),
        (0, "0 s late", "late"),
        (-8, "8 s late", "late"),
        (-11 * 60, "11 min late", "late"),
    ],
)
def test_an_item_counts_down_and_then_is_late(left: float, text: str, urgency: str) -> None:
    due = later(seconds=left)
    assert (words.due(due, NOW), words.urgency(due, NOW)) == (text, urgency)


def test_a_due_time_can_stand_in_a_sentence() -> None:
    assert words.due_long(later(minutes=-11), NOW) == "due 11 min ago"
    assert words.due_long(later(seconds=260), NOW) == "due in 4:20"


@pytest.mark.parametrize(
    ("waiting", "late", "fresh", "sentences"),
    [
        (0, 0, 0, ["The desk is clear."]),
        (7, 2, 1, ["Two are late.", "One has just come in."]),
        (7, 1, 3, ["One is late.", "Three have just come in."]),
        (4, 0, 0, ["Four are waiting.", "None is late."]),
        (1, 0, 0, ["One is waiting.", "None is late."]),
        (1, 1, 0, ["One is late."]),
        (2, 2, 0, ["Two are late."]),
        (5, 5, 0, ["All are late."]),
        (1400, 1300, 0, ["1,300 are late."]),
    ],
)
def test_the_heading_says_what_needs_someone(waiting: int, late: int, fresh: int, sentences: list[str]) -> None:
    assert list(words.headline(waiting, late, fresh)) == sentences


@pytest.mark.parametrize(
    ("confidence", "word", "bars"), [(0, "Low", 1), (0.39, "Low", 1), (0.4, "Medium", 2), (0.69, "Medium", 2)]
)
def test_confidence_is_a_word_first(confidence: float, word: str, bars: int) -> None:
    sure = words.sure(confidence)
    assert (sure.word, sure.bars) == (word, bars)


def test_high_confidence_shows_its_figure_with_two_decimals() -> None:
    assert words.sure(0.7) == Sure("High", 3, "0.70")


def test_a_fuse_burns_from_its_beginning_to_its_end() -> None:
    begin, end = NOW, later(seconds=60)
    assert [words.share_left(begin, end, later(seconds=s)) for s in (-5, 0, 15, 60, 90)] == [100, 100, 75, 0, 0]
    assert words.share_left(NOW, NOW, NOW) == 0


def test_a_lease_says_what_is_left_of_it() -> None:
    until = later(seconds=850)
    assert (words.left(until, NOW), words.minutes_left(until, NOW)) == ("14:10 left", 14)
    assert words.begun(until, 900) == later(seconds=-50)


def test_times_of_another_day_carry_the_date() -> None:
    assert words.when(later(minutes=-11), NOW) == "10:31"
    assert words.when(later(days=-1), NOW) == "11 Mar, 10:42"
    assert words.day(NOW) == "Thursday 12 March"


def test_what_was_tried_is_counted_with_its_time() -> None:
    assert words.took(5, NOW, later(minutes=24)) == "5 steps in 24 min"
    assert words.took(1, NOW, NOW) == "1 step"
    assert words.took(0, None, None) == "0 steps"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ines Haugen", "IH"),
        ("Ines", "In"),
        ("ana maria ribeiro", "AR"),
        ("", "?"),
        ("  ", "?"),
        ("Åsa (QA) Öberg", "ÅÖ"),
    ],
)
def test_people_are_drawn_with_two_letters(name: str, letters: str) -> None:
    assert words.initials(name) == letters
    assert words.tone(name) in "abcd"


def test_a_long_reason_is_cut_at_a_word() -> None:
    assert words.shortened("I found the cause, but may not change it", 20) == "I found the cause …"
    assert words.shortened("short\n and  plain") == "short and plain"


def test_events_read_as_what_somebody_did() -> None:
    assert happened("handoff.claimed") == "claimed it"
    assert happened("case.step", {"result": "worked"}) == "tried something: it worked"
    assert happened("channel.was_tested") == "channel was tested"
    assert (state("scheduled"), state(None), state("new_state")) == ("snoozed", "", "new state")
