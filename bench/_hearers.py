"""The peers of row 5: bare LISTEN, on one connection or on a thousand, and with a thousand tasks behind one.

Reads {"dsn", "connections", "tasks"} as JSON from the first line of stdin and prints "open" when all listen. For each
further line it prints {payload: [nanoseconds at which a connection, or a task, had it]} since the line before.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict

import asyncpg
import uvloop


class Hearers:
    """Everybody who hears, and what they have heard."""

    def __init__(self) -> None:
        self.heard: defaultdict[str, list[int]] = defaultdict(list)
        self.queues: list[asyncio.Queue[str]] = []

    def hear(self, payload: str) -> None:
        """One has it."""
        self.heard[payload].append(time.perf_counter_ns())

    def on_notify(self, *about: object) -> None:
        """asyncpg's callback: it is one that hears, or it tells the tasks."""
        payload = str(about[3])
        if not self.queues:
            self.hear(payload)
        for queue in self.queues:
            queue.put_nowait(payload)

    async def task(self, queue: "asyncio.Queue[str]") -> None:
        """One of the tasks behind a connection."""
        while True:
            self.hear(await queue.get())


async def main() -> None:
    """Listen, and report."""
    task, hearers = json.loads(await asyncio.to_thread(sys.stdin.readline)), Hearers()
    connections = [await asyncpg.connect(task["dsn"]) for _ in range(task["connections"])]
    for connection in connections:
        await connection.add_listener("bench", hearers.on_notify)
    hearers.queues = [asyncio.Queue() for _ in range(task["tasks"])]
    running = [asyncio.create_task(hearers.task(queue)) for queue in hearers.queues]
    print("open", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(hearers.heard), flush=True)
        hearers.heard.clear()
    for one in running:
        one.cancel()
    for connection in connections:
        connection.terminate()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
