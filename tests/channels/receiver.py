"""The other side: a server that speaks plain HTTP and does as it is told, which no framework would let it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from warmline.channels.outcome import phrase

Reply = Callable[["Got", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Got:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """Keeps what came, and answers with `reply`."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    reply: Reply = field(default_factory=lambda: answering(200))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
            got = Got(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))
            self.got.append(got)
            await self.reply(got, writer)
        writer.close()


def answering(status: int, body: str = "", **headers: str) -> Reply:
    """Answer at once; names of headers with underscores for hyphens."""

    async def reply(got: Got, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} {phrase(status)}", f"Content-Length: {len(body.encode())}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", body]).encode())
        await writer.drain()

    return reply


def in_turn(*replies: Reply) -> Reply:
    """One after the other; the last one for all that follow."""
    left = list(replies)

    async def reply(got: Got, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(got, writer)

    return reply


async def dripping(got: Got, writer: asyncio.StreamWriter) -> None:
    """An answer that begins and never comes to an end, a byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.05)


async def hanging(got: Got, writer: asyncio.StreamWriter) -> None:
    """No answer at all."""
    await asyncio.sleep(3600)


@asynccontextmanager
async def receiver(reply: Reply | None = None) -> AsyncIterator[Receiver]:
    """One of them, until the block ends."""
    made = Receiver()
    made.reply = reply or made.reply
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.CancelledError):
            await made.serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
