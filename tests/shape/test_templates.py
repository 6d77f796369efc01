"""Templates: each is used, and none needs a looser Content-Security-Policy."""

import re

import pytest

from tests.shape.reading import TEMPLATES, modules, texts

INLINE = re.compile(r"""<style\b|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:""", re.IGNORECASE)
MENTIONED = re.compile(r"""\{%-?\s*(?:include|extends|from|import)\s+"([^"]+)\"""")
ALL = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_inline(name: str) -> None:
    assert not INLINE.findall((TEMPLATES / name).read_text())


def test_every_template_is_used_and_every_one_used_is_there() -> None:
    by_python = {text for tree in modules().values() for text in texts(tree) if text.endswith(".html")}
    by_templates = {used for name in ALL for used in MENTIONED.findall((TEMPLATES / name).read_text())}
    assert by_python | by_templates == set(ALL)
