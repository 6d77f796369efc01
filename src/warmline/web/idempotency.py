"""`Idempotency-Key`: the effect and its answer are written in one transaction, and a repeat gets the same answer.

Answers that hold a secret are kept without it: a repeat says that the thing was made, and shows the secret no more.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict, Invalid
from warmline.organizations.model import IdempotencyKey

LASTS = timedelta(hours=24)
LONGEST = 200
SECRETS = ("token", "secret", "set_password_url")
SHOWN_ONCE = "x-shown-once"
LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 7205759403792795))")


async def key_of(request: Request) -> str | None:
    """The key a write came with, in its header or (pages) in its form. Raises Invalid for one that cannot be one."""
    key = request.headers.get("idempotency-key")
    if key is None and "form" in request.headers.get("content-type", ""):
        value = (await request.form()).get("idempotency_key")
        key = value if isinstance(value, str) and value else None
    if key is not None and not (0 < len(key) <= LONGEST and key.isprintable()):
        raise Invalid.field("Idempotency-Key", f"expected 1 to {LONGEST} printable characters, as a UUID")
    return key


async def begin(session: AsyncSession, caller: Caller, key: str, digest: bytes, now: datetime) -> Response | None:
    """The earlier answer, where there is one. Raises Conflict while it is in flight, Invalid with another body."""
    if not await session.scalar(LOCK, {"key": f"{caller.organization_id}{key}"}):
        raise Conflict("A request with this Idempotency-Key is being worked on just now. Try again in a moment.")
    mine = (IdempotencyKey.organization_id == caller.organization_id, IdempotencyKey.key_hash == _hash(key))
    row = (await session.scalars(select(IdempotencyKey).where(*mine, IdempotencyKey.expires_at > now))).one_or_none()
    if row is None:
        return None
    if row.request_hash != digest:
        raise Invalid.field("Idempotency-Key", "this key was used for another request; use a new one")
    return _answer(row)


def _answer(row: IdempotencyKey) -> Response:
    kept: dict[str, Any] = json.loads(row.body) if row.body else {}
    headers = {**kept.get("headers", {}), "Idempotency-Replayed": "true"}
    content = kept.get("content", "").encode() if kept else b""
    return Response(content, row.status, headers)


async def finish(
    session: AsyncSession, caller: Caller, key: str, digest: bytes, response: Response, now: datetime
) -> None:
    """Keep the answer, in the same transaction as what it answers for."""
    if response.status_code >= 400:
        return
    if SHOWN_ONCE in response.headers:  # a page with a secret is not kept: a repeat is led to where it goes on
        response = Response(status_code=303, headers={"location": response.headers[SHOWN_ONCE]})
    values = {
        "request_hash": digest,
        "status": response.status_code,
        "body": json.dumps({"headers": _headers(response), "content": _without_secrets(bytes(response.body))}).encode(),
        "created_at": now,
        "expires_at": now + LASTS,
    }
    place = {"organization_id": caller.organization_id, "key_hash": _hash(key)}
    query = insert(IdempotencyKey).values(**place, **values)
    await session.execute(query.on_conflict_do_update(index_elements=list(place), set_=values))


def _headers(response: Response) -> dict[str, str]:
    return {
        name: value
        for name, value in response.headers.items()
        if name in ("content-type", "location", "etag", "hx-redirect")
    }


def _without_secrets(body: bytes) -> str:
    content = body.decode()
    if not content.startswith("{"):
        return content
    answer = json.loads(content)
    shown = {name: None if name in SECRETS else value for name, value in answer.items()}
    return content if shown == answer else json.dumps(shown)


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
