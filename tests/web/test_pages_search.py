"""The searches and filters of the pages, asked for what nobody should: nothing breaks, and nothing is found by it."""

import asyncio
import time
from typing import Any

import pytest

from tests.conftest import Running
from tests.web.visitors import signed_in
from tests.world import World

LONG = "\u00e4b " * 5000  # of which a browser makes 50 kB
NONSENSE = [
    "%00",
    "%",
    "_",
    "%25%25%25",
    "%ED%A0%80",
    "%F0%9F%92%A5",
    "%E2%80%AE",
    "'",
    '"><script>',
    "%0d%0aX: y",
    "%5C",
]
PLACES = ["/desk?q={}", "/cases?q={}", "/history?ticket={}", "/cases?mine=true&q={}"]


@pytest.mark.parametrize("place", PLACES)
async def test_nonsense_is_looked_for_as_it_is_and_not_found(world: World, place: str) -> None:
    await world.acme.handoff()
    for who in (world.acme.viewer, world.acme.admin):  # from whom something is hidden, and nothing
        async with signed_in(world.app, world.address, world.acme.id, who) as visitor:
            for text in NONSENSE:
                answer = await visitor.http.get(place.format(text))
                assert answer.status_code == 200, (text, answer.text[:300])
                assert "Outlook fails" not in answer.text or text in ("%00", "%E2%80%AE", "%ED%A0%80"), text
                assert "<script>" not in answer.text.split("<main", 1)[1]


@pytest.mark.parametrize("place", PLACES)
async def test_the_longest_query_is_cut_and_soon_answered(world: World, place: str) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        began = time.monotonic()
        answer = await ben.http.get(place.format(LONG))
        assert answer.status_code == 200
        assert len(answer.text) < 60_000
        assert time.monotonic() - began < 5


async def test_what_is_longer_than_any_address_is_refused_by_the_server(shared: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shared.port)
    writer.write(b"GET /desk?q=" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await reader.read(100)).startswith((b"HTTP/1.1 400", b"HTTP/1.1 414", b"HTTP/1.1 431"))
    writer.close()


BAD = ["/history?what=everything", "/history?who=me", "/history?period=9d", "/desk?squad=1", "/cases?mine=perhaps"]


@pytest.mark.parametrize("path", BAD)
async def test_a_filter_that_is_none_is_refused(world: World, path: str) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        assert (await ben.http.get(path)).status_code == 422


async def test_a_filter_that_was_left_open_is_none(world: World) -> None:
    await world.acme.handoff()
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        assert "opened the case" in await ben.get("/history?what=&who=&period=&ticket=")
        assert "Outlook fails" in await ben.get("/cases?q=&status=")


async def test_what_is_hidden_is_not_found_out_by_looking_for_it(world: World) -> None:
    acme = world.acme
    given: dict[str, Any] = {"name": "Leila +47 400 01 234"}
    await acme.handoff(await acme.case(title="Call leila@example.com at noon", customer=given), reason="She waits.")
    for words, is_found in (("noon", True), ("leila@example", False), ("400 01", False), ("waits", True)):
        async with signed_in(world.app, world.address, acme.id, acme.viewer) as vic:
            for place in ("/desk?q={}", "/cases?q={}"):
                if place.startswith("/cases") and words == "waits":
                    continue
                page = (await vic.get(place.format(words))).split("<main", 1)[1]
                assert ("at noon" in page) == is_found, (place, words)
        async with signed_in(world.app, world.address, acme.id, acme.admin) as ada:
            assert "at noon" in await ada.get(f"/desk?q={words}")


async def test_of_others_nothing_is_found(world: World) -> None:
    await world.zenith.handoff(await world.zenith.case(title="Zebras", ticket="#999"))
    async with signed_in(world.app, world.address, world.acme.id, world.acme.admin) as ada:
        for path in ("/desk?q=zebras", "/cases?q=zebras", "/cases?q=999", "/history?ticket=999"):
            assert "Zebras" not in (await ada.get(path)).split("<main", 1)[1]
        await ada.get(f"/history?who={world.zenith.agent.id}")


async def test_the_metric_is_measured_once_a_minute_and_not_for_viewers(world: World) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.viewer) as vic:
        await vic.get("/desk/metric", 403)
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        assert "Nothing was measured" in await ben.get("/desk/metric")
        case = await world.acme.case()
        handoff = await world.acme.handoff(case)
        await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
        await world.acme.ben.post(f"cases/{case['id']}/messages", {"role": "operator", "text": "Hello."})
        assert "Nothing was measured" in await ben.get("/desk/metric")
        world.advance(seconds=61)
        assert "Median over 1 claimed handoff" in await ben.get("/desk/metric")
