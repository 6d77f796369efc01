"""Where content leaves towards a person, or a program with their token: what is hidden from their role is masked there.

Once for the API, in its answers, and once for the pages, as they are rendered; so no endpoint and no template can
forget it. What is rendered for nobody in particular is masked whole: whoever shares it says for whom.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from fastapi import Response

from warmline.caller import Caller
from warmline.organizations.masks import KINDS, masked

EVERYTHING = frozenset(KINDS)
NOTHING = frozenset[str]()
# Colleagues, their addresses, their tokens: what an organization knows of its own people is no content of a case.
OURS = ("/api/v1/me", "/api/v1/users", "/api/v1/tokens", "/api/v1/members", "/api/v1/organization")
PLACES = ("next_cursor",)  # they lead somewhere, and say nothing
LARGEST = 10**12  # whole numbers up to here are no cards
_hidden: ContextVar[frozenset[str]] = ContextVar("hidden", default=EVERYTHING)


class AsIs(str):
    """A text that is not masked: what somebody has typed just now, and gets back to go on with; and keys of ours."""

    __slots__ = ()


def look_as(caller: Caller) -> None:
    """What is rendered from now on, in this task, is for this caller."""
    _hidden.set(caller.hides)


@contextmanager
def seen_by(hides: frozenset[str]) -> Iterator[None]:
    """What is rendered within is for those from whom just this is hidden."""
    before = _hidden.set(hides)
    try:
        yield
    finally:
        _hidden.reset(before)


def said(value: Any) -> Any:
    """What a template says: plain text is masked; what is markup already was masked as it was made."""
    return masked(value, hides) if type(value) is str and (hides := _hidden.get()) else value


def answered(response: Response, caller: Caller, path: str) -> Response:
    """An answer of the API, with its texts masked; the same one, where there is nothing to mask."""
    body = getattr(response, "body", b"")
    is_json = "json" in response.headers.get("content-type", "")
    if not caller.hides or not body or not is_json or path.startswith(OURS):
        return response
    given = json.loads(bytes(body))
    shown = inside(given, caller.hides)
    if shown == given:
        return response
    kept = {name: value for name, value in response.headers.items() if name != "content-length"}
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return Response(text, response.status_code, kept)


def inside(value: Any, hides: frozenset[str]) -> Any:
    """The same of everything in a JSON value; a number that is a card's is a text then."""
    if isinstance(value, str):
        return masked(value, hides)
    if isinstance(value, dict):
        return {name: inner if name in PLACES else inside(inner, hides) for name, inner in value.items()}
    if isinstance(value, list):
        return [inside(inner, hides) for inner in value]
    if isinstance(value, int) and value > LARGEST and "card" in hides:
        text = masked(str(value), ("card",))
        return value if text == str(value) else text
    return value
