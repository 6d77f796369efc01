"""How channels are doing: what went out last on each, what waits, what was given up. For admins and owners."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal_column, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from warmline.caller import Caller
from warmline.channels.model import Channel, Delivery

DEAD: ColumnElement[bool] = literal_column("state = 'dead'")  # as the index has it


@dataclass(frozen=True)
class Health:
    """The newest delivery of a channel, where there is one, and how many are in each state but sent."""

    last: Delivery | None = None
    pending: int = 0
    failed: int = 0
    dead: int = 0


async def health(session: AsyncSession, caller: Caller) -> Mapping[UUID, Health]:
    """How each channel of the caller's organization is doing. Raises Forbidden."""
    caller.must_be("admin")
    many, newest = await unsent(session, caller), await _newest(session, caller)
    return {id: Health(newest.get(id), **many.get(id, {})) for id in {*many, *newest}}


async def unsent(session: AsyncSession, caller: Caller) -> Mapping[UUID, Mapping[str, int]]:
    """How many deliveries of each channel are pending, failed or dead. Raises Forbidden."""
    caller.must_be("admin")
    found: dict[UUID, dict[str, int]] = {}
    for query in (_counted().where(Delivery.next_at.is_not(None)), _counted().where(DEAD)):
        rows = await session.execute(query.where(Delivery.organization_id == caller.organization_id))
        for channel_id, state, many in rows:
            found.setdefault(channel_id, {})[state] = many
    return found


def _counted() -> Select[UUID, str, int]:
    by = (Delivery.channel_id, Delivery.state)
    return select(*by, func.count()).group_by(*by)


async def count_sent(session: AsyncSession, caller: Caller, channel_id: UUID | None, most: int) -> int:
    """How many were sent, counted up to `most`. Raises Forbidden."""
    caller.must_be("admin")
    query = select(Delivery.id).where(Delivery.organization_id == caller.organization_id, Delivery.state == "sent")
    query = query.where(Delivery.channel_id == channel_id) if channel_id else query
    return (await session.scalars(select(func.count()).select_from(query.limit(most).subquery()))).one()


async def _newest(session: AsyncSession, caller: Caller) -> Mapping[UUID, Delivery]:
    mine = (Delivery.organization_id == Channel.organization_id, Delivery.channel_id == Channel.id)
    last = aliased(Delivery, select(Delivery).where(*mine).order_by(Delivery.id.desc()).limit(1).lateral())
    query = (
        select(last).select_from(Channel).join(last, true()).where(Channel.organization_id == caller.organization_id)
    )
    return {one.channel_id: one for one in await session.scalars(query)}
