"""SIGTERM: the streams end, the process ends, its PostgreSQL ends; and who comes back misses nothing."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any, cast

import httpx2
import pytest_asyncio

from tests.live.listening import Heard, listening
from tests.races.killing import Victim, organization
from tests.races.test_kills import victim  # noqa: F401  (the fixture: a server as a process of its own)
from tests.world import Actor
from warmline.db.embedded import Phase

STREAMS = 20


@pytest_asyncio.fixture
async def olga(victim: Victim) -> AsyncIterator[Actor]:  # noqa: F811
    """The owner of an organization there."""
    made = await asyncio.to_thread(organization, victim, "Acme")
    headers = {"Authorization": f"Bearer {made['token']}"}
    base = f"{victim.address}/api/v1/"
    async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=30, verify=False) as http:
        yield cast("Actor", SimpleNamespace(http=http, name="Olga"))


async def test_sigterm_ends_all_streams_and_the_process_in_about_a_second(
    victim: Victim,  # noqa: F811
    olga: Actor,
    capsys: Any,
) -> None:
    async with AsyncExitStack() as stack:
        ears = [await stack.enter_async_context(listening(olga)) for _ in range(STREAMS)]
        squad = await _squad(olga, "One")
        for heard in ears:
            await heard.mentions(squad)
        streams, whole = await _stop(victim, ears)
    assert victim.server.answer() is Phase.DOWN
    assert "Traceback" not in (victim.home.parent / "serve.log").read_text()
    with capsys.disabled():
        print(f"\nSIGTERM: {STREAMS} streams ended after {streams:.2f} s, all of the process after {whole:.2f} s")
    assert streams < 2
    assert whole < 5
    await victim.start()
    between = await _squad(olga, "Two")
    async with listening(olga, ears[0].last) as again:
        await again.mentions(between)
    assert again.types == ["squad.created"]


async def _stop(victim: Victim, ears: list[Heard]) -> tuple[float, float]:  # noqa: F811
    """Seconds until the streams had ended, and the process with its PostgreSQL."""
    began = time.monotonic()
    assert victim.process is not None
    victim.process.terminate()
    for heard in ears:
        await heard.until(lambda it: it.ended, 5)
    streams = time.monotonic() - began
    assert await asyncio.to_thread(victim.process.wait, 30) == -signal.SIGTERM  # an orderly end passes the signal on
    return streams, time.monotonic() - began


async def _squad(olga: Actor, name: str) -> str:
    made: dict[str, Any] = (await olga.http.post("squads", json={"name": name})).json()
    return str(made["id"])
