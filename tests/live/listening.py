"""A client of the event stream over a real connection, and events recorded by hand."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2

from tests.world import Actor, Tenant, until
from warmline.caller import Caller
from warmline.db.transaction import Database, Unit, tenant
from warmline.ids import new_id
from warmline.timeline.record import Entry, record


@dataclass(frozen=True)
class Frame:
    """One message of a stream."""

    id: str
    event: str
    data: dict[str, Any]


@dataclass
class Heard:
    """What a listener has heard so far."""

    frames: list[Frame] = field(default_factory=list)
    beats: int = 0
    ended: bool = False
    status: int = 0

    @property
    def types(self) -> list[str]:
        """The types of the events, the first frame left out."""
        return [frame.event for frame in self.events]

    @property
    def events(self) -> list[Frame]:
        """The events, without the first frame."""
        return [frame for frame in self.frames if frame.event != "ready"]

    @property
    def ids(self) -> list[str]:
        """The ids of the events in the history."""
        return [frame.data["id"] for frame in self.events]

    @property
    def last(self) -> str:
        """The cursor to resume by."""
        return self.frames[-1].id

    async def until(self, so: Callable[["Heard"], object], seconds: float = 10) -> None:
        """Wait until it is so."""

        async def look() -> object:
            return so(self)

        await until(look, seconds)

    async def counts(self, many: int, seconds: float = 10) -> None:
        """Wait until so many events have come."""
        await self.until(lambda it: len(it.events) >= many, seconds)

    async def mentions(self, subject: str, seconds: float = 10) -> None:
        """Wait until an event about this has come."""
        await self.until(lambda it: subject in [one.data["subject"]["id"] for one in it.events], seconds)

    def take(self, message: str) -> None:
        """One message as it came over the line."""
        lines = [line.partition(": ") for line in message.split("\n") if line and not line.startswith(":")]
        fields = {name: value for name, _, value in lines}
        if "data" in fields:
            self.frames.append(Frame(fields["id"], fields["event"], json.loads(fields["data"])))
        elif message.startswith(":"):
            self.beats += 1


@asynccontextmanager
async def listening(
    who: Actor, after: str | None = None, headers: dict[str, str] | None = None, address: str | None = None
) -> AsyncIterator[Heard]:
    """Listen while the block lasts; it begins when the first frame is there."""
    heard = Heard()
    wanted = (headers or {}) | ({"Last-Event-ID": after} if after else {})
    path = f"{address}/api/v1/events/stream" if address else "events/stream"
    task = asyncio.create_task(_listen(who.http, path, wanted, heard))
    try:
        await heard.until(lambda it: it.frames or it.ended)
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _listen(http: httpx2.AsyncClient, path: str, headers: dict[str, str], heard: Heard) -> None:
    buffer = ""
    try:
        async with http.stream("GET", path, headers=headers) as answer:
            heard.status = answer.status_code
            async for text in answer.aiter_text():
                *messages, buffer = (buffer + text).split("\n\n")
                for message in messages:
                    heard.take(message)
    except (httpx2.TransportError, httpx2.StreamError):
        pass
    finally:
        heard.ended = True


@asynccontextmanager
async def by_hand(database: Database, who: Tenant) -> AsyncIterator[tuple[Unit, UUID]]:
    """A transaction that has recorded one event, and commits at the end of the block; the event's subject."""
    subject = new_id()
    async with database.transaction(tenant(who.id)) as unit:
        caller = Caller(who.id, "user", who.admin.id, "Ada", "admin", user_id=who.admin.id)
        await record(unit.session, caller, unit.now, Entry("case.opened", ("case", subject), thread_id=subject))
        yield unit, subject


async def tell(database: Database, who: Tenant) -> UUID:
    """Record and commit one event."""
    async with by_hand(database, who) as (_, subject):
        return subject


def subjects(heard: Heard) -> list[UUID]:
    """What the events were about."""
    return [UUID(frame.data["subject"]["id"]) for frame in heard.events]


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """Fail where the block takes longer."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < seconds, f"it took {took:.2f} s"
