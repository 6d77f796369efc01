"""Sending again, by hand, what has failed or was given up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.channels.lifecycle import Act, sources
from warmline.channels.model import Channel, Delivery
from warmline.channels.queries import get_delivery
from warmline.errors import Conflict
from warmline.timeline.record import Entry, record


async def redrive(session: AsyncSession, caller: Caller, delivery_id: UUID, now: datetime) -> tuple[Delivery, Channel]:
    """Due at once, with a whole schedule before it again. Raises NotFound, Forbidden, Conflict."""
    delivery, channel = await get_delivery(session, caller, delivery_id, lock=True)
    if channel.disabled_at is not None:
        raise Conflict("Its channel is disabled; enable that first.", state=delivery.state)
    if delivery.state not in sources(Act.REDRIVE):
        words = "it is on its way" if delivery.state == "pending" else "it has been sent"
        raise Conflict(f"This delivery is {delivery.state}: {words}.", state=delivery.state)
    was = delivery.state
    mine = (Delivery.organization_id == caller.organization_id, Delivery.id == delivery_id)
    again = {"state": "pending", "next_at": now, "finished_at": None, "attempts_before": Delivery.attempts}
    await session.execute(update(Delivery).where(*mine).values(**again))
    data = {"channel_id": str(channel.id), "event_id": str(delivery.event_id)}
    await record(session, caller, now, Entry("delivery.redriven", ("delivery", delivery_id), was, "pending", data=data))
    return await get_delivery(session, caller, delivery_id)
