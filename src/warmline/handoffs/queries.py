"""Reading handoffs: the queue in its order, one's own, lists."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.handoffs.access import readable
from warmline.handoffs.model import Handoff, Package

ORDER = (Handoff.place, Handoff.due_at, Handoff.id)  # exactly the index of the queue
CLOSED_ORDER = (Handoff.closed_at, Handoff.id)  # read backwards: what ended last is first
WITH_PACKAGE = and_(Package.organization_id == Handoff.organization_id, Package.handoff_id == Handoff.id)


def listed(caller: Caller, state: str | None = None, squad_id: UUID | None = None) -> Select[Handoff, Package]:
    """Handoffs a caller may read, each with its package."""
    query = (
        select(Handoff, Package)
        .join(Package, WITH_PACKAGE)
        .where(Handoff.organization_id == caller.organization_id, readable(caller))
    )
    if state:
        query = query.where(Handoff.state == state)
    return query.where(Handoff.squad_id == squad_id) if squad_id else query


def waiting(caller: Caller, squad_id: UUID | None = None) -> list[ColumnElement[bool]]:
    """What is in the caller's queue: ready, and not escalated by themselves."""
    conditions = [
        Handoff.organization_id == caller.organization_id,
        Handoff.state == "ready",
        Handoff.escalated_by_user_id.is_distinct_from(caller.user_id),
    ]
    return [*conditions, Handoff.squad_id == squad_id] if squad_id else conditions


async def queue(
    session: AsyncSession, caller: Caller, squad_id: UUID | None = None, most: int = 200,
    only: Sequence[ColumnElement[bool]] = (),
) -> Sequence[tuple[Handoff, Package]]:  # fmt: skip
    """The queue in its order: pinned first, then by due time; `only` what meets more conditions."""
    query = select(Handoff, Package).join(Package, WITH_PACKAGE).where(*waiting(caller, squad_id), *only)
    return [(row[0], row[1]) for row in await session.execute(query.order_by(*ORDER).limit(most))]


async def count(
    session: AsyncSession, caller: Caller, squad_id: UUID | None, only: Sequence[ColumnElement[bool]]
) -> int:
    """How many of the queue meet more conditions."""
    query = select(func.count()).select_from(Handoff).join(Package, WITH_PACKAGE)
    return (await session.scalars(query.where(*waiting(caller, squad_id), *only))).one()


async def count_waiting(session: AsyncSession, caller: Caller) -> int:
    """How many wait in the caller's queue."""
    return (await session.scalars(select(func.count()).select_from(Handoff).where(*waiting(caller)))).one()


async def held_by(
    session: AsyncSession, organization_id: UUID, user_ids: Sequence[UUID] | None = None
) -> dict[UUID, int]:
    """How many handoffs each of these people (or everybody) has claimed; who holds none is left out."""
    query = select(Handoff.claimed_by, func.count()).where(
        Handoff.organization_id == organization_id, Handoff.state == "claimed"
    )
    query = query if user_ids is None else query.where(Handoff.claimed_by.in_(user_ids))
    rows = await session.execute(query.group_by(Handoff.claimed_by))
    return {who: count for who, count in rows if who is not None}


async def mine(session: AsyncSession, caller: Caller) -> Sequence[tuple[Handoff, Package]]:
    """What the caller has claimed, the lease that ends first on top."""
    query = select(Handoff, Package).join(Package, WITH_PACKAGE).where(
        Handoff.organization_id == caller.organization_id, Handoff.state == "claimed",
        Handoff.claimed_by == caller.user_id,
    )  # fmt: skip
    return [(row[0], row[1]) for row in await session.execute(query.order_by(Handoff.wakes_at))]


async def package_of(session: AsyncSession, handoff: Handoff) -> Package:
    """The story that came with a handoff the caller was allowed to read."""
    query = select(Package).where(Package.organization_id == handoff.organization_id, Package.handoff_id == handoff.id)
    return (await session.scalars(query, execution_options={"populate_existing": True})).one()


async def latest_of_case(session: AsyncSession, caller: Caller, case_id: UUID) -> Handoff | None:
    """The case's newest handoff that the caller may read: the open one, where there is one."""
    query = select(Handoff).where(
        Handoff.organization_id == caller.organization_id, Handoff.case_id == case_id, readable(caller)
    )
    return (await session.scalars(query.order_by(Handoff.id.desc()).limit(1))).one_or_none()
