"""Pages of a list by the last thing seen, not by counting: a page stays right while the list changes."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.errors import Invalid
from warmline.web.api.schema import storable

T = TypeVar("T")
KINDS: dict[str, Callable[[str], Any]] = {"u": UUID, "t": datetime.fromisoformat, "i": int, "s": storable}


class Page(BaseModel, Generic[T]):
    """One page; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None = None


async def page(
    session: AsyncSession,
    query: Select[*tuple[Any, ...]],
    columns: Sequence[Any],
    limit: int,
    cursor: str | None,
    *,
    newest_first: bool,
) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """The rows of one page, in the order of the columns, and the cursor of the next. Raises Invalid."""
    if cursor is not None:
        seen = tuple_(*_values(cursor, [column.type.python_type for column in columns]))
        query = query.where(tuple_(*columns) < seen if newest_first else tuple_(*columns) > seen)
    order = [column.desc() if newest_first else column for column in columns]
    keys = [column.label(f"key_{number}") for number, column in enumerate(columns)]
    rows = (await session.execute(query.add_columns(*keys).order_by(*order).limit(limit + 1))).all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], _cursor([getattr(last, f"key_{number}") for number in range(len(columns))])


def _cursor(values: Sequence[Any]) -> str:
    written = [_written(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")


def _written(value: Any) -> list[str]:
    if isinstance(value, UUID):
        return ["u", str(value)]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    return ["s" if isinstance(value, str) else "i", str(value)]


def _values(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """What the cursor holds, of the kinds of the columns. Raises Invalid."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [KINDS[kind](str(text)) for kind, text in parts]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        values = []
    aware = all(value.tzinfo is not None for value in values if isinstance(value, datetime))
    small = all(abs(value) < 2**31 for value in values if isinstance(value, int))
    if [type(value) for value in values] != list(kinds) or not (aware and small):
        raise Invalid.field("cursor", "expected `next_cursor` of the page before, unchanged")
    return values
