"""What came of one try to deliver."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

LONGEST = 500  # letters that are kept of what the other side said


@dataclass(frozen=True)
class Outcome:
    """Whether it got there, and in words what happened.

    `status` is the other side's number, `retry_after` the seconds it asked us to wait. `lasting`: trying again cannot
    help. `gone`: it never wants to hear from us again.
    """

    ok: bool
    detail: str
    status: int | None = None
    retry_after: float | None = None
    lasting: bool = False
    gone: bool = False


def cut(text: str) -> str:
    """One printable line, not too long; what others say goes into a column, and onto a page."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def failed(detail: str, status: int | None = None, *, lasting: bool = False) -> Outcome:
    """It did not get there."""
    return Outcome(False, cut(detail), status, lasting=lasting)


def of_http(status: int, retry_after: str | None, said: str, now: datetime) -> Outcome:
    """What an answer means: 2xx is there, 410 is goodbye, all else is tried again."""
    name = f"{status} {phrase(status)}"
    if 200 <= status < 300:
        return Outcome(True, name, status)
    if status == 410:
        return Outcome(False, f"{name}: the receiver does not want this any more.", status, lasting=True, gone=True)
    if 300 <= status < 400:
        return failed(f"{name}: redirects are not followed; enter the address it leads to.", status)
    detail = cut(f"{name}: {said}" if said.strip() else name)
    return Outcome(False, detail, status, retry_after=seconds_of(retry_after, now))


def phrase(status: int) -> str:
    """The name of an HTTP status; nothing for one without."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """A Retry-After, in seconds or as a date; None where it is neither."""
    if retry_after is None:
        return None
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return min(float(retry_after.strip()[:12]), 1e9)
    try:
        at = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (at - now).total_seconds()) if at.tzinfo else None
