"""A small TCP proxy that fails on purpose: refuses, cuts, answers by itself."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


@dataclass(frozen=True)
class Cut:
    """Hand the request on, and drop the connection after so many bytes of the answer."""

    after: int = 0


@dataclass(frozen=True)
class Say:
    """Answer by itself; the server hears nothing."""

    status: str
    headers: tuple[str, ...] = ()
    body: bytes = b""

    def text(self) -> bytes:
        """The answer as it is sent."""
        lines = [f"HTTP/1.1 {self.status}", *self.headers, f"Content-Length: {len(self.body)}", "Connection: close"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass
class Proxy:
    """Each connection that asks for something takes the next fault; where none is left, it is passed through."""

    target: int
    faults: deque[Cut | Say] = field(default_factory=deque)
    requests: list[bytes] = field(default_factory=list)
    open: set[Writer] = field(default_factory=set)
    address: str = ""

    def fail(self, *faults: Cut | Say) -> None:
        """The next connections fail like this; those that stand are dropped, so that the next request makes one."""
        self.faults.extend(faults)
        self.drop()

    def drop(self) -> None:
        """Cut every connection that stands."""
        for writer in self.open:
            writer.transport.abort()

    def keys(self) -> list[str]:
        """The Idempotency-Key of each request that came."""
        heads = [request.partition(b"\r\n\r\n")[0].decode().split("\r\n") for request in self.requests]
        return [
            line.partition(": ")[2] for head in heads for line in head if line.lower().startswith("idempotency-key")
        ]

    def asked(self, times: int) -> Callable[[], Awaitable[bool]]:
        """For `until`: whether so many writes have come."""

        async def look() -> bool:
            return len(self.keys()) >= times

        return look

    async def handle(self, reader: Reader, writer: Writer) -> None:
        """One connection."""
        self.open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._handle(reader, writer)
        self.open.discard(writer)
        writer.transport.abort()

    async def _handle(self, reader: Reader, writer: Writer) -> None:
        first = await reader.read(1 << 16)
        if not first:
            return
        self.requests.append(first)
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, Say):
            writer.write(fault.text())
            await writer.drain()
            return
        up_reader, up = await asyncio.open_connection("127.0.0.1", self.target)
        up.write(first)
        try:
            await self._both(reader, up, up_reader, writer, fault)
        finally:
            up.transport.abort()

    async def _both(self, reader: Reader, up: Writer, up_reader: Reader, writer: Writer, fault: Cut | None) -> None:
        upward = asyncio.create_task(self._upward(reader, up))
        left = fault.after if fault else None
        try:
            while data := await up_reader.read(1 << 16):
                data = data if left is None else data[:left]
                left = None if left is None else left - len(data)
                writer.write(data)
                await writer.drain()
                if left == 0:
                    return
        finally:
            upward.cancel()

    async def _upward(self, reader: Reader, up: Writer) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                self.requests.append(data)
                up.write(data)
                await up.drain()
        up.transport.abort()


@asynccontextmanager
async def proxied(target: int) -> AsyncIterator[Proxy]:
    """A proxy in front of this port."""
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.drop()
        await server.wait_closed()
