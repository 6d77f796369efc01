"""People: adding them, their roles, letting them go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict, Forbidden, Invalid, NotFound
from warmline.ids import new_id
from warmline.organizations.model import PasswordLink, Session, Token, User
from warmline.timeline.record import Entry, record

OWNERS_IN_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:organization, 7205759403792799))")


def checked_email(text: str) -> str:
    """The address in the form we keep: valid, without deliverability checks, lower case. Raises Invalid."""
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as problem:
        raise Invalid.field("email", f"expected an e-mail address: {problem}") from None


async def add_user(session: AsyncSession, caller: Caller, email: str, name: str, role: str, now: datetime) -> User:
    """Add a person; admins only, and only an owner makes owners. Raises Conflict where the address is taken."""
    caller.must_be("owner" if role == "owner" else "admin")
    person = {"id": new_id(), "email": checked_email(email), "name": name, "role": role, "created_at": now}
    query = insert(User).values(organization_id=caller.organization_id, **person).returning(User)
    try:
        async with session.begin_nested():
            user = (await session.scalars(query)).one()
    except IntegrityError:
        raise Conflict(f"{person['email']} is already a user of this organization.") from None
    await record(session, caller, now, Entry("user.added", ("user", user.id), data={"role": role}))
    return user


async def get_user(session: AsyncSession, caller: Caller, user_id: UUID, lock: bool = False) -> User:
    """One person of the caller's organization; with `lock`, held until the transaction ends. Raises NotFound."""
    query = select(User).where(User.organization_id == caller.organization_id, User.id == user_id)
    if lock:
        query = query.with_for_update(key_share=True)
    user = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if user is None:
        raise NotFound("There is no such user.")
    return user


async def change_user(
    session: AsyncSession, caller: Caller, user_id: UUID, changes: dict[str, Any], now: datetime
) -> User:
    """Change name, role or whether the person may sign in (`disabled`); admins only, owners for owners.

    Disabling ends every session and token of the person, and with them their streams, at once; they are offline. Who
    becomes an owner loses theirs, too, and their password links: an admin may have made them, and must not become an
    owner by it. Raises NotFound, Forbidden, and Conflict for the last owner.
    """
    user = await get_user(session, caller, user_id, lock=True)
    caller.must_be("owner" if "owner" in (user.role, changes.get("role")) else "admin")
    if user.role == "owner" and (changes.get("role", "owner") != "owner" or changes.get("disabled")):
        await _check_other_owner(session, caller, user_id)
    if user.id == caller.user_id and {"role", "disabled"} & changes.keys():
        raise Forbidden("You cannot change your own role or disable yourself; ask another admin.")
    promoted = changes.get("role") == "owner" and user.role != "owner"
    values: dict[str, Any] = {name: changes[name] for name in ("name", "role") if name in changes}
    if "disabled" in changes:
        values["disabled_at"] = now if changes["disabled"] else None
    if changes.get("disabled"):
        values |= {"presence": "offline", "presence_since": now}
    if values:
        mine = (User.organization_id == caller.organization_id, User.id == user_id)
        await session.execute(update(User).where(*mine).values(**values))
    if changes.get("disabled") or promoted:
        await void_links(session, caller, user_id, now)
        await end_access(session, caller, user_id, now)
    shown = {name: value for name, value in changes.items() if name != "name"}
    await record(session, caller, now, Entry("user.changed", ("user", user_id), data=shown))
    await session.refresh(user)
    return user


async def _check_other_owner(session: AsyncSession, caller: Caller, user_id: UUID) -> None:
    """Raises Conflict for the last owner. One after the other: else two could each demote the other."""
    await session.execute(OWNERS_IN_TURN, {"organization": str(caller.organization_id)})
    owners = select(User.id).where(
        User.organization_id == caller.organization_id, User.role == "owner", User.disabled_at.is_(None)
    )
    if not set(await session.scalars(owners)) - {user_id}:
        raise Conflict("This is the last owner. Make somebody else an owner first; then this can be done.")


async def end_access(session: AsyncSession, caller: Caller, user_id: UUID, now: datetime) -> None:
    """End all sessions and tokens of a person."""
    await end_sessions(session, caller, user_id, now)
    mine = (Token.organization_id == caller.organization_id, Token.user_id == user_id, Token.revoked_at.is_(None))
    await session.execute(update(Token).where(*mine).values(revoked_at=now))


async def void_links(session: AsyncSession, caller: Caller, user_id: UUID, now: datetime) -> None:
    """No password link that was made for a person works any longer: only the newest ever does."""
    mine = (PasswordLink.organization_id == caller.organization_id, PasswordLink.user_id == user_id)
    await session.execute(update(PasswordLink).where(*mine, PasswordLink.used_at.is_(None)).values(used_at=now))


async def end_sessions(
    session: AsyncSession, caller: Caller, user_id: UUID, now: datetime, but: UUID | None = None
) -> None:
    """Sign a person out of every browser; `but` is the session that stays."""
    mine = (Session.organization_id == caller.organization_id, Session.user_id == user_id, Session.ended_at.is_(None))
    query = update(Session).where(*mine)
    await session.execute((query.where(Session.id != but) if but else query).values(ended_at=now))
