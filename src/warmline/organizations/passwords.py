"""Passwords: argon2, hashed in a thread; set through a one-time link, never shipped."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Invalid, NotFound
from warmline.ids import new_id
from warmline.organizations import secrets
from warmline.organizations.model import PasswordLink, User
from warmline.organizations.users import end_sessions, void_links
from warmline.timeline.record import Entry, record

LINK_LASTS = timedelta(days=3)
SHORTEST, LONGEST = 10, 200
T = TypeVar("T")
hands = ThreadPoolExecutor(2, "password")  # of their own: a flood of sign-ins must not hold up what else needs threads
hasher = PasswordHash((Argon2Hasher(),))
NOBODY = hasher.hash("nobody has this password")  # verified for unknown users, so that both answers take as long


async def hash_password(password: str) -> str:
    """The kept form of a password, in about 50 ms of another thread. Raises Invalid when too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid.field("password", f"expected {SHORTEST} to {LONGEST} characters")
    return await _slowly(hasher.hash, password)


async def verify(password: str, kept: str | None) -> bool:
    """Whether the password fits; as slow for a user that does not exist."""
    return await _slowly(hasher.verify, password, kept or NOBODY) and kept is not None


async def _slowly(work: Callable[..., T], *arguments: str) -> T:
    return await asyncio.get_running_loop().run_in_executor(hands, work, *arguments)


async def make_link(session: AsyncSession, caller: Caller, user_id: UUID, now: datetime) -> str:
    """The secret of a one-time link with which this person sets a password, good for three days."""
    await void_links(session, caller, user_id, now)
    secret, digest = secrets.make("link")
    link = {"id": new_id(), "user_id": user_id, "hash": digest, "created_at": now, "expires_at": now + LINK_LASTS}
    await session.execute(insert(PasswordLink).values(organization_id=caller.organization_id, **link))
    await record(session, caller, now, Entry("user.link_made", ("user", user_id)))
    return secret


async def who_may_set(session: AsyncSession, secret: str, now: datetime) -> tuple[UUID, UUID, UUID]:
    """(organization, user, link) of a link that is still good. Raises NotFound."""
    query = text("SELECT * FROM warmline.password_link(:secret)")
    row = (await session.execute(query, {"secret": secrets.digest(secret)})).one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise NotFound("This link was used before, has expired or never was. Ask an admin for a new one.")
    return row.organization_id, row.user_id, row.id


async def set_password(session: AsyncSession, caller: Caller, link_id: UUID, password: str, now: datetime) -> None:
    """Use the link up and set the password; earlier sessions of the person end. Raises NotFound, Invalid."""
    kept = await hash_password(password)
    link = (PasswordLink.organization_id == caller.organization_id, PasswordLink.id == link_id)
    used = update(PasswordLink).where(*link, PasswordLink.used_at.is_(None)).values(used_at=now)
    row = (await session.execute(used.returning(PasswordLink.user_id))).one_or_none()
    if row is None:
        raise NotFound("This link was used before. Ask an admin for a new one.")
    person = (User.organization_id == caller.organization_id, User.id == row.user_id)
    await session.execute(update(User).where(*person).values(password_hash=kept))
    await void_links(session, caller, row.user_id, now)
    await end_sessions(session, caller, row.user_id, now)
    await record(session, caller, now, Entry("user.password_set", ("user", row.user_id)))


async def change_password(session: AsyncSession, caller: Caller, old: str, new: str, now: datetime) -> None:
    """Set another password, by whoever knows the present one; their other sessions and their links end.

    Raises Invalid with `old` or `password`. The door counts the attempts: a stolen session must not try them all.
    """
    person = (User.organization_id == caller.organization_id, User.id == caller.user_id)
    kept = (await session.scalars(select(User.password_hash).where(*person))).one()
    if not await verify(old, kept):
        raise Invalid.field("old", "this is not your password; if you have lost it, ask an admin for a link")
    hashed = await hash_password(new)
    user_id = caller.user_id
    assert user_id is not None  # a cookie is a person's
    await session.execute(update(User).where(*person).values(password_hash=hashed))
    await void_links(session, caller, user_id, now)
    await end_sessions(session, caller, user_id, now, but=caller.credential_id)
    await record(session, caller, now, Entry("user.password_set", ("user", user_id)))
