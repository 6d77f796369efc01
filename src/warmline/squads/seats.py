"""Squads and members: making them, filling seats, leaving."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict, Forbidden, Invalid, NotFound
from warmline.ids import new_id
from warmline.organizations.tokens import NewToken, create_member_token
from warmline.organizations.users import get_user
from warmline.squads.model import Member, Squad
from warmline.timeline.record import Entry, record


async def create_squad(session: AsyncSession, caller: Caller, name: str, now: datetime) -> Squad:
    """A new squad; admins only. Names may repeat."""
    caller.must_be("admin")
    values = {"id": new_id(), "name": name, "created_at": now}
    query = insert(Squad).values(organization_id=caller.organization_id, **values).returning(Squad)
    squad = (await session.scalars(query)).one()
    await record(session, caller, now, Entry("squad.created", ("squad", squad.id)))
    return squad


async def rename_squad(session: AsyncSession, caller: Caller, squad_id: UUID, name: str, now: datetime) -> Squad:
    """Give a squad another name; admins only. The same name leaves no event. Raises NotFound."""
    caller.must_be("admin")
    squad = await get_squad(session, caller, squad_id, lock=True)
    if name != squad.name:
        mine = (Squad.organization_id == caller.organization_id, Squad.id == squad_id)
        await session.execute(update(Squad).where(*mine).values(name=name))
        await record(session, caller, now, Entry("squad.changed", ("squad", squad_id), data={"changed": ["name"]}))
        await session.refresh(squad)
    return squad


async def get_squad(
    session: AsyncSession, caller: Caller, squad_id: UUID, field: str | None = None, lock: bool = False
) -> Squad:
    """A squad of the caller's organization; with `lock`, held until the transaction ends.

    Raises NotFound, or Invalid where `field` says it came in a body.
    """
    query = select(Squad).where(Squad.organization_id == caller.organization_id, Squad.id == squad_id)
    query = query.with_for_update(key_share=True) if lock else query
    squad = (await session.scalars(query, execution_options={"populate_existing": lock})).one_or_none()
    if squad is None and field:
        raise Invalid.field(field, "there is no such squad; GET /squads lists them")
    if squad is None:
        raise NotFound("There is no such squad.")
    return squad


async def add_member(
    session: AsyncSession, caller: Caller, squad_id: UUID, kind: str, role: str, name: str | None,
    user_id: UUID | None, now: datetime,
) -> Member:  # fmt: skip
    """Fill a seat of a squad, with an agent or with a user; admins only. Raises Invalid, NotFound."""
    caller.must_be("admin")
    await get_squad(session, caller, squad_id)
    if kind == "agent" and user_id is not None:
        raise Invalid.field("user_id", "an agent's seat has no user; leave it out, or say kind: user")
    if kind == "user":
        name = name or await _name_of(session, caller, user_id)
    seat = {"id": new_id(), "squad_id": squad_id, "kind": kind, "role": role, "name": name or role, "user_id": user_id}
    query = insert(Member).values(organization_id=caller.organization_id, created_at=now, **seat).returning(Member)
    member = (await session.scalars(query)).one()
    data = {"squad_id": str(squad_id), "kind": kind, "role": role}
    await record(session, caller, now, Entry("member.added", ("member", member.id), data=data))
    return member


async def _name_of(session: AsyncSession, caller: Caller, user_id: UUID | None) -> str:
    if user_id is None:
        raise Invalid.field("user_id", "expected the id of the user who takes this seat")
    try:
        return (await get_user(session, caller, user_id)).name
    except NotFound:
        raise Invalid.field("user_id", "there is no such user; GET /users lists them") from None


async def get_member(session: AsyncSession, caller: Caller, member_id: UUID) -> Member:
    """A member of the caller's organization. Raises NotFound."""
    query = select(Member).where(Member.organization_id == caller.organization_id, Member.id == member_id)
    member = (await session.scalars(query)).one_or_none()
    if member is None:
        raise NotFound("There is no such member.")
    return member


async def token_for(session: AsyncSession, caller: Caller, member_id: UUID, name: str, now: datetime) -> NewToken:
    """A token that acts as the member. Raises NotFound, Forbidden, Conflict for a seat that was left."""
    caller.must_be("admin")
    member = await get_member(session, caller, member_id)
    if member.left_at is not None:
        raise Conflict("This member has left the squad; add a new one.")
    if member.user_id is not None and (await get_user(session, caller, member.user_id)).role == "owner":
        caller.must_be("owner")
    return await create_member_token(session, caller, member_id, name, now)


async def leave(session: AsyncSession, caller: Caller, member_id: UUID, now: datetime) -> None:
    """Empty a seat: its tokens stop at once, its work stays. Admins only. Raises NotFound."""
    if not caller.at_least("admin"):
        raise Forbidden("Only an admin takes members out of a squad.")
    await get_member(session, caller, member_id)
    seat = (Member.organization_id == caller.organization_id, Member.id == member_id, Member.left_at.is_(None))
    await session.execute(update(Member).where(*seat).values(left_at=now))
    await record(session, caller, now, Entry("member.left", ("member", member_id)))


async def members_of(session: AsyncSession, caller: Caller, squad_id: UUID) -> Select[Member]:
    """The query for everybody with a seat in the squad now. Raises NotFound."""
    await get_squad(session, caller, squad_id)
    return select(Member).where(
        Member.organization_id == caller.organization_id, Member.squad_id == squad_id, Member.left_at.is_(None)
    )
