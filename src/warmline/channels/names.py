"""Looking names up, for addresses that customers enter.

The system's own look-up blocks, and a name service that never answers holds it for half a minute. It has a thread of
its own each time: the threads that everything else shares are few, and a webhook to such a name would take them all,
also from the look-up of our own database. Nobody waits for these when the process ends.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

Found = list[str]


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name. Raises OSError, or UnicodeError for what can be no name."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Found] = loop.create_future()

    def look() -> None:
        told = _asked(host, port, answer)
        with suppress(RuntimeError):  # the loop is closed by now: nobody waits any longer
            loop.call_soon_threadsafe(told)

    threading.Thread(target=look, name="name", daemon=True).start()
    return await answer


def _asked(host: str, port: int, answer: "asyncio.Future[Found]") -> Callable[[], None]:
    """What is to be told to whoever waits."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except Exception as problem:  # whatever it is, it is for the one who waits
        trouble = problem
        return lambda: None if answer.done() else answer.set_exception(trouble)
    found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    return lambda: None if answer.done() else answer.set_result(found)
