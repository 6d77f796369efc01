"""The one line that says what happened to a handoff: on the bell, in a subject, in a chat. Pure."""

from typing import Any

CUT = 70  # letters of the problem (systems/cases)
WORDS = {
    "handoff.created": "Escalation from {by}",
    "handoff.ready": "Back on the desk, from {by}",
    "handoff.claimed": "Claimed by {actor}",
    "handoff.released": "Released by {actor}",
    "handoff.lapsed": "On the desk again, for the lease ran out",
    "handoff.transferred": "Transferred by {actor}",
    "handoff.returned": "Returned to {by}",
    "handoff.closed": "Closed by {actor}",
    "case.resolved": "Resolved by {actor}",
    "case.closed": "Closed by {actor}",
}
ON_THE_BELL = {
    "escalation": "Escalation from {by}",
    "transfer": "{actor} passed this to you",
    "lapse": "Your lease ran out",
}


def headline(words: str, context: dict[str, Any], by: str, actor: str = "Warmline") -> str:
    """As in "Escalation from Jane · #12345: Outlook is failing to sync…"; a case without a ticket names none."""
    begun = words.format(by=one_line(by), actor=one_line(actor))
    ticket = f" · {one_line(context['ticket'])}" if context.get("ticket") else ""
    return f"{begun}{ticket}: {cut(str(context.get('problem', '')))}"


def cut(text: str, length: int = CUT) -> str:
    """One line, cut where it is longer."""
    line = one_line(text)
    return line if len(line) <= length else line[:length].rstrip() + "…"


def one_line(text: str) -> str:
    """Nothing that ends a line, turns its direction or cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
