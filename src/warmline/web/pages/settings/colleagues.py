"""The people of the organization, as the settings show them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from warmline.organizations.model import PasswordLink, Session, User
from warmline.web.act import Act
from warmline.web.pages.settings.shown import ROLES, Colleague
from warmline.web.pages.views import Choice

NAME = "Say what they are called, in one line."


def roles_for(act: Act) -> tuple[Choice, ...]:
    """The roles that the caller may give: only an owner makes owners."""
    return ROLES if act.caller.role == "owner" else ROLES[:-1]


async def colleagues(act: Act, people: Iterable[User]) -> tuple[Colleague, ...]:
    """People as the settings show them, with two further queries for all of them."""
    found = list(people)
    ids = [user.id for user in found]
    last, pending = await _last_sign_ins(act, ids), await _open_invitations(act, ids)
    return tuple(
        Colleague(
            user.id, user.name, user.email, user.role, _state(user, user.id in pending, user.id in last),
            last.get(user.id),
            user.id == act.caller.user_id,
        )
        for user in found
    )  # fmt: skip


def _state(user: User, is_invited: bool, has_signed_in: bool) -> str:
    if user.disabled_at is not None:
        return "disabled"
    if user.password_hash is not None or has_signed_in:
        return ""
    return "invited" if is_invited else "pending"


async def _last_sign_ins(act: Act, ids: list[UUID]) -> dict[UUID, datetime]:
    query = select(Session.user_id, func.max(Session.created_at)).where(
        Session.organization_id == act.caller.organization_id, Session.user_id.in_(ids)
    )
    rows = await act.session.execute(query.group_by(Session.user_id))
    return {row[0]: row[1] for row in rows}


async def _open_invitations(act: Act, ids: list[UUID]) -> set[UUID]:
    query = select(PasswordLink.user_id).where(
        PasswordLink.organization_id == act.caller.organization_id, PasswordLink.user_id.in_(ids),
        PasswordLink.used_at.is_(None), PasswordLink.expires_at > act.now,
    )  # fmt: skip
    return set(await act.session.scalars(query))
