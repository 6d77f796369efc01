"""The organization's own close reasons: adding, changing, reordering, retiring; and closing with what they ask for."""

import asyncio
from typing import Any

from tests.handoffs.cast import claimed
from tests.world import Actor, World

SPARE = {"key": "spare_part", "label": "Sent a spare part", "help": "It is on its way"}
SERIAL = {"key": "serial", "label": "Serial number", "required": True}
MODEL = {"key": "model", "label": "Model", "required": False}


async def keys(who: Actor, **query: Any) -> list[str]:
    """The keys of the reasons, in their order."""
    return [one["key"] for one in (await who.get("close-reasons", **query))["items"]]


async def told(world: World) -> list[tuple[str, dict[str, Any]]]:
    """What the history tells of the list, oldest first."""
    events = (await world.acme.admin.get("events", subject=f"organization:{world.acme.id}", order="asc"))["items"]
    return [(one["type"], one["data"]) for one in events if one["type"].startswith("close_reason.")]


async def test_an_admin_adds_one_at_the_end_and_everybody_reads_it(world: World) -> None:
    acme = world.acme
    made = await acme.admin.post("close-reasons", SPARE | {"fields": [SERIAL]}, 201)
    assert (made["label"], made["requires_notes"], made["fields"]) == ("Sent a spare part", False, [SERIAL])
    assert (await keys(acme.agent))[-1] == "spare_part"
    assert "spare_part" not in await keys(world.otto)
    taken = await acme.admin.post("close-reasons", SPARE, 409)
    assert "Sent a spare part" in taken["detail"]
    assert await told(world) == [("close_reason.added", {"key": "spare_part"})]


async def test_only_admins_change_the_list(world: World) -> None:
    acme = world.acme
    for somebody in (acme.ben, acme.viewer, acme.agent):
        await somebody.post("close-reasons", SPARE, 403)
        await somebody.patch("close-reasons/other", {"label": "x"}, 403)
        await somebody.delete("close-reasons/other", 403)
    assert await told(world) == []


async def test_wrong_reasons_are_refused_by_field(world: World) -> None:
    for wrong, field in (
        ({"key": "Spare Part"}, "key"),
        ({"key": "returned"}, "key"),
        ({"label": " "}, "label"),
        ({"help": "x" * 301}, "help"),
        ({"fields": [{"key": "serial"}]}, "fields.0.label"),
        ({"fields": [SERIAL, SERIAL]}, "fields"),
        ({"fields": [SERIAL | {"kind": "number"}]}, "fields.0.kind"),
        ({"requires_notes": "yes"}, "requires_notes"),
    ):
        refused = await world.acme.admin.post("close-reasons", SPARE | wrong, 422)
        assert [one["field"] for one in refused["errors"]] == [field], wrong
    for key in ("nothing_like_it", "x" * 60):
        await world.acme.admin.patch(f"close-reasons/{key}", {"label": "x"}, 404)
    assert await told(world) == []


async def test_a_help_is_left_out_and_taken_away(world: World) -> None:
    admin = world.acme.admin
    assert (await admin.post("close-reasons", {"key": "quiet", "label": "Quiet"}, 201))["help"] == ""
    assert (await admin.patch("close-reasons/other", {"help": None}))["help"] == ""
    kept = await admin.patch("close-reasons/duplicate", {"label": "Double"})
    assert kept["help"] == "Another case covers it; say which"


async def test_if_match_refuses_a_change_that_came_too_late(world: World) -> None:
    admin = world.acme.admin
    tag = (await admin.http.get("close-reasons/other")).headers["etag"]
    await admin.patch("close-reasons/other", {"label": "Something different"})
    late = await admin.http.patch("close-reasons/other", json={"label": "x"}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert (await admin.get("close-reasons/other"))["label"] == "Something different"


async def test_a_reason_is_given_another_place(world: World) -> None:
    admin = world.acme.admin
    before = await keys(admin)
    await admin.patch(f"close-reasons/{before[3]}", {"position": 0})
    assert await keys(admin) == [before[3], *before[:3], *before[4:]]
    await admin.patch(f"close-reasons/{before[3]}", {"position": 10_000})
    assert await keys(admin) == [*before[:3], *before[4:], before[3]]
    await admin.patch(f"close-reasons/{before[3]}", {"position": 10_000})
    assert [one[0] for one in await told(world)] == ["close_reason.moved"] * 2  # the third changed nothing


async def test_a_retired_reason_is_offered_no_longer_and_kept(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    closed = await acme.ben.post(f"handoffs/{won['id']}/close", {"reason": "lost"}, 200)
    for _ in range(2):
        await acme.admin.delete("close-reasons/lost")
    assert "lost" not in await keys(acme.ben)
    assert "lost" in await keys(acme.ben, retired=True)
    assert (await acme.ben.get(f"handoffs/{closed['id']}"))["closure_reason"] == "lost"
    other = await claimed(world)
    refused = await acme.ben.post(f"handoffs/{other['id']}/close", {"reason": "lost"}, 422)
    assert refused["errors"][0]["field"] == "reason"
    before = await keys(acme.ben)
    back = await acme.admin.patch("close-reasons/lost", {"retired": False})
    assert back["retired_at"] is None
    assert [key for key in await keys(acme.ben) if key != "lost"] == before
    await acme.ben.post(f"handoffs/{other['id']}/close", {"reason": "lost"}, 200)
    assert [one[0] for one in await told(world)] == ["close_reason.retired", "close_reason.restored"]


async def test_the_last_one_stays_also_when_two_are_retired_at_once(world: World) -> None:
    admin = world.acme.admin
    *rest, one, other = await keys(admin)
    for key in rest:
        await admin.delete(f"close-reasons/{key}")
    answers = await asyncio.gather(*(admin.http.delete(f"close-reasons/{key}") for key in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert len(await keys(admin)) == 1


async def test_closing_asks_for_the_fields_that_a_reason_requires(world: World) -> None:
    acme = world.acme
    fields = [SERIAL, MODEL, {"key": "shelf", "label": "Shelf", "required": True}]
    await acme.admin.post("close-reasons", SPARE | {"fields": fields, "requires_notes": True}, 201)
    won = await claimed(world)
    path, body = f"handoffs/{won['id']}/close", {"reason": "spare_part"}
    for given, missing in (
        ({}, ["fields.serial", "fields.shelf", "notes"]),
        ({"notes": "Sent.", "fields": {"serial": " ", "shelf": None}}, ["fields.serial", "fields.shelf"]),
        ({"notes": "Sent.", "fields": {"serial": "A-1", "model": "X"}}, ["fields.shelf"]),
    ):
        refused = await acme.ben.post(path, body | given, 422)
        assert [one["field"] for one in refused["errors"]] == missing
        assert "Sent a spare part" in refused["detail"]
    assert (await acme.ben.get(f"handoffs/{won['id']}"))["state"] == "claimed"
    whole = {"notes": "Sent.", "fields": {"serial": "A-1", "shelf": 0}}  # nought is an answer
    closed = await acme.ben.post(path, body | whole, 200)
    assert (closed["closure_reason"], closed["fields"]) == ("spare_part", whole["fields"])
