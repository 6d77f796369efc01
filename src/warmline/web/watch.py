"""Streams outlive the request that opened them: this keeps them alive, and ends those whose right has ended.

A revocation is an event like any other, so it is seen at once; a look every few seconds is the net beneath.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog

from warmline.caller import Caller
from warmline.db.transaction import Database, tenant
from warmline.live.hub import Hub
from warmline.live.subscriber import Subscriber, Told
from warmline.organizations.sign_in import note_seen
from warmline.squads.credentials import still_good

NOTE = 60.0  # seconds; how often it is written down whose pages are open
LOOK = 3.0  # seconds; streams end within 5 s of a revocation, also where its event was lost
ENDING = frozenset(
    {
        *("token.revoked", "user.changed", "user.signed_out", "user.password_set", "user.identity_released"),
        "member.left",
    }
)
log = structlog.get_logger()


class Watch:
    """All open streams of this process, with who opened them."""

    def __init__(self, database: Database, hub: Hub, heartbeat: float) -> None:
        self.database, self.heartbeat = database, heartbeat
        self.streams: dict[Subscriber, Caller] = {}
        self._woken = asyncio.Event()
        hub.on_event.append(self._look_at)

    @asynccontextmanager
    async def follow(self, subscriber: Subscriber, caller: Caller) -> AsyncIterator[None]:
        """Watch over a stream while it is open."""
        self.streams[subscriber] = caller
        try:
            yield
        finally:
            del self.streams[subscriber]

    def _look_at(self, organization_id: UUID, events: Sequence[Told]) -> None:
        changed = {told.event.subject_id for told in events if told.event.type == "user.changed"}
        anew = any("redaction" in told.event.data.get("changed", ()) for told in events)
        for subscriber, caller in self.streams.items():
            # The role, or what is hidden from it, may be another one: the client comes back, and is looked at anew.
            if caller.user_id in changed or (anew and caller.organization_id == organization_id):
                subscriber.close()
        if any(told.event.type in ENDING for told in events):
            self._woken.set()

    async def run(self) -> None:
        """Beat and look, until cancelled."""
        await asyncio.gather(self._beat(), self._look(), self._note())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.heartbeat)
            for subscriber in tuple(self.streams):
                subscriber.beat()

    async def _note(self) -> None:
        while True:
            await asyncio.sleep(NOTE)
            try:
                await self.note_who_is_there()
            except Exception as problem:
                log.warning("watch.not_noted", reason=str(problem))

    async def note_who_is_there(self) -> None:
        """Whose pages are open is seen; a token's streams say nothing of a person."""
        for organization_id in {caller.organization_id for caller in self.streams.values()}:
            mine = [caller for caller in self.streams.values() if caller.organization_id == organization_id]
            ids = {caller.credential_id for caller in mine if caller.user_id and caller.credential_id}
            async with self.database.transaction(tenant(organization_id)) as unit:
                await note_seen(unit.session, organization_id, ids, unit.now)

    async def _look(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.end_those_without_right()
            except Exception as problem:
                log.warning("watch.failed", reason=str(problem))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK)

    async def end_those_without_right(self) -> None:
        """Close every stream whose token or session is no longer good."""
        for organization_id in {caller.organization_id for caller in self.streams.values()}:
            mine = {s: c for s, c in self.streams.items() if c.organization_id == organization_id}
            async with self.database.transaction(tenant(organization_id)) as unit:
                ids = {caller.credential_id for caller in mine.values() if caller.credential_id}
                good = await still_good(unit.session, organization_id, ids, unit.now)
            for subscriber, caller in mine.items():
                if caller.credential_id not in good:
                    subscriber.close()
