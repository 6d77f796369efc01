"""Killed between sending and writing that down: it is sent again, under the same id."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2

from tests.channels.cast import arrived, settled, webhook
from tests.channels.mail import free_port
from tests.channels.receiver import Got, Receiver, Reply, receiver
from tests.conftest import running, settings_for
from tests.world import create_world, until
from warmline.app import App
from warmline.db.connections import Urls

SERVE = "from warmline.cli import main; main()"


@asynccontextmanager
async def serving(urls: Urls) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The whole server, in a process of its own."""
    port = free_port()
    environment = os.environ | {
        "WARMLINE_DATABASE_URL": urls.app, "WARMLINE_WORKER_DATABASE_URL": urls.worker,
        "WARMLINE_PORT": str(port), "WARMLINE_ALLOW_PRIVATE_TARGETS": "true",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVE, "serve", env=environment)
    address = f"http://127.0.0.1:{port}"

    async def ready() -> bool:
        try:
            async with httpx2.AsyncClient() as http:
                return (await http.get(f"{address}/readyz")).is_success
        except httpx2.TransportError:
            return False

    try:
        await until(ready, 30)
        yield process, address
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_what_was_sent_and_not_written_down_is_sent_again_with_the_same_id(own_database: Urls) -> None:
    settings = settings_for(own_database, allow_private_targets=True)
    async with receiver() as there:
        async with serving(own_database) as (process, address):
            world = await create_world(App(settings, own_database, jobs=False), address)
            await webhook(world.acme, there)
            there.reply = killing(there, process)
            await world.acme.handoff()
            await arrived(there)
            assert await process.wait() == -signal.SIGKILL
        await world.close()
        await world.app.database.close()
        async with running(settings) as again:
            again.app.clock.advance(timedelta(seconds=61))
            assert again.app.worker is not None
            again.app.worker.wake()
            await arrived(there, 2)
            world.address = again.address
            for actor in world.acme.everybody:
                actor.http = httpx2.AsyncClient(base_url=f"{again.address}/api/v1/", headers=actor.http.headers)
                world.clients.append(actor.http)
            sent = await settled(world.acme, "sent", 1)
            await world.close()
    assert [got.headers["webhook-id"] for got in there.got] == [sent["id"]] * 2
    assert there.got[0].body == there.got[1].body


def killing(there: Receiver, process: asyncio.subprocess.Process) -> Reply:
    """The first request is the last thing that process does; from then on, all is well."""
    well = there.reply

    async def reply(got: Got, writer: asyncio.StreamWriter) -> None:
        there.reply = well
        process.kill()
        await process.wait()
        await well(got, writer)

    return reply
