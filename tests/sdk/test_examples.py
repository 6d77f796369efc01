"""The examples run as they are, against a server; and stay short."""

import ast
import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from typing import Any

import pytest

from tests.shape.reading import ROOT
from tests.world import World, until

EXAMPLES = ROOT / "examples"
SHORT = ("escalate_http", "escalate_sdk", "escalate_async")
MOST = 20


def lines_of_code(source: str) -> int:
    """Lines that hold code: no comments, no docstrings, nothing empty."""
    tree = ast.parse(source)
    told = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    lines = enumerate(source.splitlines(), 1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and at not in told for at, line in lines)


@pytest.mark.parametrize("name", SHORT)
def test_it_is_short(name: str) -> None:
    assert 5 < lines_of_code((EXAMPLES / f"{name}.py").read_text()) < MOST


def test_lines_are_counted_right() -> None:
    assert (
        lines_of_code('"""Words.\n\nMore."""\n\nimport os  # why\n# no\n\ndef f():\n    """Words."""\n    g(\n  1)\n')
        == 4
    )


async def ready(world: World, many: int) -> list[dict[str, Any]]:
    """The handoffs that wait, once there are so many."""

    async def look() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await world.acme.ben.get("handoffs", state="ready"))["items"]
        return items if len(items) >= many else []

    found: list[dict[str, Any]] = await until(look, 30)
    return found


async def run(name: str, world: World, many: int, act: str, body: dict[str, str]) -> str:
    """What an example prints, when Ben has ended what it hands over."""
    environment = {**os.environ, "WARMLINE_URL": world.address, "WARMLINE_TOKEN": world.acme.agent.token}
    command = (sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py"))
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
    try:
        for handoff in await ready(world, many):
            await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
            await world.acme.ben.post(f"handoffs/{handoff['id']}/{act}", body)
        out, problem = await asyncio.wait_for(process.communicate(), 30)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, problem.decode()
    return out.decode()


@pytest.mark.parametrize("name", ["escalate_http", "escalate_sdk", "langgraph_interrupt"])
async def test_it_hears_what_the_person_wrote(world: World, name: str) -> None:
    said = await run(name, world, 1, "close", {"reason": "resolved", "notes": "Sent one back."})
    assert "Sent one back." in said


async def test_two_at_once_hear_what_the_person_wrote(world: World) -> None:
    said = await run("escalate_async", world, 2, "close", {"reason": "resolved", "notes": "Sent one back."})
    assert sorted(said.splitlines()) == [f"Invoice {number} resolved Sent one back." for number in (4411, 4412)]


async def test_a_case_that_comes_back_is_gone_on_with(world: World) -> None:
    await run("escalate_sdk", world, 1, "return-to-agent", {"outcome": "Send one back."})
    (case,) = (await world.acme.agent.get("cases"))["items"]
    assert (case["status"], case["summary"]) == ("resolved", "Send one back.")


def test_the_graph_needs_no_langgraph() -> None:
    tree = ast.parse((EXAMPLES / "langgraph_interrupt.py").read_text())
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"collections.abc", "typing", "warmline.sdk"}
