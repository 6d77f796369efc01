"""Both clients have the same surface, described the same way; and they bring nothing of the server with them."""

import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.shape.reading import ROOT
from warmline import sdk
from warmline.sdk import AsyncCase, AsyncHandoff, AsyncStream, AsyncWarmline, Case, Handoff, Stream, Warmline

NOWHERE = ("http://127.0.0.1:1", "wlm_none")
TWINS = {
    **{name: (one, other) for name, one, other in (("Case", Case, AsyncCase), ("Handoff", Handoff, AsyncHandoff))},
    "Stream": (Stream, AsyncStream),
    "Warmline": (Warmline, AsyncWarmline),
}
DUNDERS = {"__iter__": "__aiter__", "__next__": "__anext__", "__enter__": "__aenter__", "__exit__": "__aexit__"}
ASK = """
import json, sys, time
began = time.perf_counter()
import warmline.sdk
took = time.perf_counter() - began
print(json.dumps([sorted(sys.modules), took]))
"""


def parts() -> Iterator[Any]:
    """What hangs on a client, both of each."""
    one, other = Warmline(*NOWHERE), AsyncWarmline(*NOWHERE)
    hanging = [name for name in vars(one) if not name.startswith("_") and name != "http"]
    assert len(hanging) == 15
    yield from (pytest.param(type(getattr(one, name)), type(getattr(other, name)), id=name) for name in hanging)
    yield from (pytest.param(*twins, id=name) for name, twins in TWINS.items())


def surface(kind: type) -> dict[str, tuple[str, str]]:
    """Its public methods and properties: parameters and words."""
    found = {name: value for name, value in inspect.getmembers(kind) if not name.startswith("_")}
    return {name: (signature(value), inspect.getdoc(value) or "") for name, value in found.items()}


def signature(value: Any) -> str:
    """The parameters, and their types; what is answered differs by nature."""
    if not callable(value):
        return type(value).__name__
    told = inspect.signature(value)
    return str(told.replace(return_annotation=inspect.Signature.empty)).replace("self, /", "self")


@pytest.mark.parametrize(("one", "other"), list(parts()))
def test_the_two_are_the_same(one: type, other: type) -> None:
    assert surface(one) == surface(other)
    assert {DUNDERS[name] for name in DUNDERS if hasattr(one, name)} == {
        name for name in DUNDERS.values() if hasattr(other, name)
    }


@pytest.mark.parametrize(("one", "other"), list(parts()))
def test_everything_says_what_it_does(one: type, other: type) -> None:
    for name, (_, words) in (surface(one) | surface(other)).items():
        assert words.endswith("."), name


def test_a_method_shows_the_parameters_of_its_call() -> None:
    assert list(inspect.signature(Warmline(*NOWHERE).cases.step).parameters)[:3] == ["case_id", "title", "result"]
    assert list(inspect.signature(Case.step).parameters)[:3] == ["self", "title", "result"]


def loaded() -> tuple[set[str], float]:
    """What importing the client loads, and how long it takes, in seconds."""
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True, timeout=60)
    names, took = json.loads(done.stdout)
    return set(names), took


def test_it_imports_nothing_else_of_the_house_and_nothing_heavy() -> None:
    names, took = loaded()
    ours = {name for name in names if name.split(".")[0] == "warmline"}
    assert {name for name in ours if not name.startswith("warmline.sdk")} == {"warmline"}
    assert not names & {"sqlalchemy", "fastapi", "starlette", "pydantic", "asyncpg", "structlog", "uvicorn", "jinja2"}
    assert took < 2


def test_it_is_typed_for_those_who_import_it() -> None:
    assert (ROOT / "src/warmline/py.typed").exists()
    assert set(sdk.__all__) <= set(dir(sdk))
