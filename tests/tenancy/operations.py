"""The route table, read from the application itself: each operation with everything that comes in through it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from fastapi import FastAPI
from fastapi.params import Form
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel


@dataclass(frozen=True)
class Operation:
    """One method of one path, and the names of what it takes; of the body, the fields that are ids."""

    method: str
    path: str
    in_path: tuple[str, ...] = ()
    in_query: tuple[str, ...] = ()
    in_header: tuple[str, ...] = ()
    in_body: tuple[str, ...] = ()
    has_body: bool = False

    @property
    def name(self) -> str:
        """As the tables name it."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in ("GET", "HEAD")


def operations(web: FastAPI) -> list[Operation]:
    """Every operation of the application: the API, the streams, the pages, and what the framework adds."""
    return [
        _operation(method, context)
        for context in iter_route_contexts(web.routes)
        for method in sorted(context.methods or {"GET"})
        if method != "HEAD"
    ]


def _operation(method: str, context: Any) -> Operation:
    dependant = getattr(context, "dependant", None)
    if dependant is None:
        return Operation(method, context.path)
    bodies = [*_fields(dependant, "body_params")]
    return Operation(
        method,
        context.path,
        in_path=tuple(field.alias for field in _fields(dependant, "path_params")),
        in_query=tuple(field.alias for field in _fields(dependant, "query_params")),
        in_header=tuple(field.alias.replace("_", "-") for field in _fields(dependant, "header_params")),
        in_body=tuple(place for body in bodies for place in _ids(body.field_info.annotation, _name(body))),
        has_body=bool(bodies),
    )


def _name(body: Any) -> str:
    """The fields of a form have names; a body of JSON is the model itself."""
    return body.alias if isinstance(body.field_info, Form) else ""


def _fields(dependant: Any, kind: str) -> Iterator[Any]:
    """Of the handler itself, and of everything it depends on."""
    yield from getattr(dependant, kind)
    for inner in dependant.dependencies:
        yield from _fields(inner, kind)


def _ids(kind: Any, place: str) -> Iterator[str]:
    """The places of ids in a body: `squad_id`, or `rules.squad_id` deeper down."""
    if kind is UUID:
        yield place
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from _ids(field.annotation, f"{place}.{name}".strip("."))
    else:
        for inner in get_args(kind):
            yield from _ids(inner, place)
