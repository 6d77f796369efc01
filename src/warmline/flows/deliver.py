"""Deliveries go out: taken by a lease, sent outside of any transaction, and what came of it written down.

Between sending and writing down lies the moment in which a process can be killed: then it is sent again, under the
same id, once the lease has run out. At least once, never not at all.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.channels.message import Message
from warmline.channels.outcome import Outcome, failed
from warmline.channels.settle import Tried, settle
from warmline.channels.take import Room, take
from warmline.channels.target import Means
from warmline.channels.ways import send
from warmline.db.afterwards import Taken as Begun
from warmline.db.together import Together
from warmline.db.transaction import Database, tenants
from warmline.errors import Unavailable
from warmline.flows.letters import letter
from warmline.flows.loading import Loaded, loaded

EACH = 4  # tries at once on one channel: a target that hangs holds no more hands than these
SLOW = 3.0  # seconds; a channel whose last try took longer gets one hand, until it is quick again
OWN_LIMIT = 45.0  # seconds; every way has a shorter one, and the lease is longer
BROKEN = "Warmline could not make or send this; it is logged, and tried again."
DISABLED = "The channel is disabled."
log = structlog.get_logger()


class Courier:
    """Sends what is due; remembers for this process which channels are being sent on, and which are slow."""

    def __init__(self, database: Database, means: Means) -> None:
        self._database, self._means = database, means
        self._busy: Counter[UUID] = Counter()
        self._slow: set[UUID] = set()
        self._settling: dict[UUID, Together[Tried, None]] = {}

    async def take(self, session: AsyncSession, organization_id: UUID, now: datetime, room: int) -> Begun:
        """Take what is due and has room, with what is to be sent."""
        if room <= 0:
            return Begun(full=True)
        busy = {id: count for id, count in self._busy.items() if count}
        taken = await take(session, organization_id, now, Room(room, EACH, busy, frozenset(self._slow)))
        cargo = await loaded(session, organization_id, taken) if taken else []
        return Begun(left=[partial(self._carry, one) for one in cargo], full=bool(busy) and not taken)

    async def _carry(self, one: Loaded) -> None:
        begun, channel_id = time.perf_counter(), one.taken.channel_id
        self._busy[channel_id] += 1
        try:
            outcome = await self._tried(one)
            seconds = time.perf_counter() - begun
            (self._slow.add if seconds > SLOW else self._slow.discard)(channel_id)
            await self._settle(Tried(one.taken, outcome, round(seconds * 1000), random.random()))  # noqa: S311
        finally:
            self._busy[channel_id] -= 1

    async def _tried(self, one: Loaded) -> Outcome:
        """One try; whatever goes wrong is an outcome, so that it is seen with the delivery."""
        if one.disabled:  # in between, as the event was recorded
            return failed(DISABLED, lasting=True)
        try:
            async with asyncio.timeout(OWN_LIMIT):
                return await send(self._means, one.target, await self._message(one), one.at)
        except Unavailable:  # our own database: nothing was tried
            raise
        except TimeoutError:
            return failed(f"There was no end of it within {OWN_LIMIT:g} s.")
        except Exception:
            log.exception("courier.broken", delivery_id=str(one.taken.id), channel_id=str(one.taken.channel_id))
            return failed(BROKEN)

    async def _message(self, one: Loaded) -> Message:
        """What a program is told is there; for what people read, there is more to look up."""
        if one.target.kind == "webhook":
            return Message(one.taken.id, one.json, one.event.type)
        async with self._database.transaction(tenants([one.taken.organization_id])) as unit:
            return await letter(unit.session, one, self._means.address)

    async def _settle(self, tried: Tried) -> None:
        """With all of the organization that ended meanwhile: one commit for them."""
        organization_id = tried.taken.organization_id
        if (together := self._settling.get(organization_id)) is None:
            together = self._settling[organization_id] = Together(partial(self._settle_all, organization_id))
        await together.ask(tried)

    async def _settle_all(self, organization_id: UUID, batch: Sequence[Tried]) -> list[None]:
        async with self._database.transaction(tenants([organization_id])) as unit:
            await settle(unit.session, organization_id, batch, unit.now)
        return [None] * len(batch)
