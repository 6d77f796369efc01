"""JSON bodies, read strictly: what two programs could read in two ways is refused, rather than read in ours."""

import json
from typing import Any, NoReturn

from fastapi import Request


class JsonRequest(Request):
    """A request whose JSON is UTF-8, names every key once, and has numbers that are numbers."""

    async def json(self) -> Any:
        """The body. Raises JSONDecodeError, which FastAPI turns into an answer that says what is wrong."""
        return parsed(await self.body())


def parsed(body: bytes) -> Any:
    """The value. Raises JSONDecodeError."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_unambiguous, parse_constant=_no_number)
    except json.JSONDecodeError:
        raise
    except UnicodeDecodeError:
        raise json.JSONDecodeError("the text is not UTF-8", "", 0) from None
    except RecursionError:
        raise json.JSONDecodeError("too many levels, one inside the other", "", 0) from None
    except ValueError:  # Python's own limit, against numbers that take minutes to read
        raise json.JSONDecodeError("a number has too many digits", "", 0) from None


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise json.JSONDecodeError("a key is there twice", "", 0)
    return values


def _no_number(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not a number of JSON", "", 0)
