"""Presence and capacity: who is there to take work, and how much of it they hold."""

import html
import re
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tests.conftest import Running
from tests.handoffs.cast import claimed
from tests.settings.screens import at
from tests.web.visitors import Visitor
from tests.world import Actor, World, until
from warmline.db.transaction import tenant
from warmline.organizations.model import Session


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


async def panel(visitor: Visitor) -> str:
    """What the desk says about who is free."""
    found = re.search(r'<section class="sect" id="free".*?</section>', await visitor.get("/desk"), re.DOTALL)
    assert found
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found[0]).split()))


async def session_row(world: World, who: Actor) -> tuple[datetime, datetime]:
    """When somebody's browser was seen last, and when its session ends."""
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        query = select(Session.seen_at, Session.expires_at).where(Session.user_id == who.id)
        return tuple((await unit.session.execute(query)).one())  # type: ignore[return-value]


async def test_who_closes_the_laptop_does_not_count_as_free_after_some_minutes(world: World) -> None:
    acme = world.acme
    async with at(world, acme.ben) as ben, at(world, acme.admin) as ada:
        await says(acme.ben, "available")
        assert "Free now 1 of 1 Be Ben" in await panel(ada)
        world.advance(minutes=4)
        assert "Free now 1 of 1 Be Ben" in await panel(ada)
        world.advance(minutes=2)
        assert "Free now 0 of 1 Be Ben last seen 6 min ago" in await panel(ada)
        assert (await acme.ben.get("me"))["presence"] == "available"  # it is as they said, and shown as it looks
        await ben.get("/cases")
        assert "Free now 1 of 1 Be Ben" in await panel(ada)
        world.advance(minutes=20)
        await says(acme.ben, "busy")
        assert "Ben busy" in await panel(ada)
        world.advance(minutes=20)
        assert "Ben busy" in await panel(ada)
        await says(acme.ben, "available")  # said by a program of theirs, just now
        assert "Free now 1 of 1 Be Ben" in await panel(ada)


async def test_who_is_signed_in_nowhere_is_as_a_program_says(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await says(world.acme.cleo, "available")
        world.advance(minutes=30)
        assert "Free now 1 of 1 Cl Cleo" in await panel(ada)


async def test_an_open_page_is_somebody_there_and_keeps_no_session_from_its_end(world: World, shared: Running) -> None:
    acme, watch = world.acme, shared.web.state.watch
    async with at(world, acme.ben) as ben, at(world, acme.admin) as ada:
        await says(acme.ben, "available")
        seen, ends = await session_row(world, acme.ben)
        async with ben.http.stream("GET", "/live?view=desk") as stream:
            assert stream.status_code == 200

            async def is_followed() -> bool:
                return any(caller.user_id == acme.ben.id for caller in watch.streams.values())

            await until(is_followed)
            world.advance(minutes=6)
            await watch.note_who_is_there()
            assert "Free now 1 of 1 Be Ben" in await panel(ada)
            assert (await session_row(world, acme.ben))[0] > seen
            assert (await session_row(world, acme.ben))[1] == ends


async def test_that_somebody_is_there_is_written_down_about_once_a_minute(world: World) -> None:
    async with at(world, world.acme.ben) as ben:
        await ben.get("/desk")
        moved = await session_row(world, world.acme.ben)
        world.advance(seconds=30)
        await ben.get("/desk")
        assert await session_row(world, world.acme.ben) == moved
        world.advance(seconds=30)
        await ben.get("/desk")
        seen, ends = await session_row(world, world.acme.ben)
        assert (seen > moved[0], ends) == (True, moved[1])
