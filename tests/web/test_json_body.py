"""JSON that two programs could read in two ways is read in none."""

import json

import pytest

from warmline.web.json_body import parsed

GOOD = {
    b'{"a": [1, 2.5, true, null, "\xc3\xa9"]}': {"a": [1, 2.5, True, None, "é"]},
    b'[{"a": 1}, {"a": 2}]': [{"a": 1}, {"a": 2}],
    b'{"a": {"a": {"a": 1}}}': {"a": {"a": {"a": 1}}},
    b'"x"': "x",
}
BAD = {
    b'{"a": 1, "a": 1}': "twice",
    b'{"b": {"a": 1, "\\u0061": 2}}': "twice",
    b'{"a": NaN}': "NaN",
    b"-Infinity": "Infinity",
    b'{"a": "\xff"}': "UTF-8",
    '{"a": 1}'.encode("utf-16"): "UTF-8",
    b"[" * 100_000: "levels",
    b"9" * 5000: "digits",
    b'{"a": 1,}': "trailing comma|property name",
    b"": "Expecting value",
}


@pytest.mark.parametrize("body", GOOD, ids=repr)
def test_what_is_json_is_read(body: bytes) -> None:
    assert parsed(body) == GOOD[body]


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body[:20]))
def test_what_is_not_says_why(body: bytes) -> None:
    with pytest.raises(json.JSONDecodeError, match=BAD[body]):
        parsed(body)
