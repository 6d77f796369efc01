"""Server-sent events over plain ASGI: each event becomes bytes once, and the same bytes go to all who may see it.

A stream is authorized when it begins, holds no transaction, resumes by `Last-Event-ID`, and ends by itself after a
while (a little random, so that not all come back at once), when its right ends, and when the server stops.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, cast

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from warmline.app import App
from warmline.caller import Caller
from warmline.live.subscriber import AtOnce, Prepare, Subscriber, Told
from warmline.timeline.queries import cursor, shown, visible
from warmline.web.middleware import STRAIGHT
from warmline.web.watch import Watch

HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
ENDS = re.compile(r"\r\n|\r|\n")  # each of them ends a line of a stream, wherever the text came from
LONGEST_SEND = 30.0  # seconds a client may take to read a piece, before it is sent away to resume
BEAT = b": beat\n\n"
Frames = Callable[[Sequence[Told]], Awaitable[bytes]]
Bytes = Callable[[Sequence[Told]], bytes | None]


def frame(data: str, *, id: str | None = None, event: str | None = None) -> bytes:
    """One message; lines of the data each get their field."""
    lines = ([f"id: {id}"] if id else []) + ([f"event: {event}"] if event else [])
    return "\n".join([*lines, *(f"data: {line}" for line in ENDS.split(data)), "\n"]).encode()


def json_bytes(caller: Caller) -> Bytes:
    """The API's stream: every event the caller may see, as JSON."""

    def made(events: Sequence[Told]) -> bytes:
        return b"".join([_json_frame(told) for told in events if visible(told.event, caller)])

    return made


def _json_frame(told: Told) -> bytes:
    if "json" not in told.made:
        data = json.dumps(shown(told.event, told.names), separators=(",", ":"), ensure_ascii=False)
        told.made["json"] = frame(data, id=cursor(told.position), event=told.event.type)
    made: bytes = told.made["json"]
    return made


class EventStream(Response):
    """A response that stays open."""

    def __init__(
        self, app: App, watch: Watch, caller: Caller, place: int, *, plain: Bytes, frames: Frames | None = None,
        prepare: Prepare | None = None,
    ) -> None:  # fmt: skip
        """What the events become: `plain`, from what is there; where that gives None, `frames`, which may read.

        `prepare` reads, once for all streams like this one, what `plain` needs.
        """
        self.status_code = 200
        self.app, self.watch, self.caller, self.place = app, watch, caller, place
        self.plain, self.frames, self.prepare = plain, frames, prepare
        self.until = time.monotonic() + app.settings.stream_seconds * random.uniform(0.9, 1.0)  # noqa: S311
        self.raw_headers = list(HEADERS)
        self.background: BackgroundTask | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until it ends."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        subscribed = self.app.hub.subscribe(self.caller.organization_id, self.place, self.prepare)
        async with subscribed as subscriber, self.watch.follow(subscriber, self.caller):
            leaving = asyncio.create_task(_close_when_gone(receive, subscriber))
            subscriber.sender = asyncio.current_task()
            straight = scope.get(STRAIGHT, send)  # the layers between look at how an answer begins, and no further
            try:
                async for chunk in self._chunks(subscriber, self._at_once(straight)):
                    await self._send(straight, subscriber, chunk)
            except asyncio.CancelledError:
                if not subscriber.behind:  # else it does not read: the connection is dropped, and it resumes by its id
                    raise
            finally:
                subscriber.at_once = None
                leaving.cancel()
        if not subscriber.behind:
            with suppress(OSError):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send, subscriber: Subscriber, chunk: bytes) -> None:
        if sent_at_once(send, chunk):
            return
        try:
            async with asyncio.timeout(LONGEST_SEND):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            subscriber.behind = True
            subscriber.close()

    def _at_once(self, send: Send) -> AtOnce:
        def at_once(events: Sequence[Told]) -> bool:
            try:
                chunk = self.plain(events)
            except Exception:  # the stream's own task will meet it; the others are told
                return False
            return chunk is not None and (not chunk or sent_at_once(send, chunk))

        return at_once

    async def _chunks(self, subscriber: Subscriber, at_once: AtOnce) -> AsyncIterator[bytes]:
        yield (
            frame(json.dumps({"cursor": cursor(self.place)}), id=cursor(self.place), event="ready") + b"retry: 1000\n\n"
        )
        async for page in self.app.hub.missed(subscriber):
            yield await self._made(page)
        while not subscriber.closed and time.monotonic() < self.until:
            subscriber.at_once = at_once
            await subscriber.news.wait()
            subscriber.at_once = None  # what comes while the rest is sent waits its turn
            fresh = subscriber.take()
            yield await self._made(fresh) if fresh else BEAT

    async def _made(self, events: Sequence[Told]) -> bytes:
        """The frames, or a sign of life where none of them is for this client."""
        made = self.plain(events)
        if made is None and self.frames is not None:
            made = await self.frames(events)
        return made or BEAT


def sent_at_once(send: Send, chunk: bytes) -> bool:
    """Send without waiting; False where the client is slow to read, and nothing of it was sent.

    uvicorn's `send` waits, if it must, before it writes: one step of it has either written all, or nothing.
    """
    step = cast("Coroutine[Any, Any, None]", send({"type": "http.response.body", "body": chunk, "more_body": True}))
    try:
        step.send(None)
    except StopIteration:
        return True
    except Exception:  # the stream's own task will meet it, and knows what to do
        return False
    step.close()
    return False


async def _close_when_gone(receive: Receive, subscriber: Subscriber) -> None:
    message: Any = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
    subscriber.close()
