"""What can go wrong, one class a meaning. `detail` says what happened, and what to do next."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from warmline.sdk.answers import HandoffData, Person
from warmline.sdk.reading import read

IN_FLIGHT = "A request with this Idempotency-Key is being worked on"  # how the server's detail begins, and its one mark


class WarmlineError(Exception):
    """All that the client raises by itself; what was answered is in its attributes.

    `status` is None where there was no answer. `errors` names each wrong field. `request_id` finds the request in the
    server's log. `more` is what the answer says beside that.
    """

    def __init__(
        self, detail: str, *, title: str = "", status: int | None = None, errors: tuple[dict[str, str], ...] = (),
        request_id: str | None = None, retry_after: float | None = None, more: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.detail, self.title, self.status, self.errors = detail, title, status, errors
        self.request_id, self.retry_after, self.more = request_id, retry_after, dict(more or {})

    def __str__(self) -> str:
        """The detail, with the status and the request's id."""
        known = ", ".join(str(one) for one in (self.status, self.request_id) if one)
        return f"{self.detail} ({known})" if known else self.detail


class Unauthorized(WarmlineError):
    """401: the token is not good, or no longer."""


class Forbidden(WarmlineError):
    """403: the caller is known, and may not do this."""


class NotFound(WarmlineError):
    """404: it does not exist, or is not the caller's to see."""


class Conflict(WarmlineError):
    """409: it has moved on in the meantime."""

    @property
    def claimed_by(self) -> Person | None:
        """Who was first, where it was claimed already."""
        told = self.more.get("claimed_by")
        return read(Person, told) if told else None

    @property
    def claimed_at(self) -> datetime | None:
        """Since when they have it."""
        told = self.more.get("claimed_at")
        return datetime.fromisoformat(told) if told else None

    @property
    def epoch(self) -> int | None:
        """The present epoch, where the one that was sent is old: it has changed hands, read it again."""
        return self.more.get("epoch")

    @property
    def in_flight(self) -> bool:
        """Whether an earlier try of the same call is being worked on just now."""
        return self.detail.startswith(IN_FLIGHT)


class Stale(WarmlineError):
    """412: somebody else has changed it since the version that was brought as `if_match`. Read it again."""


class Invalid(WarmlineError):
    """422: a field is wrong; `errors` says which, and what is expected."""


class TooMany(WarmlineError):
    """429: `retry_after` says for how many seconds to be quiet."""


class Unavailable(WarmlineError):
    """No answer, or 502, 503, 504, until the time for trying again was up."""


class TimedOut(WarmlineError, TimeoutError):
    """What was waited for has not come about; `handoff` is the last that was seen, None where nothing was."""

    def __init__(self, detail: str, handoff: HandoffData | None) -> None:
        super().__init__(detail)
        self.handoff = handoff


CLASSES: dict[int, type[WarmlineError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Stale,
    422: Invalid,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def problem(status: int, headers: Mapping[str, str], body: object) -> WarmlineError:
    """The error for an answer that is none of the 2xx; a body that is no problem JSON (a proxy's page) is left out."""
    told = dict(body) if isinstance(body, dict) else {}
    told.pop("type", None), told.pop("status", None)
    return CLASSES.get(status, WarmlineError)(
        str(told.pop("detail", None) or f"The server answered {status}, and does not say why."),
        title=str(told.pop("title", "")),
        status=status,
        errors=tuple(told.pop("errors", None) or ()),
        request_id=headers.get("request-id"),
        retry_after=_seconds(headers),
        more=told,
    )


def _seconds(headers: Mapping[str, str]) -> float | None:
    """`Retry-After`: seconds; or a date (proxies do that), counted from the answer's own, so that clocks may differ."""
    told = headers.get("retry-after", "")
    if told.isdecimal():
        return float(told)
    try:
        then, now = parsedate_to_datetime(told), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError):
        return None
