"""Signing in with e-mail and password, and out. The choice of organization comes only after the password fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.ids import new_id
from warmline.organizations import secrets
from warmline.organizations.identities import Vouched
from warmline.organizations.model import Session
from warmline.organizations.passwords import verify
from warmline.organizations.presence import go_offline
from warmline.organizations.users import end_sessions
from warmline.timeline.record import Entry, record

SEEN = timedelta(seconds=50)  # it is written down at most this often that a session was seen: about once a minute
RENEWED = timedelta(hours=1)  # a session that is used moves its end on at most this often


@dataclass(frozen=True)
class Fit:
    """An organization in which the password fits, or to which a provider's word leads."""

    organization_id: UUID
    organization: str
    user_id: UUID
    who: Vouched | None = None


@dataclass(frozen=True)
class Person:
    """Somebody of that e-mail address, before the password was looked at."""

    organization_id: UUID
    organization: str
    user_id: UUID
    password_hash: str


async def people_of(session: AsyncSession, email: str) -> list[Person]:
    """Everybody with this e-mail address who may sign in, in any organization."""
    rows = await session.execute(text("SELECT * FROM warmline.people_by_email(:email)"), {"email": email})
    return [Person(*row) for row in rows]


async def fits(people: Sequence[Person], password: str) -> list[Fit]:
    """Where the password fits. Slow on purpose, and as slow for an unknown address; call it outside a transaction."""
    if not people:
        await verify(password, None)
    return [
        Fit(person.organization_id, person.organization, person.user_id)
        for person in people
        if await verify(password, person.password_hash)
    ]


async def open_session(
    session: AsyncSession, caller: Caller, now: datetime, lasts: timedelta, method: str = "password"
) -> str:
    """A new cookie's secret for a person who has just signed in, by this method: password, oidc, link, demo."""
    secret, digest = secrets.make("session")
    row = {"id": new_id(), "user_id": caller.user_id, "hash": digest, "created_at": now}
    row |= {"seen_at": now, "expires_at": now + lasts}
    await session.execute(insert(Session).values(organization_id=caller.organization_id, **row))
    await record(session, caller, now, Entry("user.signed_in", ("user", _person(caller)), data={"method": method}))
    return secret


async def keep_session(session: AsyncSession, caller: Caller, now: datetime, lasts: timedelta) -> bool:
    """Whoever uses a session is seen, and keeps it: its end moves on, at most once an hour. Says whether it did."""
    mine = (Session.organization_id == caller.organization_id, Session.id == caller.credential_id)
    unseen, end = Session.seen_at < now - SEEN, now + lasts
    ends = case((Session.expires_at < end - RENEWED, end), else_=Session.expires_at)
    noted = update(Session).where(*mine, unseen | (Session.expires_at < end - RENEWED))
    return await session.scalar(noted.values(seen_at=now, expires_at=ends).returning(Session.expires_at)) == end


async def note_seen(session: AsyncSession, organization_id: UUID, ids: Iterable[UUID], now: datetime) -> None:
    """The pages of these sessions are open: so somebody is there. What is open keeps no session from its end."""
    mine = (Session.organization_id == organization_id, Session.id.in_(ids), Session.seen_at < now - SEEN)
    await session.execute(update(Session).where(*mine).values(seen_at=now))


async def end_session(session: AsyncSession, caller: Caller, now: datetime) -> None:
    """Sign out of this browser; its streams end."""
    mine = (Session.organization_id == caller.organization_id, Session.id == caller.credential_id)
    await session.execute(update(Session).where(*mine, Session.ended_at.is_(None)).values(ended_at=now))
    await record(session, caller, now, Entry("user.signed_out", ("user", _person(caller))))
    if not await _is_signed_in(session, caller, now):
        await go_offline(session, caller, now)


async def end_all_sessions(session: AsyncSession, caller: Caller, now: datetime) -> None:
    """Sign out of every browser, this one too."""
    await end_sessions(session, caller, _person(caller), now)
    await record(session, caller, now, Entry("user.signed_out", ("user", _person(caller)), data={"everywhere": True}))
    await go_offline(session, caller, now)


async def _is_signed_in(session: AsyncSession, caller: Caller, now: datetime) -> bool:
    mine = (Session.organization_id == caller.organization_id, Session.user_id == caller.user_id)
    query = select(Session.id).where(*mine, Session.ended_at.is_(None), Session.expires_at > now).limit(1)
    return (await session.scalar(query)) is not None


def _person(caller: Caller) -> UUID:
    if caller.user_id is None:
        raise ValueError("only people sign in")
    return caller.user_id
