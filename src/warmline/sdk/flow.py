"""Requests as data, and flows: generators that yield what is to be done, and are sent what came of it.

All that the client decides is a flow, written once. `sync` and `aio` perform what a flow yields, each in its own way.
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4

from warmline.sdk import errors
from warmline.sdk.answers import Page
from warmline.sdk.reading import read

T = TypeVar("T")
Query: TypeAlias = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Request:
    """One request. Its key is made with it, and kept over all its tries.

    `lasts` is for how many seconds the server may think; `within` is the time for all tries, where that is not the
    client's own; `if_match` is the version that a change was decided on.
    """

    method: str
    path: str
    query: Query = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    lasts: float = 0.0
    within: float | None = None
    if_match: str | None = None
    key: str = field(default_factory=lambda: str(uuid4()))

    def headers(self) -> dict[str, str]:
        """What is sent beside what every request has."""
        kind = {} if self.body is None else {"Content-Type": "application/json"}
        kind |= {} if self.if_match is None else {"If-Match": self.if_match}
        return kind if self.method == "GET" else kind | {"Idempotency-Key": self.key}

    def content(self) -> bytes | None:
        """The body as it is sent."""
        return None if self.body is None else json.dumps(self.body, default=_plain).encode()


@dataclass(frozen=True)
class Attempt:
    """One try of a request, and how many seconds it may take."""

    request: Request
    timeout: float


@dataclass(frozen=True)
class Pause:
    """Seconds to let go by."""

    seconds: float


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def problem(self) -> errors.WarmlineError | None:
        """The error it stands for, if it does."""
        if 200 <= self.status < 300:
            return None
        try:
            body = json.loads(self.content)
        except ValueError:
            body = None
        return errors.problem(self.status, self.headers, body)


Effect: TypeAlias = Request | Attempt | Pause
Flow: TypeAlias = Generator[Effect, Any, T]


def ask(kind: type[T], method: str, *parts: str, query: Query | None = None, body: Mapping[str, Any] | None = None,
        lasts: float = 0.0, within: float | None = None, if_match: str | None = None) -> Flow[T]:  # fmt: skip
    """Send a request, and read its answer as this dataclass, with its version if it has one. Raises WarmlineError."""
    answer = yield Request(method, path(*parts), query or {}, body, lasts, within, if_match)
    told: T = _versioned(understood(kind, answer.content), answer.headers.get("etag"))
    return told


def _versioned(thing: Any, version: str | None) -> Any:
    return replace(thing, version=version) if version and hasattr(thing, "version") else thing


def tell(method: str, *parts: str) -> Flow[None]:
    """Send a request whose answer is empty. Raises WarmlineError."""
    yield Request(method, path(*parts))


def ask_maybe(kind: type[T], method: str, *parts: str, body: Mapping[str, Any]) -> Flow[T | None]:
    """Send a request whose answer may be empty. Raises WarmlineError."""
    answer = yield Request(method, path(*parts), body=body)
    return None if answer.status == 204 else understood(kind, answer.content)


def understood(kind: type[T], content: bytes | str) -> T:
    """What came, as this dataclass. Raises WarmlineError where it is none."""
    try:
        return read(kind, json.loads(content))
    except (ValueError, TypeError) as wrong:
        words = f"This is not what a Warmline server says ({wrong}). Is the address right?"
        raise errors.WarmlineError(words) from wrong


@dataclass(frozen=True)
class _Raw:
    """A page whose items are not read yet."""

    items: tuple[Any, ...]
    next_cursor: str | None = None


@dataclass(frozen=True)
class Listed(Generic[T]):
    """A list of the API, to be read page by page."""

    kind: type[T]
    path: str
    query: Query

    def page(self, cursor: str | None = None) -> Flow[Page[T]]:
        """The page behind this cursor; the first one without. Raises WarmlineError."""
        answer = yield Request("GET", self.path, {**self.query, **given(cursor=cursor)})
        raw = understood(_Raw, answer.content)
        return Page(tuple(read(self.kind, item) for item in raw.items), raw.next_cursor)


def listed(kind: type[T], /, *parts: str, page_size: int, **query: str | None) -> Listed[T]:
    """A list, with the conditions that are not None."""
    return Listed(kind, path(*parts), {"limit": page_size, **given(**query)})


def path(*parts: str) -> str:
    """The parts of an address, none of which can be more than one part."""
    return "/".join(quote(str(part), safe="") for part in parts)


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def _plain(value: object) -> str:
    """What JSON has no form for. Raises TypeError."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
