"""Who sends a request: what it brings to say so, and whom that belongs to.

An act looks its caller up with the statement that begins its transaction. Where a request waits, or shares its
transaction with others, it is looked up beforehand, together with all that ask at the same time. Nothing is
remembered from one request to the next: a revocation counts at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy import text

from warmline.caller import Caller
from warmline.db.together import Together
from warmline.db.transaction import Bind, Database
from warmline.errors import Unauthorized
from warmline.organizations import secrets
from warmline.organizations.defaults import REDACTION
from warmline.web import cookies

ALONE = """
SELECT now() AS now, c.*, set_config('warmline.organization_id', coalesce(c.organization_id::text, ''), true)
FROM (SELECT 1) AS one LEFT JOIN warmline."""
BY_TOKEN = ALONE + "caller_by_token($1) AS c ON true"
BY_SESSION = ALONE + "caller_by_session($1, now()) AS c ON true"
TOGETHER = text("""
SELECT asked.secret, c.* FROM unnest(CAST(:tokens AS bytea[])) AS asked (secret),
    warmline.caller_by_token(asked.secret) AS c
UNION ALL
SELECT asked.secret, c.* FROM unnest(CAST(:sessions AS bytea[])) AS asked (secret),
    warmline.caller_by_session(asked.secret, now()) AS c
""")
NAMES = ("organization_id", "kind", "id", "name", "role", "user_id", "member_id", "credential_id")
Found = Mapping[str, Any]


@dataclass(frozen=True)
class Credentials:
    """What came with a request to say who sent it."""

    secret: str
    is_token: bool

    @property
    def digest(self) -> bytes:
        """What we keep of it."""
        return secrets.digest(self.secret)

    def bind(self) -> Bind:
        """The statement that looks the caller up, binds the tenant and reads the time."""
        return Bind(BY_TOKEN if self.is_token else BY_SESSION, (self.digest,))


def credentials_of(request: Request) -> Credentials:
    """The bearer token, or else the cookie. Raises Unauthorized where there is neither."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return Credentials(secret.strip(), True)
    if cookie := cookies.read(request):
        return Credentials(cookie, False)
    raise Unauthorized("Send a token: `Authorization: Bearer TOKEN`, or sign in.")


def caller_of(found: Found | None, request: Request) -> Caller:
    """Who the credentials belong to. Raises Unauthorized where they are not, or no longer, good."""
    if found is None or found["organization_id"] is None:
        raise Unauthorized("This token or sign-in is not valid, or no longer. Get a new one and try again.")
    rows = {name: found[name] for name in NAMES}
    return Caller(**rows, request_id=request.state.request_id, hides=_hidden(found))


def _hidden(found: Found) -> frozenset[str]:
    """What is masked for this role: as the organization says, or as it is shipped. An agent wrote it itself."""
    own = found["hides"]
    return frozenset(REDACTION.get(found["role"], ()) if own is None else own)


class Callers:
    """Looks callers up, many with one statement."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._together: Together[Credentials, Found | None] = Together(self._look_up)

    async def find(self, credentials: Credentials) -> Found | None:
        """The row of the caller, if the credentials are good."""
        return await self._together.ask(credentials)

    async def _look_up(self, asked: Sequence[Credentials]) -> list[Found | None]:
        digests = [one.digest for one in asked]
        kinds = {"tokens": True, "sessions": False}
        values = {
            kind: [digest for one, digest in zip(asked, digests, strict=True) if one.is_token is token]
            for kind, token in kinds.items()
        }
        found = {row.secret: dict(row._mapping) for row in await self.database.look(TOGETHER, values)}
        return [found.get(digest) for digest in digests]
