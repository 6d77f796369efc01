"""The event stream, as an iterator that comes back by itself."""

import time
from collections.abc import Generator
from types import TracebackType
from typing import Self

import httpx2

from warmline.sdk import wire
from warmline.sdk.answers import Event
from warmline.sdk.errors import WarmlineError
from warmline.sdk.listening import PATH, TIMES, Place
from warmline.sdk.sync.running import Runner


class Stream:
    """Events as they happen, without end: `for event in stream`. What drops is resumed.

    Nothing is missed, and nothing repeated. It begins with the first event asked for; in a `with` block, with
    the block. Raises Forbidden, Unauthorized, and Invalid for an `after` that is not of this log.
    """

    def __init__(self, client: Runner, after: str | None = None) -> None:
        self._client, self._place, self._heard = client, Place(after), self._listen()

    @property
    def last_event_id(self) -> str | None:
        """Where the stream is; a later one goes on from there, with `after`."""
        return self._place.last_event_id

    def __iter__(self) -> Self:
        """Itself."""
        return self

    def __next__(self) -> Event:
        """The next event, however long it takes."""
        while True:
            event = next(self._heard)
            if event is not None:
                return event

    def __enter__(self) -> Self:
        """Connect: what happens from here on is heard."""
        next(self._heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._heard.close()

    def _listen(self) -> Generator[Event | None, None, None]:
        """Every event; None where a connection begins."""
        while True:
            try:
                yield from self._connected()
                pause = self._place.pause()
            except WarmlineError as problem:
                pause = self._place.pause(problem)
            time.sleep(pause)

    def _connected(self) -> Generator[Event | None, None, None]:
        headers = self._place.headers()
        with wire.faults(), self._client.http.stream("GET", PATH, headers=headers, timeout=TIMES) as response:
            if response.status_code != 200:
                response.read()
            wire.check(response)
            for message in httpx2.EventSource(response):
                if message.data:
                    yield self._place.hear(message)
