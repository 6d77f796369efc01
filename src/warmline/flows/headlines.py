"""The one line that says what happened to a handoff: on the bell, in a subject, in a chat. Pure."""

from collections.abc import Mapping
from typing import Any

from warmline.organizations.settings import Texts
from warmline.organizations.wording import fill

CUT = 70  # letters of the problem (systems/cases)
ABOUT = "[[ · {ticket}]]: {problem}"
WORDS = {  # where nothing is said here, an organization's own headline is
    "handoff.created": "",
    "handoff.ready": "Back on the desk, from {who}" + ABOUT,
    "handoff.claimed": "Claimed by {actor}" + ABOUT,
    "handoff.released": "Released by {actor}" + ABOUT,
    "handoff.lapsed": "On the desk again, for the lease ran out" + ABOUT,
    "handoff.transferred": "Transferred by {actor}" + ABOUT,
    "handoff.returned": "Returned to {who}" + ABOUT,
    "handoff.closed": "Closed by {actor}" + ABOUT,
    "case.resolved": "Resolved by {actor}" + ABOUT,
    "case.closed": "Closed by {actor}" + ABOUT,
}
ON_THE_BELL = {
    "escalation": "",
    "transfer": "{actor} passed this to you" + ABOUT,
    "lapse": "Your lease ran out" + ABOUT,
}


def headline(words: str, texts: Texts, context: Mapping[str, Any], who: str, actor: str = "Warmline") -> str:
    """As in "Escalation from Jane · #12345: Outlook is failing to sync…"; a case without a ticket names none."""
    people = {"who": one_line(who), "actor": one_line(actor)}
    return one_line(fill(words or texts.headline, people | about(context)))


def about(context: Mapping[str, Any]) -> dict[str, str]:
    """What the placeholders of a case stand for, a line each."""
    return {"ticket": one_line(str(context.get("ticket") or "")), "problem": cut(str(context.get("problem") or ""))}


def cut(text: str, length: int = CUT) -> str:
    """One line, cut where it is longer."""
    line = one_line(text)
    return line if len(line) <= length else line[:length].rstrip() + "…"


def one_line(text: str) -> str:
    """Nothing that ends a line, turns its direction or cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
