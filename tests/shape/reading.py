"""The repository as text and as syntax trees."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "warmline"
TEMPLATES = SRC / "web" / "templates"
PRODUCT = ("flows", "cases", "handoffs", "assessments", "measures", "squads", "channels", "organizations", "timeline")
MADE = ("test-results", "__pycache__")  # folders that are not ours to read
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*endings: str) -> tuple[Path, ...]:
    """Every file of the repository with one of these endings; all of them, where none is named."""
    return tuple(sorted(path for path in _walked() if not endings or path.suffix in endings))


def _walked() -> Iterator[Path]:
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name == ".ci" or (not name.startswith(".") and name not in MADE)]
        yield from (Path(folder, name) for name in names)


@cache
def modules(*packages: str) -> dict[str, ast.Module]:
    """The syntax trees of the source, by path within it; of these packages alone, where any is named."""
    found = [path for package in packages or ("",) for path in (SRC / package).rglob("*.py")]
    return {str(path.relative_to(SRC)): ast.parse(path.read_text()) for path in sorted(found)}


def document(name: str) -> str:
    """A document of the repository, by its path."""
    return (ROOT / name).read_text()


def documents() -> dict[str, str]:
    """Every document of ours, by its path."""
    ours = (path for path in files(".md") if "vendor" not in path.parts)
    return {str(path.relative_to(ROOT)): path.read_text() for path in ours}


def texts(tree: ast.Module) -> Iterator[str]:
    """The string constants of a module, without its docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value
