"""Writing down what came of tries, and what follows from it; for all that ended at the same time together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import job
from warmline.channels.lifecycle import State
from warmline.channels.model import Attempt, Channel, Delivery
from warmline.channels.outcome import Outcome
from warmline.channels.register import disable
from warmline.channels.take import Taken
from warmline.channels.tries import next_try
from warmline.timeline.record import Entry, record

GONE = "The receiver answered 410 Gone: it does not want to hear from us again."
SETTLE = text("""
UPDATE warmline.deliveries AS d SET state = new.state, attempts = new.attempts, next_at = new.next_at,
    finished_at = new.finished_at, last_error = new.last_error
FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:attempts AS integer[]), CAST(:next AS timestamptz[]),
    CAST(:finished AS timestamptz[]), CAST(:errors AS text[])) AS new (id, state, attempts, next_at, finished_at,
    last_error)
WHERE d.organization_id = :organization AND d.id = new.id
""")


@dataclass(frozen=True)
class Tried:
    """One try that has ended. `chance`, 0 to 1, places the next one within its spread."""

    taken: Taken
    outcome: Outcome
    milliseconds: int
    chance: float


@dataclass(frozen=True)
class Settled:
    """What becomes of a delivery."""

    delivery: Delivery
    tried: Tried
    state: State
    again: datetime | None

    @property
    def number(self) -> int:
        """Which attempt it was."""
        return self.delivery.attempts + 1


async def settle(session: AsyncSession, organization_id: UUID, tried: Sequence[Tried], now: datetime) -> None:
    """Record the tries of one organization and move their deliveries.

    What is no longer ours is left alone: its lease has run out, or an admin has disabled its channel.
    """
    gone = await _gone(session, organization_id, tried)  # before deliveries, as whoever disables a channel locks them
    held = await _held(session, organization_id, tried)
    settled = [_settled(held[one.taken.id], one, now) for one in tried if one.taken.id in held]
    if not settled:
        return
    await session.execute(insert(Attempt), [_attempt(one, now) for one in settled])
    await session.execute(SETTLE, _moves(organization_id, settled, now))
    caller = job("deliveries", organization_id)
    if died := [_death(one) for one in settled if one.state is State.DEAD]:
        await record(session, caller, now, *died)
    for channel in gone:
        await disable(session, caller, channel, GONE, now, status=410)


def _settled(delivery: Delivery, tried: Tried, now: datetime) -> Settled:
    outcome, failed = tried.outcome, delivery.attempts + 1 - delivery.attempts_before
    if outcome.ok:
        return Settled(delivery, tried, State.SENT, None)
    again = None if outcome.lasting else next_try(failed, now, tried.chance, outcome.retry_after)
    return Settled(delivery, tried, State.FAILED if again else State.DEAD, again)


async def _gone(session: AsyncSession, organization_id: UUID, tried: Iterable[Tried]) -> Sequence[Channel]:
    ids = sorted({one.taken.channel_id for one in tried if one.outcome.gone})
    if not ids:
        return []
    query = select(Channel).where(Channel.organization_id == organization_id, Channel.id == _any(ids))
    return (await session.scalars(query.order_by(Channel.id).with_for_update(key_share=True))).all()


async def _held(session: AsyncSession, organization_id: UUID, tried: Iterable[Tried]) -> dict[UUID, Delivery]:
    """Compare and set by the lease: another process may have taken one over."""
    leases = {one.taken.id: one.taken for one in tried}
    query = select(Delivery).where(Delivery.organization_id == organization_id, Delivery.id == _any(leases))
    found = await session.scalars(query.order_by(Delivery.id).with_for_update(key_share=True))
    return {
        one.id: one for one in found if (one.next_at, one.attempts) == (leases[one.id].lease, leases[one.id].attempts)
    }


def _any(ids: Iterable[UUID]) -> Any:
    """One array, so that the statement is the same however many there are, and stays prepared."""
    return any_(literal(list(ids), ARRAY(Uuid)))


def _attempt(one: Settled, now: datetime) -> dict[str, Any]:
    outcome = one.tried.outcome
    return {
        "organization_id": one.delivery.organization_id, "delivery_id": one.delivery.id, "number": one.number,
        "at": now, "ok": outcome.ok, "status": outcome.status, "detail": outcome.detail,
        "milliseconds": one.tried.milliseconds,
    }  # fmt: skip


def _moves(organization_id: UUID, settled: Sequence[Settled], now: datetime) -> dict[str, Any]:
    return {
        "organization": organization_id,
        "ids": [one.delivery.id for one in settled],
        "states": [one.state.value for one in settled],
        "attempts": [one.number for one in settled],
        "next": [one.again for one in settled],
        "finished": [None if one.again else now for one in settled],
        "errors": [None if one.tried.outcome.ok else one.tried.outcome.detail for one in settled],
    }


def _death(one: Settled) -> Entry:
    delivery = one.delivery
    data = {"channel_id": str(delivery.channel_id), "event_id": str(delivery.event_id), "attempts": one.number}
    return Entry("delivery.dead", ("delivery", delivery.id), delivery.state, "dead", data=data)
