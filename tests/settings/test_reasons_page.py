"""The pages of the close reasons, and what they ask for in the close dialog."""

from typing import Any

import httpx2

from tests.handoffs.cast import claimed
from tests.settings.screens import at, errors, fields, says, sends
from tests.web.visitors import Visitor
from tests.world import World

LIST, NEW = "/settings/close-reasons", "/settings/new-close-reason"
ASKING = {
    "field_key": ["", "", ""], "field_label": ["Serial number", "", "Model"], "field_need": ["yes", "no", "no"],
}  # fmt: skip
KEPT = [
    {"key": "serial_number", "label": "Serial number", "required": True},
    {"key": "model", "label": "Model", "required": False},
]


async def added(visitor: Visitor, **more: Any) -> httpx2.Response:
    """A reason that asks for something."""
    words: dict[str, Any] = {"label": "Sent a spare part", "help": "It is on its way", "notes": "no"}
    return await sends(visitor, NEW, **(words | ASKING | more))


async def test_a_reason_is_added_with_what_it_asks_for(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        assert "is added" in await says(ada, await added(ada))
        shown = await ada.get(LIST)
        assert "Serial number (required)" in shown
        again = await added(ada)
        assert (again.status_code, "already" in errors(again.text)["label"]) == (422, True)
        assert 'value="Serial number"' in again.text
    made = await world.acme.viewer.get("close-reasons/sent_a_spare_part")
    assert (made["label"], made["help"], made["fields"]) == ("Sent a spare part", "It is on its way", KEPT)


async def test_a_wrong_reason_keeps_what_was_typed(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        refused = await added(ada, label=" ", help="x\x1b")
        assert set(errors(refused.text)) == {"label", "help"}
        assert 'value="Serial number"' in refused.text
        long = await added(ada, field_label=["y" * 301, "", "Model"])
        assert set(errors(long.text)) == {"fields"}
        assert (await ada.post(NEW, label="Fine", **{name: ["x"] * 21 for name in ASKING})).status_code == 422
    assert len((await world.acme.viewer.get("close-reasons"))["items"]) == 11


async def test_a_changed_field_keeps_its_key_and_an_emptied_one_goes(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await added(ada)
        page = f"{LIST}/sent_a_spare_part"
        rows: dict[str, Any] = {
            "field_key": ["serial_number", "model", ""],
            "field_label": ["Serial no.", "", "Serial number"],
        }
        await says(ada, await sends(ada, page, **rows, field_need=["no", "no", "no"]))
    kept = (await world.acme.viewer.get("close-reasons/sent_a_spare_part"))["fields"]
    assert [(one["key"], one["label"]) for one in kept] == [
        ("serial_number", "Serial no."),
        ("serial_number_2", "Serial number"),
    ]


async def test_of_two_who_change_a_reason_the_second_is_told(world: World) -> None:
    page = f"{LIST}/other"
    async with at(world, world.acme.admin) as ada, at(world, world.acme.owner) as olga:
        hers = fields(await olga.get(page), page) | {"notes": "yes"}
        await says(ada, await sends(ada, page, help="Say it all", notes="yes"))
        late = await olga.post(page, **(hers | {"label": "Anything else"}))
        assert late.status_code == 409
        assert "Ada has changed this" in late.text
        assert "Help: it was <q>Say what</q>, and is now <q>Say it all</q>." in late.text
        shown = fields(late.text, page)
        assert (shown["label"], shown["help"]) == ("Anything else", "Say it all")
        await says(olga, await olga.post(page, **shown, notes="yes"))
    now = await world.acme.viewer.get("close-reasons/other")
    assert (now["label"], now["help"], now["requires_notes"]) == ("Anything else", "Say it all", True)


async def test_reasons_are_moved_and_the_button_keeps_the_focus(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        before = [one["key"] for one in (await world.acme.viewer.get("close-reasons"))["items"]]
        answer = await sends(ada, f"{LIST}/{before[1]}/move", LIST, way="up")
        shown = await ada.get(answer.headers["location"])
        assert 'aria-label="Worked around: down" autofocus' in shown  # it is the first now: it cannot go further up
        answer = await ada.post(f"{LIST}/{before[1]}/move", way="down")
        shown = await ada.get(answer.headers["location"])
        assert 'aria-label="Worked around: down" autofocus' in shown
        assert (await ada.post(f"{LIST}/nothing/move", way="up")).status_code == 404
        assert (await ada.post(f"{LIST}/other/move", way="away")).status_code == 422
    assert [one["key"] for one in (await world.acme.viewer.get("close-reasons"))["items"]] == before


async def test_a_reason_is_retired_and_it_can_be_taken_back(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        answer = await sends(ada, f"{LIST}/lost/retire", f"{LIST}/lost")
        shown = await ada.get(answer.headers["location"])
        assert f'formaction="{LIST}/lost/restore">Undo' in shown
        assert "Kept for what ended by them" in shown
        assert "is offered again" in await says(ada, await ada.post(f"{LIST}/lost/restore"))
        for one in (await world.acme.viewer.get("close-reasons"))["items"][1:]:
            await ada.post(f"{LIST}/{one['key']}/retire")
        assert "last close reason" in await says(ada, await ada.post(f"{LIST}/resolved/retire"))


async def test_the_close_dialog_asks_and_keeps_what_was_typed(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada:
        await added(ada)
    won = await claimed(world)
    path = f"/handoffs/{won['id']}"
    async with at(world, acme.ben) as ben:
        page = await ben.get(f"{path}/work")
        assert 'name="sent_a_spare_part__serial_number"' in page
        assert "retired" not in page
        typed = {"reason": "sent_a_spare_part", "what": "On its way", "sent_a_spare_part__model": "X-200"}
        refused = await ben.post(f"{path}/close", **typed)
        assert refused.status_code == 422
        assert "wants “Serial number”" in refused.text
        assert 'id="sent_a_spare_part__serial_number" name="sent_a_spare_part__serial_number"' in refused.text
        assert 'value="X-200"' in refused.text
        assert 'value="On its way"' in refused.text
        by_scripts = await ben.http.post(
            f"{path}/close", data={"csrf": ben.csrf} | typed, headers={"hx-request": "true"}
        )
        assert by_scripts.headers["invalid-fields"] == "sent_a_spare_part__serial_number"
        closed = await ben.post(f"{path}/close", **typed, sent_a_spare_part__serial_number="A-1")
        assert closed.status_code == 303
    kept = await acme.admin.get(f"handoffs/{won['id']}")
    assert (kept["closure_reason"], kept["fields"]) == ("sent_a_spare_part", {"serial_number": "A-1", "model": "X-200"})
