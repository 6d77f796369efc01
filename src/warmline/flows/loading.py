"""What deliveries carry, read for all that were taken together: the event, and the channel it goes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.channels.model import Channel
from warmline.channels.take import LEASE, Taken
from warmline.channels.target import Target
from warmline.squads.names import names_of
from warmline.timeline.model import Event
from warmline.timeline.queries import COLUMNS, EventRow, shown


@dataclass(frozen=True)
class Loaded:
    """A delivery with its event (`json` as in `GET /events`) and its target, taken `at`."""

    taken: Taken
    target: Target
    event: EventRow
    json: dict[str, Any]
    at: datetime
    disabled: bool


async def loaded(session: AsyncSession, organization_id: UUID, taken: Sequence[Taken]) -> list[Loaded]:
    """Each with what it carries."""
    channels = await _channels(session, organization_id, {one.channel_id for one in taken})
    events = await _events(session, organization_id, {one.event_id for one in taken})
    names = await names_of(session, organization_id, [event.actor_id for event in events.values()])
    return [
        Loaded(
            one, _target(channel := channels[one.channel_id]), event := events[one.event_id], shown(event, names),
            one.lease - LEASE, channel.disabled_at is not None,
        )
        for one in taken
    ]  # fmt: skip


def _target(channel: Channel) -> Target:
    return Target(channel.id, channel.kind, channel.name, channel.config, channel.secrets)


async def _channels(session: AsyncSession, organization_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Channel]:
    query = select(Channel).where(Channel.organization_id == organization_id, Channel.id == _any(ids))
    return {one.id: one for one in await session.scalars(query)}


async def _events(session: AsyncSession, organization_id: UUID, ids: Iterable[UUID]) -> dict[UUID, EventRow]:
    query = select(*COLUMNS).where(Event.organization_id == organization_id, Event.id == _any(ids))
    return {row.id: row for row in await session.execute(query)}


def _any(ids: Iterable[UUID]) -> Any:
    """One array, so that the statement is the same however many there are, and stays prepared."""
    return any_(literal(list(ids), ARRAY(Uuid)))
