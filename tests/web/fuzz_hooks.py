"""Schemathesis loads this in its own process: so that what it makes up also meets things that are there.

Most generated ids name nothing, and everything behind them would answer 404. Here most of those that are ids at all
become ids of the organization that is fuzzed, by `WARMLINE_FUZZ_IDS`: {"case_id": ["…"]}.
"""

import json
import os
import zlib
from contextlib import suppress
from typing import Any
from uuid import UUID

import schemathesis

IDS: dict[str, list[str]] = json.loads(os.environ["WARMLINE_FUZZ_IDS"])
OURS = os.environ["WARMLINE_FUZZ_TOKEN_ID"]  # what this run signs in with
NOWHERE = "5eed0000-0000-4000-8000-000000000000"

# `GET /handoffs/claim-next` is `GET /handoffs/{handoff_id}` with an id that is none: 422, and no 405.
AMBIGUOUS = "/api/v1/handoffs/claim-next"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Put ids that are there in the place of some that are not."""
    for values in (case.path_parameters, case.query, case.body):
        if isinstance(values, dict):
            for name in IDS.keys() & values.keys():
                values[name] = _instead(name, values[name])
    if case.path.endswith("/wait"):
        case.query = _at_once(dict(case.query or {}))


def _at_once(query: dict[str, Any]) -> dict[str, Any]:
    """A long poll that is to answer what it finds; one with a nonsensical timeout stays as it is."""
    with suppress(ValueError, TypeError):
        if 0 <= float(query.get("timeout", 25)) <= 60:
            return query | {"timeout": 0}
    return query


def _instead(name: str, value: Any) -> Any:
    if not isinstance(value, str) or not _is_id(value):
        return value
    drawn = zlib.crc32(value.encode())  # by the value, so that a case is the same again when it is replayed
    drawn_id = IDS[name][drawn % len(IDS[name])] if drawn % 8 else value
    return NOWHERE if drawn_id == OURS else drawn_id


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Of the address that is two, only the method that is really there is judged."""
    return not (case.path == AMBIGUOUS and case.method != "POST")
