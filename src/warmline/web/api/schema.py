"""What comes in, checked: text that can be stored, no unknown fields, whole numbers that are numbers."""

import math
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

LINE, TEXT, LONG = 300, 20_000, 100_000
DEEPEST = 20
BREAKING = ("Cc", "Zl", "Zp")  # Unicode's control characters, and its separators of lines and paragraphs
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they make a name look like another
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # control and format characters, spaces, separators
BLANK = frozenset("\u2800\u3164\uffa0\u115f\u1160")  # they count as letters, and nothing is drawn for them
MAX_INT = 2**31 - 1
M = TypeVar("M", bound=BaseModel)


def storable(text: str) -> str:
    """Refuse what cannot be stored: NUL, and halves of a surrogate pair."""
    if "\x00" in text:
        raise ValueError("the NUL character cannot be stored; leave it out")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half a surrogate pair is no character; send valid Unicode") from None
    return text


def said(text: str) -> str:
    """Refuse what is empty but for spaces, and for letters that cannot be seen."""
    if not any(unicodedata.category(letter) not in UNSEEN and letter not in BLANK for letter in text):
        raise ValueError("expected some text")
    return text


def one_line(text: str) -> str:
    """A line: no control characters, nothing that turns the direction of what follows, no spaces around it."""
    if any(unicodedata.category(letter) in BREAKING or letter in TURNING for letter in text):
        raise ValueError("expected one line, without control characters")
    return text.strip()


def storable_json(value: Any, depth: int = 0) -> Any:
    """The same for every text inside a JSON value; numbers are finite, and it is not nested without end."""
    if depth > DEEPEST:
        raise ValueError(f"expected at most {DEEPEST} levels, one inside the other")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("expected a number that is one: not NaN, not infinite")
    if isinstance(value, Mapping):
        return {storable(key): storable_json(inner, depth + 1) for key, inner in value.items()}
    return [storable_json(inner, depth + 1) for inner in value] if isinstance(value, list) else value


Storable = AfterValidator(storable)
Line = Annotated[str, Field(min_length=1, max_length=LINE), Storable, AfterValidator(one_line), AfterValidator(said)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT), Storable, AfterValidator(said)]
LongText = Annotated[str, Field(min_length=1, max_length=LONG), Storable, AfterValidator(said)]
Slug = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$")]
Epoch = Annotated[StrictInt, Field(ge=0, le=MAX_INT)]
Time = Annotated[AwareDatetime, BeforeValidator(lambda value: value if isinstance(value, str) else _no_time(value))]
Flag = StrictBool


def _no_time(value: object) -> object:
    raise ValueError("expected a time as text, in RFC 3339 with its zone, as in 2030-01-31T09:00:00Z")


class Body(BaseModel):
    """A request body: an unknown field is a mistake, and is named."""

    model_config = ConfigDict(extra="forbid")


class Customer(Body):
    """Who the case is about."""

    name: Line | None = None
    email: Line | None = None
    phone: Line | None = None
    company: Line | None = None
    role: Line | None = None


class Person(BaseModel):
    """Somebody, by id and name."""

    id: str
    name: str


class Actor(BaseModel):
    """Who did it: a user, a member's seat, or a job of our own."""

    kind: str
    id: str | None
    name: str | None


Limited = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")]


def taken_from(kind: type[M], row: object) -> M:
    """What is shown of a row: the fields that both have."""
    return kind.model_validate({name: getattr(row, name) for name in kind.model_fields})
