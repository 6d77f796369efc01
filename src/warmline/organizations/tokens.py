"""Tokens for programs: made once, shown once, revoked at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Forbidden, NotFound
from warmline.ids import new_id
from warmline.organizations import secrets
from warmline.organizations.model import Token
from warmline.timeline.record import Entry, record


@dataclass(frozen=True)
class NewToken:
    """The only time the secret is there to be seen."""

    id: UUID
    secret: str


async def create_user_token(session: AsyncSession, caller: Caller, user_id: UUID, name: str, now: datetime) -> NewToken:
    """A token that acts as a user: for oneself, or by an admin."""
    if user_id != caller.user_id or caller.kind == "member":
        caller.must_be("admin")
    return await _create(session, caller, "user", user_id, name, now)


async def create_member_token(
    session: AsyncSession, caller: Caller, member_id: UUID, name: str, now: datetime
) -> NewToken:
    """A token that acts as a member's seat; admins only."""
    caller.must_be("admin")
    return await _create(session, caller, "member", member_id, name, now)


async def _create(session: AsyncSession, caller: Caller, kind: str, holder: UUID, name: str, now: datetime) -> NewToken:
    secret, digest = secrets.make(kind)
    made = NewToken(new_id(), secret)
    token = {"id": made.id, f"{kind}_id": holder, "name": name, "hash": digest, "created_at": now}
    await session.execute(insert(Token).values(organization_id=caller.organization_id, **token))
    data = {f"{kind}_id": str(holder)}
    await record(session, caller, now, Entry("token.created", ("token", made.id), data=data))
    return made


async def revoke_of_member(session: AsyncSession, caller: Caller, member_id: UUID, now: datetime) -> None:
    """End all tokens of a member, each with its event; admins only."""
    caller.must_be("admin")
    mine = (Token.organization_id == caller.organization_id, Token.member_id == member_id, Token.revoked_at.is_(None))
    ended = await session.scalars(update(Token).where(*mine).values(revoked_at=now).returning(Token.id))
    if entries := [Entry("token.revoked", ("token", id)) for id in ended]:
        await record(session, caller, now, *entries)


async def revoke_token(session: AsyncSession, caller: Caller, token_id: UUID, now: datetime) -> None:
    """End a token; its streams end with it. One's own, or by an admin. Raises NotFound."""
    mine = (Token.organization_id == caller.organization_id, Token.id == token_id)
    query = update(Token).where(*mine, Token.revoked_at.is_(None)).values(revoked_at=now)
    row = (await session.execute(query.returning(Token.user_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such token, or it was revoked before.")
    if (row.user_id is None or row.user_id != caller.user_id) and not caller.at_least("admin"):
        raise Forbidden("Only an admin revokes other people's tokens.")
    await record(session, caller, now, Entry("token.revoked", ("token", token_id)))
