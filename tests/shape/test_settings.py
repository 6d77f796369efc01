"""Every setting has a sentence of help, and a line in the operator's guide with its default."""

import re

from tests.shape.reading import document, documents
from warmline.settings import Settings

FIELDS = Settings.model_fields
ROW = re.compile(r"^\| `WARMLINE_([A-Z_]+)` \| (?:`([^`]*)` )?\| (.+) \|$", re.MULTILINE)
NOT_OF_THE_SERVER = {"WARMLINE_TEST_POSTGRES", "WARMLINE_URL", "WARMLINE_TOKEN"}  # of the test suite, of the client


def test_every_setting_says_what_it_is_for() -> None:
    for name, field in FIELDS.items():
        assert re.fullmatch(r"\S.{10,}", field.description or ""), name


def test_the_guide_lists_every_setting_with_its_default() -> None:
    rows = {name.lower(): default for name, default, _ in ROW.findall(document("docs/guides/operating.md"))}
    assert rows == {name: "" if field.default is None else str(field.default) for name, field in FIELDS.items()}


def test_the_documents_name_no_setting_that_is_not_there() -> None:
    known = {f"WARMLINE_{name.upper()}" for name in FIELDS} | NOT_OF_THE_SERVER
    for name, text in documents().items():
        assert set(re.findall(r"\bWARMLINE_[A-Z_]+[A-Z]", text)) <= known, name
