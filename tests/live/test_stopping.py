"""SIGTERM: the streams end, the process ends, its PostgreSQL ends; and who comes back misses nothing."""

import signal
import time
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any, cast

import httpx2

from tests.live.listening import listening
from tests.races.serving import serving
from tests.world import Actor
from warmline.db.embedded import Phase


async def test_sigterm_ends_twenty_streams_and_the_process_in_about_a_second() -> None:
    async with serving() as server:
        made = await server.organization("Acme")
        async with httpx2.AsyncClient(verify=False, timeout=30, base_url=f"{server.address}/api/v1/") as http:
            http.headers["Authorization"] = f"Bearer {made.token}"
            olga = cast("Actor", SimpleNamespace(http=http, name="Olga"))
            async with AsyncExitStack() as stack:
                ears = [await stack.enter_async_context(listening(olga)) for _ in range(20)]
                squad = await _squad(http, "One")
                for heard in ears:
                    await heard.mentions(squad)
                began = time.monotonic()
                assert server.process is not None
                server.process.terminate()
                for heard in ears:
                    await heard.until(lambda it: it.ended, 2)
                streams = time.monotonic() - began
                assert server.process.wait(30) == -signal.SIGTERM  # an orderly end passes the signal on
                whole = time.monotonic() - began
            assert server.postgres.answer() is Phase.DOWN
            assert "Traceback" not in server.log()
            server.start()
            await server.ready()
            between = await _squad(http, "Two")
            async with listening(olga, ears[0].last) as again:
                await again.mentions(between)
            assert again.types == ["squad.created"]
    print(f"\nSIGTERM: 20 streams ended after {streams:.2f} s, the process with its PostgreSQL after {whole:.2f} s")
    assert streams < 2
    assert whole < 5


async def _squad(http: httpx2.AsyncClient, name: str) -> str:
    made: dict[str, Any] = (await http.post("squads", json={"name": name})).json()
    return str(made["id"])
