"""How Warmline says times, counts and states to people. Pure; `static/js/words.js` says the times likewise.

Times of day are written in UTC: a row is the same for everybody it is pushed to, and the browser rewrites every
`<time datetime>` in its own zone.
"""

import zlib
from datetime import datetime, timedelta

from warmline.web.pages.views import Sure

SOON = 120  # seconds before the due time from which an item is marked "soon" (mock-ups)
FRESH = 60  # seconds in which an arrival counts as "just come in"
CUT = 140  # characters of a reason that a row quotes
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
RESULTS = {"worked": "Worked", "failed": "Did not help", "inconclusive": "Not clear"}
ORIGINS = {"said": "said", "looked_up": "looked up", "inferred": "inferred"}
WHY_NO_MODEL = {
    "timeout": "the model took too long",
    "invalid": "the model’s answers could not be used",
    "refused": "the model declined to answer",
    "rejected": "the model’s provider did not accept the question",
    "busy": "the model was too busy",
    "unreachable": "the model could not be reached",
    "broken": "the model’s provider had a fault",
    "interrupted": "the reading was interrupted each time",
    "unreadable": "what was handed over could not be read",
    "daily_cap": "today’s model tokens are used up",
    "crowded": "the model had too much to do",
}
TEXTS = {"ticket_notes": "Ticket note", "client_update": "Client update", "email_draft": "E-mail"}
PRIORITIES = {"urgent": "Urgent", "high": "High", "normal": "Normal", "low": "Low"}
PRESENCES = {
    "available": ("Available", "I take work"),
    "busy": ("Busy", "Here, and taking no more"),
    "away": ("Away", "Back later"),
    "offline": ("Offline", "Not here"),
}
CHANGED = {  # what somebody did after the hand-off, after their name
    "message": "wrote",
    "step": "tried",
    "fact": "noted",
    "task": "set a task",
    "task_done": "finished a task",
    "task_open": "took a task up again",
    "priority": "changed the priority",
    "due": "put it off",
    "squad": "passed it on",
}
HISTORY_WHAT = {  # what the filter says, and the kinds of things that it means
    "case": ("Cases", ("case",)),
    "handoff": ("Handoffs", ("handoff", "assessment")),
    "people": ("People and tokens", ("user", "member", "token")),
    "channel": ("Channels and deliveries", ("channel", "delivery")),
    "settings": ("Settings", ("organization", "squad", "close_reason", "baseline")),
}
HISTORY_WHEN = {"1d": ("The last 24 hours", 1), "7d": ("7 days", 7), "30d": ("30 days", 30), "90d": ("90 days", 90)}
LEFT = {  # why a row leaves everyone's queue, and what stands before the name
    "handoff.claimed": "taken",
    "handoff.closed": "closed",
    "handoff.snoozed": "snoozed",
    "handoff.parked": "parked",
    "handoff.transferred": "transferred",
    "handoff.returned": "returned",
    "case.resolved": "solved",
}


def clock(at: datetime) -> str:
    """The time of day: "10:42"."""
    return f"{at:%H:%M}"


def when(at: datetime, now: datetime) -> str:
    """The time of day, with the date where it is another day: "10:42", "11 Mar, 10:42"."""
    return clock(at) if at.date() == now.date() else f"{at.day} {at:%b}, {at:%H:%M}"


def day(at: datetime) -> str:
    """The day, without the year: "Thursday 12 March"."""
    return f"{at:%A} {at.day} {at:%B}"


def number(count: int, capital: bool = False) -> str:
    """In letters up to twelve: "two"; with a capital at the start of a sentence."""
    word = NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"
    return word.capitalize() if capital else word


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """A count with its noun: "1 step", "5 steps"."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def countdown(seconds: float) -> str:
    """What is left, to the second under an hour: "0:52", "17:48", "1 h 20 min", "3 days"."""
    whole = max(0, int(seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return _long(whole)


def _long(whole: int) -> str:
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours >= 48:
        return counted(hours // 24, "day")
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def elapsed(seconds: float) -> str:
    """What has passed, in one unit where that says enough: "8 s", "11 min", "1 h 20 min", "3 days"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 3600 else _long(whole)


def ago(at: datetime, now: datetime) -> str:
    """How long since: "8 s ago"; "just now" under two seconds."""
    seconds = (now - at).total_seconds()
    return "just now" if seconds < 2 else f"{elapsed(seconds)} ago"


def due(due_at: datetime, now: datetime) -> str:
    """Against the due time: "0:52" before it, "11 min late" after."""
    left = (due_at - now).total_seconds()
    return countdown(left) if left > 0 else f"{elapsed(-left)} late"


def due_long(due_at: datetime, now: datetime) -> str:
    """The same as half a sentence: "due in 4:20", "due 11 min ago"."""
    left = (due_at - now).total_seconds()
    return f"due in {countdown(left)}" if left > 0 else f"due {elapsed(-left)} ago"


def attempt(next_at: datetime, now: datetime) -> str:
    """When it is tried again: "next attempt in 4:12"."""
    left = (next_at - now).total_seconds()
    return f"next attempt in {countdown(left)}" if left > 0 else "next attempt any moment now"


def urgency(due_at: datetime, now: datetime) -> str:
    """`late` once the promise is broken, `soon` under two minutes, else nothing."""
    left = (due_at - now).total_seconds()
    if left <= 0:
        return "late"
    return "soon" if left < SOON else ""


def left(until: datetime, now: datetime) -> str:
    """What is left of a lease: "14:10 left"."""
    return f"{countdown((until - now).total_seconds())} left"


def minutes_left(until: datetime, now: datetime) -> int:
    """Whole minutes left of a lease, as its ring shows them."""
    return max(0, int((until - now).total_seconds() // 60))


def share_left(begin: datetime, end: datetime, now: datetime) -> int:
    """How much of a span is left, 0 to 100: the width of a fuse, the arc of a lease."""
    whole, rest = (end - begin).total_seconds(), (end - now).total_seconds()
    return round(100 * min(1.0, max(0.0, rest / whole))) if whole > 0 else 0


def begun(end: datetime, seconds: int) -> datetime:
    """When a lease of so many seconds that ends then began."""
    return end - timedelta(seconds=seconds)


def headline(waiting: int, late: int, fresh: int) -> tuple[str, ...]:
    """The desk's heading, from the counts of its queue, as sentences."""
    if not waiting:
        return ("The desk is clear.",)
    sentences = []
    if late:
        sentences.append("All are late." if late == waiting > 2 else f"{number(late, True)} {_be(late)} late.")
    if fresh:
        sentences.append(f"{number(fresh, True)} {'has' if fresh == 1 else 'have'} just come in.")
    return tuple(sentences) or (f"{number(waiting, True)} {_be(waiting)} waiting.", "None is late.")


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def took(steps: int, first: datetime | None, last: datetime | None) -> str:
    """How much was tried, and in what time: "5 steps in 24 min"."""
    if first is None or last is None or last - first < timedelta(seconds=60):
        return counted(steps, "step")
    return f"{counted(steps, 'step')} in {elapsed((last - first).total_seconds())}"


def sure(confidence: float) -> Sure:
    """Confidence as a word and bars: below .4 low, below .7 medium, else high (systems/cases)."""
    bars = 1 if confidence < 0.4 else 2 if confidence < 0.7 else 3
    return Sure(("Low", "Medium", "High")[bars - 1], bars, f"{confidence:.2f}")


def shortened(text: str, length: int = CUT) -> str:
    """Cut at a word, with an ellipsis, where it is longer."""
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[:length].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


def initials(name: str) -> str:
    """Two letters for a person: "IH" for Ines Haugen, "In" for Ines."""
    parts = [part for part in name.split() if part[0].isalnum()]
    if len(parts) < 2:
        return (parts[0][:2] if parts else "?").capitalize()
    return (parts[0][0] + parts[-1][0]).upper()


def tone(name: str) -> str:
    """One of four warm grounds, always the same for a name."""
    return "abcd"[(zlib.crc32(name.encode()) >> 16) % 4]
