"""The rules of the house: what happens in one place alone, and what the product does not know of."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.shape.reading import PRODUCT, ROOT, SRC, Function, files, modules, texts

COMMITTING = {"db/transaction.py", "db/migrate.py"}
READING_THE_ENVIRONMENT = {
    "settings.py",  # through pydantic
    "sdk/environment.py",  # of an agent's process: the client imports nothing of ours, the settings neither
    "db/wheel.py",  # hands it on to PostgreSQL's programs, and reads no setting
}
DOORS_ONLY = ("fastapi", "starlette", "uvicorn", "jinja2", "httpx2", "cyclopts", "prometheus_client")
WAYS_OUT = {"channels/outgoing.py": {"httpx2"}, "channels/email/compose.py": {"jinja2"}}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"}
HTML = re.compile(
    r"</?(?:a|article|br|button|div|form|h[1-6]|input|li|ol|p|script|section|span|style|table|td|tr|ul)\b"
)
LONGEST = 300
WRITTEN_BY_A_TOOL = {"0001_the_ground_floor.py"}


def names_used(tree: ast.Module) -> Iterator[str]:
    """Every `thing.part` in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def imported(tree: ast.Module) -> Iterator[str]:
    """Every name a module imports: `os`, `os.environ`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_a_commit(node: ast.AST) -> bool:
    """`x.commit(...)`; or `engine.begin()`, which commits at its end."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return isinstance(node, ast.keyword) and node.arg == "isolation_level"
    return node.func.attr == "commit" or (node.func.attr == "begin" and not node.args and not node.keywords)


def test_commits_happen_in_one_place() -> None:
    committing = {name for name, tree in modules().items() if any(is_a_commit(node) for node in ast.walk(tree))}
    assert committing == COMMITTING


def test_settings_alone_read_the_environment() -> None:
    reads = {"os.environ", "os.getenv", "os.environb"}
    found = {name for name, tree in modules().items() if reads & {*names_used(tree), *imported(tree)}}
    assert found <= READING_THE_ENVIRONMENT
    assert not [name for name, tree in modules().items() if name != "settings.py" and settings_made(tree)]


def settings_made(tree: ast.Module) -> bool:
    """Whether a class of its own reads the environment by pydantic."""
    return any(name.startswith("pydantic_settings") for name in imported(tree))


def test_the_product_is_handed_the_time() -> None:
    for name, tree in modules(*PRODUCT).items():
        assert not CLOCKS & {*names_used(tree), *imported(tree)}, name
        assert not any(re.search(r"\bnow\(\)|current_timestamp", text, re.IGNORECASE) for text in texts(tree)), name


def test_the_product_knows_no_doors() -> None:
    for name, tree in modules(*PRODUCT, "db", "live").items():
        doors = {one.partition(".")[0] for one in imported(tree)} & set(DOORS_ONLY)
        assert doors == WAYS_OUT.get(name, set()), name


def test_there_is_no_html_in_python() -> None:
    for name, tree in modules().items():
        assert not [text for text in texts(tree) if HTML.search(text)], name


@pytest.mark.parametrize("name", sorted(modules()))
def test_everything_public_says_what_it_is(name: str) -> None:
    tree = modules()[name]
    assert ast.get_docstring(tree)
    if "versions" not in name:
        assert [node.name for node in public(tree) if not ast.get_docstring(node)] == []


def public(tree: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    """The public functions and classes, and their public methods."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def test_no_file_is_too_long() -> None:
    long = [path for path in files(".py", ".js", ".html") if len(path.read_text().splitlines()) > LONGEST]
    ours = [path for path in long if path.name not in WRITTEN_BY_A_TOOL and "vendor" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in ours] == []


def test_the_source_is_read_at_all() -> None:
    assert {"app.py", "flows/claim.py", "web/api/cases.py"} <= set(modules())
    assert SRC / "web" / "templates" / "base.html" in files(".html")
