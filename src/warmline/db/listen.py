"""LISTEN on a connection of its own, never from the pool, opened again whenever it breaks."""

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

PAUSE = 1.0  # seconds before the next try
log = structlog.get_logger()


async def listen(dsn: str, channel: str, heard: Callable[[], None]) -> None:
    """Call `heard` for every NOTIFY on the channel, and once after each (re)connection, until cancelled."""
    while True:
        try:
            await _listen_once(dsn, channel, heard)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as problem:
            log.info("listen.reconnecting", channel=channel, reason=str(problem))
        await asyncio.sleep(PAUSE)


async def _listen_once(dsn: str, channel: str, heard: Callable[[], None]) -> None:
    connection = await asyncpg.connect(dsn, timeout=10)
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda *_: heard())
        heard()  # what was said before we listened
        await lost.wait()
    finally:
        connection.terminate()
