"""Reading channels and deliveries; for admins and owners."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.channels.model import Attempt, Channel, Delivery
from warmline.errors import NotFound

LATELY = 200  # deliveries of one channel
WITH_CHANNEL = and_(Channel.organization_id == Delivery.organization_id, Channel.id == Delivery.channel_id)


def channels(caller: Caller, kind: str | None = None) -> Select[Channel]:
    """All channels of the caller's organization, of one kind or of all. Raises Forbidden."""
    caller.must_be("admin")
    query = select(Channel).where(Channel.organization_id == caller.organization_id)
    return query.where(Channel.kind == kind) if kind else query


async def get_channel(
    session: AsyncSession, caller: Caller, channel_id: UUID, kind: str | None = None, lock: bool = False
) -> Channel:
    """One channel; with `lock`, held until the transaction ends. Raises NotFound, Forbidden."""
    query = channels(caller, kind).where(Channel.id == channel_id)
    query = query.with_for_update(key_share=True) if lock else query
    channel = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if channel is None:
        raise NotFound(f"There is no such {kind or 'channel'}.")
    return channel


def deliveries(caller: Caller, state: str | None = None, channel_id: UUID | None = None) -> Select[Delivery, Channel]:
    """Deliveries of the caller's organization, each with its channel. Raises Forbidden."""
    caller.must_be("admin")
    query = select(Delivery, Channel).join(Channel, WITH_CHANNEL).where(
        Delivery.organization_id == caller.organization_id
    )  # fmt: skip
    query = query.where(Delivery.state == state) if state else query
    return query.where(Delivery.channel_id == channel_id) if channel_id else query


async def get_delivery(
    session: AsyncSession, caller: Caller, delivery_id: UUID, lock: bool = False
) -> tuple[Delivery, Channel]:
    """One delivery and its channel; with `lock`, the delivery is held. Raises NotFound, Forbidden."""
    query = deliveries(caller).where(Delivery.id == delivery_id)
    query = query.with_for_update(key_share=True, of=Delivery) if lock else query
    row = (await session.execute(query, execution_options={"populate_existing": True})).one_or_none()
    if row is None:
        raise NotFound("There is no such delivery.")
    return row[0], row[1]


async def attempts_of(session: AsyncSession, delivery: Delivery) -> Sequence[Attempt]:
    """Every try, oldest first; of very many the last 100."""
    mine = (Attempt.organization_id == delivery.organization_id, Attempt.delivery_id == delivery.id)
    query = select(Attempt).where(*mine).order_by(Attempt.number.desc()).limit(100)
    return list(reversed((await session.scalars(query)).all()))


async def last_test(session: AsyncSession, channel: Channel) -> Delivery | None:
    """The newest test of a channel, where it is among what went out lately: no more than that is looked through."""
    mine = (Delivery.organization_id == channel.organization_id, Delivery.channel_id == channel.id)
    lately = select(Delivery.id, Delivery.event_type).where(*mine).order_by(Delivery.id.desc()).limit(LATELY).subquery()
    newest = select(lately.c.id).where(lately.c.event_type == "channel.tested").order_by(lately.c.id.desc()).limit(1)
    query = select(Delivery).where(*mine, Delivery.id == newest.scalar_subquery())
    return (await session.scalars(query)).one_or_none()
