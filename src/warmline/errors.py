"""What can go wrong, in words that a person can act on. Doors map these once; the product raises them."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypedDict


class FieldError(TypedDict):
    """One thing wrong with one field: where it is, and what is expected there."""

    field: str
    message: str


class Problem(Exception):
    """A refusal with a meaning. `detail` says what happened and what to do next; `extra` is shown beside it."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class Unauthorized(Problem):
    """Nobody is signed in, or the token is not (or no longer) good."""

    status, title = 401, "Not signed in"


class Forbidden(Problem):
    """The caller is known and may not do this."""

    status, title = 403, "Not allowed"


class NotFound(Problem):
    """It does not exist, or belongs to somebody else: the answers are equal on purpose."""

    status, title = 404, "Not found"


class Conflict(Problem):
    """The thing has moved on: somebody was first, or the epoch is an old one."""

    status, title = 409, "Already changed"


class Stale(Problem):
    """`If-Match` names another version than the current one."""

    status, title = 412, "Changed in the meantime"


class TooLarge(Problem):
    """The body is larger than the server takes."""

    status, title = 413, "Too large"


class Invalid(Problem):
    """The input is wrong. `errors` names each field and what is expected."""

    status, title = 422, "Invalid input"

    def __init__(self, detail: str, errors: Sequence[FieldError] = (), **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.errors = list(errors)

    @classmethod
    def field(cls, field: str, message: str) -> "Invalid":
        """One wrong field."""
        return cls(f"{field}: {message}", [{"field": field, "message": message}])


class TooMany(Problem):
    """Slow down; `retry_after` says for how many seconds."""

    status, title = 429, "Too many attempts"

    def __init__(self, detail: str, retry_after: int, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.retry_after = retry_after


class Unavailable(Problem):
    """The database cannot be reached just now. Repeating with the same Idempotency-Key is safe."""

    status, title = 503, "Not available just now"
