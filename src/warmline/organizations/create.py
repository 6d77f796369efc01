"""A new organization: the tenant, its first owner, its close reasons."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict
from warmline.ids import new_id
from warmline.organizations.defaults import CLOSE_REASONS
from warmline.organizations.model import CloseReason, Organization, User
from warmline.organizations.passwords import make_link
from warmline.organizations.tokens import create_user_token
from warmline.organizations.users import checked_email
from warmline.timeline.record import Entry, record


@dataclass(frozen=True)
class NewOrganization:
    """What `warmline org create` prints."""

    organization_id: UUID
    owner_id: UUID
    token: str
    link: str


async def create_organization(
    session: AsyncSession, name: str, owner_email: str, now: datetime, owner_name: str | None = None
) -> NewOrganization:
    """Make the tenant with its first owner, a token and a set-password link. Raises Invalid for a bad address."""
    email = checked_email(owner_email)
    organization, owner = new_id(), new_id()
    await session.execute(BIND, {"organization": str(organization)})
    caller = Caller(organization, "user", owner, owner_name or email, "owner", user_id=owner)
    await session.execute(insert(Organization).values(id=organization, name=name))
    person = {"organization_id": organization, "id": owner, "email": email, "name": caller.name, "role": "owner"}
    await session.execute(insert(User).values(**person))
    await session.execute(insert(CloseReason).values(_close_reasons(organization)))
    await record(session, caller, now, Entry("organization.created", ("organization", organization)))
    token = await create_user_token(session, caller, owner, "first token", now)
    return NewOrganization(organization, owner, token.secret, await make_link(session, caller, owner, now))


async def be_the_first(session: AsyncSession) -> None:
    """Hold the door of an empty server until the transaction ends. Raises Conflict where somebody came before."""
    await session.execute(text("SELECT pg_advisory_xact_lock(7205759403792797)"))
    if not await session.scalar(text("SELECT warmline.is_empty()")):
        raise Conflict("An organization has been made in the meantime. Sign in, or ask its owner for a link.")


BIND = text("SELECT set_config('warmline.organization_id', :organization, true)")


def _close_reasons(organization: UUID) -> list[dict[str, object]]:
    names = ("key", "label", "help", "requires_notes")
    return [
        {"organization_id": organization, "position": position, **dict(zip(names, reason, strict=True))}
        for position, reason in enumerate(CLOSE_REASONS)
    ]
