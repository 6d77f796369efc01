"""Close reasons: how work may end in an organization."""

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

from warmline.sdk.flow import Flow, Listed, ask, given, listed, tell
from warmline.sdk.house import CloseReason

Fields = Sequence[Mapping[str, Any]]


def list(*, retired: bool = False, page_size: int = 50) -> Listed[CloseReason]:
    """How work may end here, in the order people see; with `retired`, also what is no longer offered."""
    return listed(CloseReason, "close-reasons", page_size=page_size, retired="true" if retired else None)


def get(key: str) -> Flow[CloseReason]:
    """One reason. Raises NotFound."""
    return ask(CloseReason, "GET", "close-reasons", key)


def add(
    key: str, label: str, *, help: str | None = None, requires_notes: bool = False, fields: Fields = ()
) -> Flow[CloseReason]:
    """A further reason, at the end; `fields` have key, label and required. Admins only. Raises Forbidden, Conflict."""
    body = given(key=key, label=label, help=help, requires_notes=requires_notes, fields=builtins.list(fields))
    return ask(CloseReason, "POST", "close-reasons", body=body)


def change(
    key: str, *, label: str | None = None, help: str | None = None, requires_notes: bool | None = None,
    fields: Fields | None = None, position: int | None = None, retired: bool | None = None, if_match: str | None = None,
) -> Flow[CloseReason]:  # fmt: skip
    """Change its words, what it asks for, its place, or offer it again; an empty `help` takes the help away.

    Admins only. Raises Forbidden, NotFound, Conflict, Invalid, Stale.
    """
    asked = None if fields is None else builtins.list(fields)
    body = given(label=label, requires_notes=requires_notes, fields=asked, position=position, retired=retired)
    body |= {} if help is None else {"help": help or None}
    return ask(CloseReason, "PATCH", "close-reasons", key, body=body, if_match=if_match)


def retire(key: str) -> Flow[None]:
    """Offer it no longer; what ended by it keeps it. Admins only. Raises Forbidden, NotFound, Conflict."""
    return tell("DELETE", "close-reasons", key)
