"""A thousand people's streams in one process, as cheaply as Python can read them: what came, and when.

Reads {"port", "path", "tokens", "pattern"} as JSON from the first line of stdin and prints "open" when every stream
has begun. For each further line it prints {id: [nanoseconds at which a stream had it]} since the line before; `id` is
what the pattern finds in what comes in.
"""

import json
import os
import re
import select
import socket
import time
from collections import defaultdict
from typing import Any

STDIN = 0


def _opened(port: int, path: str, token: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(f"GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n".encode())
    return stream


def _begun(stream: socket.socket) -> None:
    got = b""
    while b"event: ready" not in got:
        data = stream.recv(65536)
        got += data
        assert data, got
    assert got.startswith(b"HTTP/1.1 200"), got


def listen(streams: dict[int, socket.socket]) -> list[tuple[int, bytes]]:
    """Every piece that came, with the time at which it was here, until something comes from stdin."""
    poll = select.epoll()
    for fd in (STDIN, *streams):
        poll.register(fd, select.EPOLLIN)
    came: list[tuple[int, bytes]] = []
    while True:
        for fd, _ in poll.poll():
            if fd == STDIN:
                return came
            came.append((time.perf_counter_ns(), streams[fd].recv(65536)))


def _line() -> str:
    """Unbuffered, or the poll would not see what is in the buffer."""
    got = b""
    while not got.endswith(b"\n") and (more := os.read(STDIN, 65536)):
        got += more
    return got.decode()


def main() -> None:
    """Open all, then listen."""
    task: dict[str, Any] = json.loads(_line())
    opened = [_opened(task["port"], task["path"], token) for token in task["tokens"]]
    for stream in opened:
        _begun(stream)
    print("open", flush=True)
    streams, pattern = {stream.fileno(): stream for stream in opened}, re.compile(task["pattern"].encode(), re.DOTALL)
    while True:
        heard = defaultdict(list)
        for at, data in listen(streams):
            for found in pattern.findall(data):
                heard[found.decode()].append(at)
        if not _line():
            return
        print(json.dumps(heard), flush=True)


if __name__ == "__main__":
    main()
