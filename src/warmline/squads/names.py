"""The names behind ids, of people and of members."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.organizations.model import User
from warmline.squads.model import Member


async def names_of(session: AsyncSession, organization_id: UUID, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of users and members, by their ids; ids that are neither are left out."""
    wanted = {id for id in ids if id is not None}
    if not wanted:
        return {}
    these = any_(literal(list(wanted), ARRAY(Uuid)))  # one array: however many, the statement stays prepared
    users = select(User.id, User.name).where(User.organization_id == organization_id, User.id == these)
    members = select(Member.id, Member.name).where(Member.organization_id == organization_id, Member.id == these)
    return {row.id: row.name for row in await session.execute(union(users, members))}
