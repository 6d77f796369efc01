"""What a channel tells of, and why something did not arrive, in words. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from warmline.channels.kinds import USUAL, WORDED
from warmline.web.api.channels import EVENT_TYPES
from warmline.web.pages.happened import HAPPENED
from warmline.web.pages.views import Choice

NOUNS = {
    "handoff": "Handoffs",
    "case": "Cases",
    "assessment": "Assessments",
    "user": "People",
    "squad": "Squads",
    "member": "Seats",
    "token": "Tokens",
    "organization": "The organization",
    "close_reason": "Close reasons",
    "baseline": "Timed pickups",
    "channel": "Channels",
}
EVERYTHING = "*"
USUALLY = USUAL | {"webhook": ("handoff.*",)}
NAMED = 3  # events that a line names before it counts
ANSWERED = re.compile(r"(\d{3})\b[^:]*(?:: (.*))?", re.DOTALL)
REFUSED = re.compile(
    r"([\w. ]+ (?:did not take it|cannot be reached|refuses)(?: \S+@\S+(?=:))?):(?:.*\berror=(\d{3})\b)?", re.DOTALL
)
ANSWERS = {
    400: "The receiver does not understand it.",
    401: "The receiver does not know us: look at the keys.",
    403: "The receiver does not let us in: look at the keys, and what they may do.",
    404: "There is nothing at this address.",
    405: "This address does not take what is posted to it.",
    408: "The receiver took too long.",
    410: "The receiver does not want this any more.",
    413: "It is too large for the receiver.",
    429: "The receiver asks us to slow down.",
    503: "The receiver is not available just now.",
    504: "The receiver took too long.",
}


@dataclass(frozen=True)
class Group:
    """Events about one kind of thing; `whole` is the pattern for all of them, where a channel takes patterns."""

    label: str
    choices: tuple[Choice, ...]
    whole: str = ""
    opened: bool = False  # something in it is chosen


@dataclass(frozen=True)
class Why:
    """Why something did not arrive; `said` is what the other side answered, word for word."""

    words: str
    said: str = ""


def noun(event_type: str) -> str:
    """What an event is about: "Handoffs"."""
    kind = event_type.partition(".")[0]
    return NOUNS.get(kind, kind.replace("_", " ").capitalize())


def groups(kind: str, chosen: Collection[str]) -> tuple[Group, ...]:
    """All that a channel of this kind can tell of."""
    allowed = EVENT_TYPES if kind == "webhook" else WORDED
    found: dict[str, list[str]] = {}
    for one in allowed:
        found.setdefault(one.partition(".")[0], []).append(one)
    order = [*(one for one in NOUNS if one in found), *(one for one in found if one not in NOUNS)]
    return tuple(_group(about, found[about], kind == "webhook", chosen) for about in order)


def _group(about: str, types: Sequence[str], patterns: bool, chosen: Collection[str]) -> Group:
    whole = f"{about}.*" if patterns else ""
    choices = tuple(Choice(one, HAPPENED[one]) for one in types)
    return Group(noun(about), choices, whole, bool({whole, *types} & {*chosen}))


def told_of(event_types: Sequence[str]) -> str:
    """What a channel tells of, in one line: "everything about cases; when somebody claimed it"."""
    if EVERYTHING in event_types:
        return "everything that happens"
    wholes = [_words(one) for one in event_types if one.endswith(".*")]
    parts = [_words(one) for one in event_types if not one.endswith(".*")]
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    told = [", ".join(wholes), f"when somebody {', '.join(parts[:NAMED])}{more}" if parts else ""]
    return "; ".join(filter(None, told))


def all_told_of(event_types: Sequence[str]) -> str:
    """The same with nothing left out, in one order; what a form compares."""
    return ", ".join(_words(one) for one in sorted(event_types))


def _words(event_type: str) -> str:
    if event_type == EVERYTHING:
        return "everything that happens"
    if event_type.endswith(".*"):
        return f"everything about {noun(event_type).lower()}"
    return HAPPENED.get(event_type, event_type)


def why(error: str | None) -> Why | None:
    """The last error of a delivery, in words for whoever can mend it; None where there is none."""
    if not error:
        return None
    if answered := ANSWERED.fullmatch(error):
        status, ours = int(answered[1]), answered[1] == "410" or answered[1].startswith("3")
        return Why(_meaning(status), error.partition(":")[0] if ours else error)
    if refused := REFUSED.match(error):
        meant = _meaning(int(refused[2])) if refused[2] else ""
        said = error.removeprefix(f"{refused[1]}:").strip()
        return Why(f"{refused[1]}: {meant[:1].lower()}{meant[1:]}" if meant else f"{refused[1]}.", said)
    return Why(error)


def _meaning(status: int) -> str:
    if 300 <= status < 400:
        return "It has moved. Redirects are not followed: enter the address it leads to."
    if status in ANSWERS:
        return ANSWERS[status]
    return "The receiver has a fault of its own." if status >= 500 else "The receiver refuses it."
