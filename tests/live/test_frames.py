"""The bytes of a stream: whatever people wrote stays data."""

import pytest

from warmline.web.stream import frame


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_that_somebody_wrote_never_becomes_a_field(end: str) -> None:
    made = frame(f"hello{end}{end}event: reload{end}id: forged", id="p1").decode()
    assert made.splitlines() == ["id: p1", "data: hello", "data: ", "data: event: reload", "data: id: forged", ""]
    assert "\r" not in made
    assert made.endswith("\n\n")
