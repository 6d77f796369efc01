"""Scripts of others: pinned, unchanged, each beside its licence."""

import hashlib
import re

from warmline.web.assets import STATIC

VENDOR = STATIC / "vendor"


def test_every_vendored_script_is_the_one_its_readme_names() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.MULTILINE)
    named = dict(rows)
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*.js")}
    assert there == set(named)
    for name, checksum in named.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == checksum
        assert (VENDOR / name).with_name("LICENSE").is_file()


def test_nothing_in_the_pages_needs_a_looser_content_security_policy() -> None:
    loose = re.compile(
        r"""\s(style|on[a-z]+|hx-on[^=]*)=|<script(?![^>]*\ssrc=)|<style|javascript:|js:|hx-vals=|hx-trigger="[^"]*\["""
    )
    for template in STATIC.with_name("templates").rglob("*.html"):
        assert not loose.search(template.read_text()), template.name
