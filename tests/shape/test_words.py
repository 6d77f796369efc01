"""What no file here says: where packages come from, where somebody's machine keeps things, what was discussed where."""

import re

import pytest

from tests.shape.reading import ROOT, files

FORBIDDEN = {
    "a registry's host": r"pypi\.org|pythonhosted\.org|npmjs\.\w+|unpkg\.com|jsdelivr\.net|crates\.io|golang\.org",
    "a path of some machine": r"(?<![\w}\])>*.-])/(?:work|root|home)/",
    "an issue's number": r"\bissue\s+#?\d",
}
BINARY = {".png", ".jpg", ".ico", ".gz", ".woff2", ".dump"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_says(what: str) -> None:
    told = re.compile(FORBIDDEN[what], re.IGNORECASE)
    ours = [path for path in files() if path.suffix not in BINARY and "vendor" not in path.parts]
    assert len(ours) > 200
    found = [path for path in ours if told.search(path.read_text(errors="replace"))]
    assert [str(path.relative_to(ROOT)) for path in found] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_name_no_hosts(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert len(lines) > 500
    assert [line for line in lines if re.search(r"://|--(?:extra-)?index|--find-links|--trusted| @ ", line)] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_have_a_hash_for_every_package(name: str) -> None:
    packages = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text(), flags=re.MULTILINE)
    assert [one.partition(" ")[0] for one in packages if one.strip() and "--hash=sha256:" not in one] == []
