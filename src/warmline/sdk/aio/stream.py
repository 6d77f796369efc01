"""The event stream, as an iterator that comes back by itself."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Self

import httpx2

from warmline.sdk import wire
from warmline.sdk.aio.running import AsyncRunner
from warmline.sdk.answers import Event
from warmline.sdk.errors import WarmlineError
from warmline.sdk.listening import PATH, TIMES, Place


class AsyncStream:
    """Events as they happen, without end: `async for event in stream`. What drops is resumed.

    Nothing is missed, and nothing repeated. It begins with the first event asked for; in an `async with` block, with
    the block. Raises Forbidden, Unauthorized, and Invalid for an `after` that is not of this log.
    """

    def __init__(self, client: AsyncRunner, after: str | None = None) -> None:
        self._client, self._place, self._heard = client, Place(after), self._listen()

    @property
    def last_event_id(self) -> str | None:
        """Where the stream is; a later one goes on from there, with `after`."""
        return self._place.last_event_id

    def __aiter__(self) -> Self:
        """Itself."""
        return self

    async def __anext__(self) -> Event:
        """The next event, however long it takes."""
        while True:
            event = await anext(self._heard)
            if event is not None:
                return event

    async def __aenter__(self) -> Self:
        """Connect: what happens from here on is heard."""
        await anext(self._heard)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        await self._heard.aclose()

    async def _listen(self) -> AsyncGenerator[Event | None, None]:
        """Every event; None where a connection begins."""
        while True:
            try:
                async with aclosing(self._connected()) as events:  # hanging up must not wait for the collector
                    async for event in events:
                        yield event
                pause = self._place.pause()
            except WarmlineError as problem:
                pause = self._place.pause(problem)
            await asyncio.sleep(pause)

    async def _connected(self) -> AsyncGenerator[Event | None, None]:
        headers = self._place.headers()
        with wire.faults():
            async with self._client.http.stream("GET", PATH, headers=headers, timeout=TIMES) as response:
                if response.status_code != 200:
                    await response.aread()
                wire.check(response)
                async for message in httpx2.EventSource(response):
                    if message.data:
                        yield self._place.hear(message)
