"""Signing in by the word of a provider: it says who somebody is, and never who may come in.

The first time, the e-mail address it has confirmed leads to somebody who is here already. From then on the subject
decides, which no provider gives to two people; an e-mail address may be somebody else's one day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict
from warmline.ids import new_id
from warmline.organizations.model import Identity
from warmline.organizations.users import end_sessions, get_user
from warmline.timeline.record import Entry, record

PEOPLE = text("SELECT * FROM warmline.people_by_identity(:issuer, :subject, :email)")
TAKEN = "This person is bound to another account at the provider. An admin of the organization can release it."


@dataclass(frozen=True)
class Vouched:
    """Whom a provider vouches for; `email` only where it has confirmed that the address is theirs."""

    issuer: str
    subject: str
    email: str | None


@dataclass(frozen=True)
class Known:
    """Somebody who is here: `bound` to this subject, or `taken` by another one, or neither yet."""

    organization_id: UUID
    organization: str
    user_id: UUID
    bound: bool
    taken: bool


async def known_as(session: AsyncSession, who: Vouched) -> list[Known]:
    """Everybody this may be who may sign in, in any organization."""
    named = {"issuer": who.issuer, "subject": who.subject, "email": who.email}
    return [Known(*row) for row in await session.execute(PEOPLE, named)]


def welcome(known: Sequence[Known]) -> list[Known]:
    """Where they come in. An address that is another subject's anywhere binds nobody new: it has changed hands."""
    changed_hands = any(one.taken for one in known)
    return [one for one in known if one.bound or not changed_hands]


async def bind(session: AsyncSession, caller: Caller, who: Vouched, now: datetime) -> None:
    """From now on this subject is this person. Nothing where it is already; raises Conflict where one is another's."""
    user_id = caller.user_id
    assert user_id is not None  # a person has come
    row = {"organization_id": caller.organization_id, "id": new_id(), "user_id": user_id, "created_at": now}
    new = insert(Identity).values(**row, issuer=who.issuer, subject=who.subject).on_conflict_do_nothing()
    if await session.scalar(new.returning(Identity.id)) is not None:
        await record(session, caller, now, Entry("user.identity_bound", ("user", user_id)))
    elif who.subject != await session.scalar(_bound(caller, who)):
        raise Conflict(TAKEN)


def _bound(caller: Caller, who: Vouched) -> Select[str]:
    mine = (Identity.organization_id == caller.organization_id, Identity.user_id == caller.user_id)
    return select(Identity.subject).where(*mine, Identity.issuer == who.issuer, Identity.released_at.is_(None))


async def release(session: AsyncSession, caller: Caller, user_id: UUID, now: datetime) -> None:
    """Bind the person to no account any longer: the next with their e-mail address is theirs; their sessions end.

    Admins only, owners for owners. Raises NotFound, Forbidden.
    """
    user = await get_user(session, caller, user_id, lock=True)
    caller.must_be("owner" if user.role == "owner" else "admin")
    mine = (Identity.organization_id == caller.organization_id, Identity.user_id == user_id)
    ended = update(Identity).where(*mine, Identity.released_at.is_(None)).values(released_at=now)
    if (await session.execute(ended.returning(Identity.id))).all():
        await end_sessions(session, caller, user_id, now)
        await record(session, caller, now, Entry("user.identity_released", ("user", user_id)))
