"""The screens of a reading: it is asked for anew in the room, says what became of it, and gives its texts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.assessments.cast import assessed
from tests.assessments.conftest import GOOD, Modelled
from tests.assessments.test_anew import claimed
from tests.llm.provider import Hold, Provider, Status
from tests.web.visitors import Visitor, signed_in
from tests.world import World, until
from warmline.assessments.model import REASONS
from warmline.web.pages.words import WHY_NO_MODEL

SCRIPTS, PLAIN = {"hx-request": "true"}, {"hx-request": "false"}


@pytest_asyncio.fixture
async def ben(read: World, modelled: Modelled) -> AsyncIterator[Visitor]:
    """Ben at his browser."""
    async with signed_in(modelled.server.app, read.address, read.acme.id, read.acme.ben) as visitor:
        yield visitor


async def room_of(ben: Visitor, handoff: dict[str, Any]) -> str:
    """The room, in which he then is."""
    return await ben.get(f"/handoffs/{handoff['id']}/work")


async def test_a_new_reading_is_asked_for_in_the_room(read: World, model: Provider, ben: Visitor) -> None:
    model.answers = [GOOD, hold := Hold(GOOD | {"likely_cause": "The network."})]
    handoff = await claimed(read)
    assert "Read by a model" in await room_of(ben, handoff)
    answer = await ben.post(f"/handoffs/{handoff['id']}/analysis", epoch=handoff["epoch"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/handoffs/{handoff['id']}/work#context")
    room = await room_of(ben, handoff)
    assert "Being read anew; this is what was there before." in room
    assert str(GOOD["likely_cause"]) in room
    hold.go_on.set()
    await assessed(read, handoff)
    assert "The network." in await room_of(ben, handoff)


async def test_what_became_of_it_is_said(read: World, model: Provider, ben: Visitor) -> None:
    model.answers = [Status(401), GOOD, Status(401)]
    handoff = await read.acme.handoff()
    await assessed(read, handoff, "failed")
    page = await ben.get(f"/handoffs/{handoff['id']}")
    assert f"Put together from the steps and messages: {WHY_NO_MODEL['rejected']}." in page
    held = await claimed(read)
    await read.acme.ben.post(f"handoffs/{held['id']}/analysis")
    await assessed(read, held, "failed")
    assert f"it was not read anew, for {WHY_NO_MODEL['rejected']}" in await room_of(ben, held)


async def test_the_texts_come_into_the_dialog_or_as_a_page(read: World, model: Provider, ben: Visitor) -> None:
    model.answers = [GOOD, {"subject": "", "body": "I have it now."}]
    handoff = await claimed(read)
    assert 'data-opens="texts"' in await room_of(ben, handoff)
    for headers, whole in ((PLAIN, True), (SCRIPTS, False)):
        for kind, words in (("ticket_notes", "Take the add-in back"), ("client_update", "I have it now.")):
            page = await ben.get(f"/handoffs/{handoff['id']}/texts/{kind}", 200, **headers)
            assert words in page
            assert ("<!doctype html>" in page) is whole
            assert ("<hx-partial" in page) is not whole
            assert ("data-into-composer" in page) is (kind == "client_update")
    assert len(model.asked) == 2


async def test_a_text_is_for_who_has_signed_in(read: World, model: Provider) -> None:
    model.answers = [GOOD]
    handoff = await claimed(read)
    path = f"/handoffs/{handoff['id']}/texts/ticket_notes"
    async with Visitor(read.address) as nobody:
        assert (await nobody.http.get(path)).status_code == 303
        token = {"Authorization": f"Bearer {read.acme.ben.token}"}
        assert (await nobody.http.get(path, headers=token)).status_code == 401


async def test_while_it_is_read_the_dialog_says_to_wait(read: World, model: Provider, ben: Visitor) -> None:
    model.answers = [hold := Hold(GOOD)]
    handoff = await read.acme.handoff()
    await until(lambda: _asked(model))
    page = await ben.get(f"/handoffs/{handoff['id']}/texts/ticket_notes", 409, **SCRIPTS)
    assert "ask again in a few seconds" in page
    hold.go_on.set()
    await assessed(read, handoff)


def test_every_reason_has_its_words() -> None:
    assert set(WHY_NO_MODEL) == set(REASONS)


async def _asked(model: Provider) -> bool:
    return bool(model.asked)
