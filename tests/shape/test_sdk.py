"""The client offers every operation of the API, with every field, and every one of its calls hangs on it."""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

from warmline.boot import Boot
from warmline.sdk import AsyncWarmline, Case, Handoff, Warmline, calls, waiting
from warmline.sdk.flow import Listed, Request
from warmline.settings import Settings
from warmline.web.server import create_app

API = "/api/v1/"
NOT_OFFERED = {  # operation: why not
    "GET events/stream": "a stream is opened, resumed and read by `events.stream`, and is no single answer",
}
SAID_OTHERWISE = {  # field of an operation: how it is said
    ("POST cases/{}/escalate", "intent"): "escalate and park are two calls",
    ("GET handoffs/{}/wait", "epoch"): "a wait sends the one it has seen, by itself",
}
PAGING = {"limit", "cursor"}  # a list turns its pages by itself


@dataclass(frozen=True)
class Call:
    """A call of the client: what it asks for, and what can be said with it."""

    operation: str
    parameters: frozenset[str]
    name: str


def functions() -> Iterator[Callable[..., Any]]:
    """Every call there is."""
    for module in pkgutil.iter_modules(calls.__path__):
        found = import_module(f"{calls.__name__}.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if function.__module__ == found.__name__ and not name.startswith("_"):
                yield function
    yield waiting.wait


def described(function: Callable[..., Any]) -> Call:
    """The request that a call begins with; `{}` stands for each id."""
    parameters = inspect.signature(function).parameters
    wanted = [one for one in parameters.values() if one.default is one.empty]
    made = function(*["{}" for one in wanted if one.kind is not one.KEYWORD_ONLY])
    request = Request("GET", made.path) if isinstance(made, Listed) else next(made)
    path = request.path.replace("%7B%7D", "{}")
    return Call(f"{request.method} {path}", frozenset(parameters), f"{function.__module__}.{function.__name__}")


OFFERED = [described(function) for function in functions()]


def operations() -> dict[str, set[str]]:
    """Every operation of the API, with the names of what can be said to it."""
    settings = Settings()
    document = create_app(settings, Boot(settings)).openapi()
    found: dict[str, set[str]] = {}
    for path, methods in document["paths"].items():
        if path.startswith(API):
            for method, one in methods.items():
                name = f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path.removeprefix(API))}"
                found[name] = set(_said(one, document["components"]["schemas"]))
    return found


def _said(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        if one["in"] == "query":
            yield one["name"]
        elif one["name"].lower() == "if-match":
            yield "if_match"
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for option in (content, *content.get("anyOf", ())):
        if "$ref" in option:
            yield from schemas[option["$ref"].rpartition("/")[2]]["properties"]


OPERATIONS = operations()


def test_every_operation_of_the_api_has_a_call() -> None:
    offered = {call.operation for call in OFFERED}
    assert set(OPERATIONS) - offered == set(NOT_OFFERED)
    assert offered - set(OPERATIONS) == set()


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() - NOT_OFFERED.keys()))
def test_everything_can_be_said_to_it(operation: str) -> None:
    mine = {name for call in OFFERED if call.operation == operation for name in call.parameters}
    otherwise = {field for (where, field) in SAID_OTHERWISE if where == operation}
    assert OPERATIONS[operation] - mine - PAGING - otherwise == set()


def test_what_is_said_otherwise_is_there() -> None:
    for operation, field in SAID_OTHERWISE:
        assert field in OPERATIONS[operation]


def made_of(kind: type) -> set[Callable[..., Any]]:
    """The calls that the methods of this kind of thing are made of."""
    methods = [method for name, method in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")]
    return {method.__wrapped__ for method in methods if hasattr(method, "__wrapped__")}


@pytest.mark.parametrize("client", [Warmline, AsyncWarmline])
def test_every_call_hangs_on_the_client(client: Any) -> None:
    one = client("http://127.0.0.1:1", "wlm_none")
    things = [one, *(thing for name, thing in vars(one).items() if not name.startswith("_") and name != "http")]
    hanging = set().union(*(made_of(type(thing)) for thing in things))
    assert {f"{function.__module__}.{function.__name__}" for function in set(functions()) - hanging} == set()


@pytest.mark.parametrize(("handle", "prefix"), [(Case, "cases/{}"), (Handoff, "handoffs/{}")])
def test_what_is_done_to_a_case_or_a_handoff_its_handle_does_too(handle: type, prefix: str) -> None:
    done = {described(call).operation for call in made_of(handle)}
    assert {one for one in OPERATIONS if one.partition(" ")[2].startswith(prefix)} == done
