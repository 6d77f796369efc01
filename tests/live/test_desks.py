"""The desks' stream: most pages get the same bytes, who is touched gets their own part, whichever way they are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, cast

import pytest
from starlette.requests import Request

from tests.world import Actor, World, until
from warmline.caller import Caller
from warmline.live import group as live
from warmline.live.subscriber import Subscriber, Told
from warmline.web.pages.desks import DesksOf, Looking
from warmline.web.pages.live import at_hand
from warmline.web.stream import Bytes


class Desk:
    """What an open desk was told, frame by frame, without the first one and the signs of life."""

    def __init__(self) -> None:
        self.text = ""

    @property
    def frames(self) -> list[str]:
        """The whole ones."""
        whole = self.text.split("\n\n")[:-1]
        return [one for one in whole if one.startswith("id: ") and "event: ready" not in one]

    def having(self, *pieces: str) -> list[int]:
        """Which frames have all of these."""
        return [number for number, frame in enumerate(self.frames) if all(piece in frame for piece in pieces)]

    def only(self, *pieces: str) -> int:
        """The one frame that has all of these."""
        (number,) = self.having(*pieces)
        return number

    async def shows(self, *pieces: str) -> None:
        """Wait until a frame has all of these."""

        async def look() -> list[int]:
            return self.having(*pieces)

        await until(look)


@asynccontextmanager
async def desk(world: World, who: Actor, query: str = "") -> AsyncIterator[Desk]:
    """An open desk; it begins when the first frame is there."""
    shown = Desk()

    async def listen() -> None:
        async with who.http.stream("GET", f"{world.address}/live?view=desk{query}") as answer:
            async for text in answer.aiter_text():
                shown.text += text

    async def begun() -> bool:
        return "event: ready" in shown.text

    listening = asyncio.create_task(listen())
    try:
        await until(begun)
        yield shown
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


@pytest.mark.parametrize("patience", [live.PATIENCE, 0], ids=["told at once", "each reads for itself"])
async def test_desks_show_the_same_in_order_but_for_what_is_ones_own(
    world: World, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr(live, "PATIENCE", patience)
    acme = world.acme
    async with desk(world, acme.ben) as ben, desk(world, acme.cleo) as cleo, desk(world, acme.admin) as ada:
        desks = (ben, cleo, ada)
        first, second = await arrival(world, *desks), await arrival(world, *desks)
        await acme.ben.post(f"handoffs/{first}/claim")
        for one in desks:
            await one.shows("taken", first, "#headline")
        await acme.cleo.post(f"handoffs/{second}/claim")
        for one in desks:
            await one.shows("taken", second, "#headline")
    story = [("#arrivals", first), ("#arrivals", second), ("taken", first), ("taken", second)]
    for one in desks:
        assert [one.only(*pieces) for pieces in story] == [0, 1, 2, 3]
    assert [one.having("#mine") for one in desks] == [[2], [3], []]
    assert f"held-{first}" in ben.frames[2]
    assert f"held-{second}" in cleo.frames[3]
    assert ada.frames == [*cleo.frames[:3], ben.frames[3]]


async def test_who_handed_over_is_not_told_and_does_not_count_it(world: World) -> None:
    acme = world.acme
    async with desk(world, acme.ben) as ben, desk(world, acme.cleo) as cleo:
        own = (await acme.handoff(await acme.case(acme.ben), acme.ben))["id"]
        await cleo.shows("#arrivals", own)
        others = await arrival(world, ben, cleo)
        assert (len(ben.frames), len(cleo.frames)) == (1, 2)
        assert own not in ben.text
        assert 'data-waiting="1"' in ben.frames[ben.only("#arrivals", others)]
        assert 'data-waiting="2"' in cleo.frames[cleo.only("#arrivals", others)]


async def test_a_filtered_desk_is_told_of_its_squad_alone(world: World) -> None:
    acme = world.acme
    other = (await acme.admin.post("squads", {"name": "Second line"}))["id"]
    async with desk(world, acme.ben, f"&squad={other}") as ben, desk(world, acme.cleo) as cleo:
        await arrival(world, cleo)
        theirs = await arrival(world, ben, cleo, squad_id=other)
    assert [theirs in frame for frame in ben.frames if "#headline" in frame] == [True]
    assert 'data-waiting="1"' in ben.frames[ben.only("#headline")]
    assert 'data-waiting="2"' in cleo.frames[cleo.only("#arrivals", theirs)]
    assert [len(one.having("#bell-count")) for one in (ben, cleo)] == [2, 2]  # the bell is of all squads


async def test_pages_that_are_not_touched_get_the_very_same_bytes_without_being_woken(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    async with world.app.hub.subscribe(acme.id, 0) as log:
        await acme.ben.post(f"handoffs/{handoff['id']}/claim")
        events = await _claimed(log)
    await DesksOf(world.app, acme.id)(events)
    ben, cleo, ada = (_at_hand(world, who)(events) for who in (acme.ben, acme.cleo, acme.viewer))
    assert ben is None
    assert cleo is ada
    assert cleo is not None
    assert b"taken" in cleo


async def test_what_could_not_be_read_is_read_anew_by_who_asks_next(world: World) -> None:
    handoff = await world.acme.handoff()
    async with world.app.hub.subscribe(world.acme.id, 0) as log:
        await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
        (claimed,) = await _claimed(log)
    broken = replace(claimed, names=cast("Any", None), made={})
    with pytest.raises(TypeError):
        await DesksOf(world.app, world.acme.id)([broken])
    assert [key for key in broken.made if key[0] == "desks"] == []


async def arrival(world: World, *desks: Desk, **more: Any) -> str:
    """A handoff that all of these desks show."""
    made = str((await world.acme.handoff(await world.acme.case(**more)))["id"])
    for one in desks:
        await one.shows("#arrivals", made)
    return made


async def _claimed(log: Subscriber) -> list[Told]:
    async def look() -> list[Told]:
        return [told for told in log.waiting if told.event.type == "handoff.claimed"]

    claimed: list[Told] = await until(look)
    return claimed


def _at_hand(world: World, who: Actor) -> Bytes:
    caller = Caller(world.acme.id, "user", who.id, who.name, "operator", user_id=who.id)
    return at_hand(Looking(world.app, cast("Request", None), caller, "desk", None, None, None))
