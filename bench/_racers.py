"""The load: people who claim the next one again and again until nothing waits, each on a connection that stays open.

Reads {"port", "path", "heads": [request header lines, one text per person]} as JSON from stdin, and prints
{"seconds", "latencies", "bodies"}. Raw HTTP/1.1 on uvloop, so that it costs the shared cores as little as it can.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

END = b"\r\n\r\n"


class Racer(asyncio.Protocol):
    """One person: asks, and asks again as soon as the answer is there; done at the first 204."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.bodies: list[bytes] = []
        self.last = 0.0
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        """Ready to start."""
        self.transport = transport

    def ask(self) -> None:
        """Send the request once more."""
        self.sent = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Take the answer as soon as it is whole."""
        self._got += data
        head, end, body = self._got.partition(END)
        status = head[9:12]
        if end and status == b"204":
            self.done.set_result(None)
        elif end and status != b"200":
            self.done.set_exception(RuntimeError(self._got.decode(errors="replace")))
        elif end and len(body) >= _length(head):
            self._take(body)

    def _take(self, body: bytes) -> None:
        self._got = b""
        self.last = time.perf_counter()
        self.latencies.append(self.last - self.sent)
        self.bodies.append(body)
        self.ask()

    def connection_lost(self, problem: Exception | None) -> None:
        """A server that hangs up is an error."""
        if not self.done.done():
            self.done.set_exception(problem or ConnectionError("the server hung up"))


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    return int(lower[start:].partition(b"\r\n")[0])


async def race(port: int, path: str, heads: list[str]) -> dict[str, Any]:
    """All at once, until nothing waits."""
    loop = asyncio.get_running_loop()
    racers = [
        Racer(f"POST {path} HTTP/1.1\r\nhost: bench\r\n{head}content-length: 0\r\n\r\n".encode()) for head in heads
    ]
    for racer in racers:
        await loop.create_connection(lambda racer=racer: racer, "127.0.0.1", port)  # type: ignore[misc]
    start = time.perf_counter()
    for racer in racers:
        racer.ask()
    await asyncio.gather(*(racer.done for racer in racers))
    return {
        "seconds": max(racer.last for racer in racers) - start,
        "latencies": [latency for racer in racers for latency in racer.latencies],
        "ids": [json.loads(body)["id"] for racer in racers for body in racer.bodies],
    }


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(race(**json.load(sys.stdin)))))
