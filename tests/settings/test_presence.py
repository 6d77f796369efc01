"""Presence and capacity: who is there to take work, and how much of it they hold."""

from typing import Any

from tests.handoffs.cast import claimed
from tests.world import Actor, World


async def says(who: Actor, status: str, expect: int = 200, **more: Any) -> Any:
    """Somebody says how they are there."""
    answer = await who.http.put("me/presence", json={"status": status} | more)
    assert answer.status_code == expect, answer.text[:300]
    return answer.json()


async def told(world: World, who: Actor) -> list[tuple[Any, ...]]:
    """The events of somebody's presence, oldest first."""
    events = (await world.acme.admin.get("events", subject=f"user:{who.id}", order="asc"))["items"]
    return [(one["from_state"], one["to_state"], one["data"]) for one in events if one["type"] == "user.presence"]


async def test_people_say_how_they_are_there_and_everybody_sees_it(world: World) -> None:
    acme = world.acme
    assert (await acme.ben.get("me"))["presence"] == "offline"
    there = await says(acme.ben, "available", capacity=5)
    assert (there["status"], there["capacity"]) == ("available", 5)
    await says(acme.ben, "busy")
    await claimed(world)
    seen = next(one for one in (await acme.viewer.get("users"))["items"] if one["name"] == "Ben")
    assert (seen["presence"], seen["capacity"], seen["holding"]) == ("busy", 5, 1)
    assert seen == await acme.viewer.get(f"users/{acme.ben.id}")
    mine = await acme.ben.get("me")
    assert (mine["presence"], mine["capacity"]) == ("busy", 5)
    assert await told(world, acme.ben) == [
        ("offline", "available", {"capacity": 5}),
        ("available", "busy", {}),
    ]


async def test_what_changes_nothing_leaves_no_event_and_keeps_since(world: World) -> None:
    ben = world.acme.ben
    since = (await says(ben, "away"))["since"]
    world.advance(minutes=5)
    assert (await says(ben, "away"))["since"] == since
    assert (await says(ben, "away", capacity=4))["since"] == since
    assert len(await told(world, ben)) == 2


async def test_only_people_who_take_work_have_one(world: World) -> None:
    acme = world.acme
    for somebody in (acme.viewer, acme.agent):
        await says(somebody, "available", 403)
    assert (await acme.agent.get("me"))["presence"] is None
    for somebody in (acme.admin, acme.owner):
        await says(somebody, "available")


async def test_wrong_ones_are_refused_by_field(world: World) -> None:
    for body, field in (
        ({"status": "lunch"}, "status"),
        ({}, "status"),
        ({"status": "away", "capacity": -1}, "capacity"),
        ({"status": "away", "capacity": 101}, "capacity"),
        ({"status": "away", "capacity": True}, "capacity"),
        ({"status": "away", "capacity": "3"}, "capacity"),
        ({"status": "away", "until": "noon"}, "until"),
    ):
        answer = await world.acme.ben.http.put("me/presence", json=body)
        assert answer.status_code == 422, body
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert await told(world, world.acme.ben) == []


async def test_a_persons_version_does_not_grow_old_when_they_go_for_lunch(world: World) -> None:
    acme = world.acme
    tag = (await acme.admin.http.get(f"users/{acme.ben.id}")).headers["etag"]
    await says(acme.ben, "away")
    renamed = await acme.admin.http.patch(f"users/{acme.ben.id}", json={"name": "Benno"}, headers={"If-Match": tag})
    assert renamed.status_code == 200


async def test_who_is_disabled_is_not_there(world: World) -> None:
    acme = world.acme
    await says(acme.ben, "available")
    await acme.admin.patch(f"users/{acme.ben.id}", {"disabled": True})
    assert (await acme.admin.get(f"users/{acme.ben.id}"))["presence"] == "offline"
