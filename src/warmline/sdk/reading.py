"""From JSON to the dataclasses of `answers`."""

import dataclasses
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def read(kind: type[T], value: object) -> T:
    """The answer as this dataclass. Fields it does not know are left out. Raises TypeError where one it needs is not
    there, or is of another kind.
    """
    result: T = _read(kind, value)
    return result


def _read(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value)
    if get_origin(kind) is UnionType:  # there are only those of a kind and None
        return None if value is None else _read(next(one for one in get_args(kind) if one is not NoneType), value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    return datetime.fromisoformat(value) if kind is datetime else value


def _dataclass(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"expected a JSON object for {kind.__name__}, got {type(value).__name__}")
    return kind(**{name: _read(of, value[name]) for name, of in _fields(kind).items() if name in value})


@cache
def _fields(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
