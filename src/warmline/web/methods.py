"""`Allow`: which methods an address takes. A router knows of one route at a time, and an address may have several."""

from collections.abc import Sequence
from re import Pattern

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

Table = Sequence[tuple[Pattern[str], frozenset[str]]]


def table(web: FastAPI) -> Table:
    """All paths with their methods; made once, when all routes are there."""
    contexts = iter_route_contexts(web.routes)
    return [(compile_path(one.path)[0], frozenset(one.methods)) for one in contexts if one.path and one.methods]


def allowed(known: Table, path: str) -> str:
    """The value of `Allow`, "" where the address leads nowhere."""
    return ", ".join(sorted({method for pattern, methods in known if pattern.match(path) for method in methods}))
