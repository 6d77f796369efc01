"""The refusals every endpoint can give, as OpenAPI documents them."""

from typing import Any

from pydantic import BaseModel


class FieldProblem(BaseModel):
    """One wrong field."""

    field: str
    message: str


class ProblemBody(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


TITLES = {
    401: "Not signed in, or the token is not valid",
    403: "The caller may not do this",
    404: "It does not exist, or is not yours",
    409: "It has changed in the meantime; the detail says how, and who",
    412: "`If-Match` names another version",
    413: "The body is too large",
    422: "A field is wrong; `errors` names it and what is expected",
    429: "Too many; `Retry-After` says when",
    503: "The database is not reachable just now; repeat with the same Idempotency-Key",
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a router's `responses`; `described.py` gives them their media type."""
    return {status: {"description": TITLES[status], "model": ProblemBody} for status in statuses}


ALL = responses(*TITLES)
