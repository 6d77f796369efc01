"""Forms that two people may have open at once: what was typed, what is wrong, and what somebody else has changed.

A form brings along what it showed (`seen`), in words. Whoever saves compares it with what is there now: where that
differs, nothing is saved, and the form comes back with what was typed and with what has changed since. It is the
page's `If-Match`; it says more than a version could.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from warmline.errors import FieldError, Invalid

MARKED = "Please look at what is marked."
NOTHING = "nothing"


@dataclass(frozen=True)
class Difference:
    """A field that somebody else has changed: what it was, what it is now."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Form:
    """What a form shows. `by` is who changed something meanwhile, where that is known."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    changed: tuple[Difference, ...] = ()
    by: str = ""


def form(current: Mapping[str, str]) -> Form:
    """What is there now."""
    return Form(dict(current), seen=_seen(current))


def again(current: Mapping[str, str], typed: Mapping[str, str], seen: str, errors: Sequence[FieldError]) -> Form:
    """What was typed, and what is wrong with it; what it showed when it was loaded stays what it showed."""
    wrong: dict[str, str] = {}
    for error in errors:
        wrong.setdefault(error["field"], plainly(error["message"]))
    return Form({**current, **typed}, wrong, seen or _seen(current))


def changed(current: Mapping[str, str], seen: str, labels: Mapping[str, str]) -> tuple[Difference, ...]:
    """What is another now than it was shown; nothing where the form did not say what it showed."""
    shown = _read(seen)
    return tuple(
        Difference(label, shown[name] or NOTHING, current[name] or NOTHING)
        for name, label in labels.items()
        if name in shown and shown[name] != current[name]
    )


def too_late(
    current: Mapping[str, str], typed: Mapping[str, str], seen: str, differences: tuple[Difference, ...], by: str
) -> Form:
    """What was typed where it was typed, and else what is there now; to be looked at, and saved once more."""
    shown = _read(seen)
    mine = {name: text for name, text in typed.items() if text != shown.get(name)}
    return Form({**current, **mine}, seen=_seen(current), changed=differences, by=by)


def checked(*wanted: tuple[str, Any, object, str]) -> dict[str, Any]:
    """Each field's value, of its type. Raises Invalid with what is expected in each that is wrong."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, kind, value, expected in wanted:
        try:
            values[name] = TypeAdapter(kind).validate_python(value)
        except ValidationError as problem:
            told = problem.errors()[0]["msg"].removeprefix("Value error, ")
            errors.append({"field": name, "message": expected or told})
    if errors:
        raise Invalid(MARKED, errors)
    return values


def plainly(message: str) -> str:
    """A sentence: with a capital, and a full stop."""
    text = message.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"


def _seen(current: Mapping[str, str]) -> str:
    return json.dumps(dict(current))


def _read(seen: str) -> dict[str, str]:
    try:
        read = json.loads(seen)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(text) for name, text in read.items()} if isinstance(read, dict) else {}
