"""Presence and capacity: who is there to take work, and how much of it at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Forbidden
from warmline.organizations.model import Session, User
from warmline.timeline.record import Entry, record

MOST = 100  # places; a constraint keeps it
WITH_SESSION = and_(Session.organization_id == User.organization_id, Session.user_id == User.id)
GONE = timedelta(minutes=5)  # without a page, and without one that is open: they have closed their laptop


@dataclass(frozen=True)
class Presence:
    """How somebody is there: available, busy, away or offline; since when; and how many handoffs they would hold."""

    status: str
    capacity: int
    since: datetime | None


async def get_presence(session: AsyncSession, caller: Caller, *, lock: bool = False) -> Presence | None:
    """The caller's own; None for an agent, which has none. With `lock`, it stays so until the transaction ends."""
    if caller.user_id is None:
        return None
    query = select(User.presence, User.capacity, User.presence_since)
    mine = (User.organization_id == caller.organization_id, User.id == caller.user_id)
    query = query.where(*mine).with_for_update() if lock else query.where(*mine)
    return Presence(*(await session.execute(query)).one())


async def set_presence(
    session: AsyncSession, caller: Caller, status: str | None, capacity: int | None, now: datetime
) -> Presence:
    """Say how one is there; what is None stays. People who take work only. Raises Forbidden.

    `since` moves only when the status does, and what changes nothing leaves no event.
    """
    user_id = _taker(caller)
    user = await _locked(session, caller, user_id)
    changes: dict[str, Any] = {}
    if status is not None and status != user.presence:
        changes |= {"presence": status, "presence_since": now}
    if capacity is not None and capacity != user.capacity:
        changes["capacity"] = capacity
    if changes:
        before = user.presence
        mine = (User.organization_id == caller.organization_id, User.id == user_id)
        await session.execute(update(User).where(*mine).values(**changes))
        await session.refresh(user)
        await record(session, caller, now, _entry(user_id, before, user.presence, changes))
    return Presence(user.presence, user.capacity, user.presence_since)


async def come_online(session: AsyncSession, caller: Caller, now: datetime) -> None:
    """Whoever signs in is available, unless they have said something else."""
    if caller.at_least("operator") and await _is(session, caller, "offline"):
        await set_presence(session, caller, "available", None, now)


async def go_offline(session: AsyncSession, caller: Caller, now: datetime) -> None:
    """Whoever has signed out of the last browser is not there any longer."""
    if caller.at_least("operator") and not await _is(session, caller, "offline"):
        await set_presence(session, caller, "offline", None, now)


async def unseen(
    session: AsyncSession, organization_id: UUID, user_ids: Collection[UUID], now: datetime
) -> dict[UUID, datetime]:
    """Who is signed in and has not been seen for some minutes, and when they last were.

    Whoever is signed in nowhere is as they say: a program says it for them. To say it anew is to be seen.
    """
    seen = func.greatest(func.max(Session.seen_at), User.presence_since)
    query = select(User.id, seen).join(Session, WITH_SESSION).where(
        User.organization_id == organization_id, User.id.in_(user_ids), Session.ended_at.is_(None),
        Session.expires_at > now,
    )  # fmt: skip
    rows = await session.execute(query.group_by(User.id, User.presence_since).having(seen < now - GONE))
    return {row[0]: row[1] for row in rows}


def _taker(caller: Caller) -> UUID:
    if caller.user_id is None or not caller.at_least("operator"):
        raise Forbidden("Presence says who takes work: it is for people with the role operator or higher.")
    return caller.user_id


async def _locked(session: AsyncSession, caller: Caller, user_id: UUID) -> User:
    mine = (User.organization_id == caller.organization_id, User.id == user_id)
    query = select(User).where(*mine).with_for_update(key_share=True)
    return (await session.scalars(query, execution_options={"populate_existing": True})).one()


async def _is(session: AsyncSession, caller: Caller, status: str) -> bool:
    found = await get_presence(session, caller)
    return found is not None and found.status == status


def _entry(user_id: UUID, before: str, after: str, changes: dict[str, Any]) -> Entry:
    data = {"capacity": changes["capacity"]} if "capacity" in changes else {}
    return Entry("user.presence", ("user", user_id), before, after, data=data)
