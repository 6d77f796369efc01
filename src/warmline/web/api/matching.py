"""`ETag` and `If-Match`: a change is refused where somebody else's came in between."""

import hashlib
from typing import Annotated, TypeVar

from fastapi import Header, Response
from pydantic import BaseModel

from warmline.errors import Stale

M = TypeVar("M", bound=BaseModel)
IfMatch = Annotated[str | None, Header(max_length=200)]


def etag(shown: BaseModel) -> str:
    """The version of a thing as it is shown."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def tagged(response: Response, shown: M) -> M:
    """The thing, its version in the answer's headers."""
    response.headers["etag"] = etag(shown)
    return shown


def check_match(if_match: str | None, current: BaseModel) -> None:
    """Raises Stale where the caller has seen another version."""
    if if_match is None or if_match.strip() == "*":
        return
    if etag(current) not in [tag.strip() for tag in if_match.split(",")]:
        raise Stale("It was changed after you read it. Read it again, and decide anew.")
