"""The documents agree with the code: links lead somewhere, files and commands exist, the order is the checked one."""

import configparser
import re
from pathlib import Path

import pytest

from tests.shape.reading import ROOT, SRC, document, documents, files
from warmline.cli import cli

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"`([\w.-]+/[\w./-]*\.(?:py|js|html|md|ini)|[a-z_]+\.py)`")
SECTIONS = ["Context", "Decision", "Consequences", "Rejected"]
PLACES = (ROOT, SRC, SRC / "web", SRC / "db", ROOT / "docs")  # what a path in a document may begin from
DECISIONS = ROOT / "docs" / "decisions"


@pytest.mark.parametrize("name", sorted(documents()))
def test_links_lead_somewhere(name: str) -> None:
    for target in LINK.findall(documents()[name]):
        if "://" not in target and not target.startswith("#"):
            path, _, anchor = target.partition("#")
            found = (ROOT / name).parent / path
            assert found.exists(), target
            assert not anchor or anchor in anchors(found), target


def anchors(path: Path) -> set[str]:
    """The headings of a document, as links name them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_files_that_are_named_are_there(name: str) -> None:
    everywhere = {path.name for path in files()}
    for told in FILE.findall(documents()[name]):
        if "/" in told:
            assert any((place / told).exists() for place in PLACES), told
        else:
            assert told in everywhere, told


def test_the_commands_that_are_named_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", document("Makefile"), re.MULTILINE))
    commands = {name: set(cli[name]) if name in ("org", "db") else set[str]() for name in cli if name[0] != "-"}
    for name, text in documents().items():
        assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) <= targets, name
        for command, following in re.findall(r"(?:`|bin/)warmline ([a-z]+)(?: ([a-z]+))?", text):
            assert command in commands, (name, command)
            assert not commands[command] or following in commands[command], (name, command, following)


def test_the_map_shows_the_checked_order() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    layers = config["importlinter:contract:house"]["layers"].strip().splitlines()
    shown = re.search(r"```text\n(.*?)```", document("ARCHITECTURE.md"), re.DOTALL)
    assert shown is not None
    assert shown[1].strip().splitlines() == [line.strip() for line in layers]


def test_the_map_names_every_folder_and_every_file_at_the_top() -> None:
    map = document("ARCHITECTURE.md")
    there = [
        f"{path.name}/" if path.is_dir() else path.name for path in SRC.iterdir() if not path.name.startswith("__")
    ]
    assert [name for name in there if f"`{name}`" not in map and name != "py.typed"] == []


def test_decisions_are_numbered_in_a_row_and_have_their_parts() -> None:
    pages = sorted(DECISIONS.glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text()
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        assert [one for one in re.findall(r"^## (.+)$", text, re.MULTILINE) if one in SECTIONS] == SECTIONS, page.name
