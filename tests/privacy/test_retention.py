"""Retention: what has ended is removed when the organization's days have passed, and not before."""

from functools import partial
from typing import Any

import pytest

from tests.privacy.planted import one
from tests.privacy.remains import eyes, plant_answers, remains
from tests.privacy.test_erasure import HOOK, PLAIN, ended, read, tried
from tests.world import Tenant, World, until
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.flows import retention
from warmline.organizations import settings


async def keep(acme: Tenant, **days: Any) -> None:
    await acme.owner.patch("organization", {"settings": {"retention_days": days}})


async def is_redacted(acme: Tenant, case: str) -> Any:
    return (await acme.admin.get(case))["redacted_at"]


async def test_by_default_everything_is_kept(world: World) -> None:
    acme = world.acme
    case = await ended(acme, await one(acme, **PLAIN))
    world.advance(days=4000)
    sentinel = await ended(world.zenith, await one(world.zenith, **PLAIN))
    await keep(world.zenith, content=1)
    world.advance(days=2)
    await until(partial(is_redacted, world.zenith, sentinel), 20)
    assert (await acme.owner.get("organization"))["settings"]["retention_days"] == {"content": None, "deliveries": None}
    assert await is_redacted(acme, case) is None


async def test_content_goes_when_its_days_have_passed_and_what_is_open_stays(world: World, postgres: Any) -> None:
    acme = world.acme
    open_one, handoff = await one(acme, **PLAIN), await one(acme, **PLAIN)
    await until(partial(read, acme, handoff))
    case = await ended(acme, handoff)
    await keep(acme, content=30)
    world.advance(days=29)
    later = await ended(acme, await one(acme, **PLAIN))
    world.advance(days=2)
    found = await until(partial(is_redacted, acme, case), 20)
    whole = await acme.admin.get(case)
    assert found
    assert whole["title"].startswith("Removed on ")
    assert whole["title"].endswith(" by retention")
    assert await is_redacted(acme, later) is None
    assert await is_redacted(acme, f"cases/{open_one['source']['id']}") is None
    events = (await acme.admin.get("events", subject=case[6:]))["items"]
    (told,) = [one for one in events if one["type"] == "case.redacted"]
    assert (told["data"]["why"], told["actor"]["kind"]) == ("retention", "job")
    assert [one["type"] for one in events].count("case.message") == 6


async def test_what_receivers_answered_goes_by_its_own_days(world: World, postgres: Any) -> None:
    acme = world.acme
    hook = await acme.owner.post("webhooks", HOOK, 201)
    handoff = await one(acme, **PLAIN)
    await until(partial(tried, acme, handoff), 20)
    await acme.owner.delete(f"webhooks/{hook['id']}")
    async with eyes(postgres) as see:
        await plant_answers(see, acme.id, handoff["id"])
        await keep(acme, deliveries=10)
        world.advance(days=11)

        async def is_gone() -> bool:
            return not {"deliveries", "delivery_attempts"} & set(await remains(see, acme.id))

        await until(is_gone, 20)
        assert "case_messages" in await remains(see, acme.id)


class Killed(Exception):
    """The process is gone."""


async def killed(world: World) -> None:
    """The job, broken off before it commits; the days are set in the same breath, so that no other job is earlier."""
    acme = world.acme
    olga = Caller(acme.id, "user", acme.owner.id, "Olga", "owner", user_id=acme.owner.id)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        await settings.change(unit.session, olga, None, {"retention_days": {"content": 1}}, unit.now)
        assert await retention.forget(unit.session, acme.id, unit.now) == 2
        raise Killed


async def test_a_job_that_is_killed_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = world.acme
    cases = [await ended(acme, await one(acme, **PLAIN)) for _ in range(3)]
    monkeypatch.setattr(retention, "CHUNK", 2)
    world.app.clock.advance(retention.AGAIN * 48)
    with pytest.raises(Killed):
        await killed(world)
    assert not any([await is_redacted(acme, case) for case in cases])
    await keep(acme, content=1)
    for case in cases:
        await until(partial(is_redacted, acme, case), 20)
        events = (await acme.admin.get("events", subject=case[6:]))["items"]
        assert [one["type"] for one in events].count("case.redacted") == 1


@pytest.mark.parametrize(
    "days", [{"content": 0}, {"content": 3651}, {"content": "30"}, {"deliveries": -1}, {"texts": 1}]
)
async def test_days_have_bounds(world: World, days: dict[str, Any]) -> None:
    refused = await world.acme.owner.patch("organization", {"settings": {"retention_days": days}}, 422)
    assert refused["errors"][0]["field"].startswith("settings.retention_days.")


async def test_what_is_hidden_is_the_organizations_to_say(world: World) -> None:
    acme = world.acme
    handoff = await one(acme)
    assert "•••• 4242" in (await acme.ben.get(f"handoffs/{handoff['id']}"))["title"]
    await acme.owner.patch("organization", {"settings": {"redaction": {"operator": ["email"]}}})
    title = (await acme.ben.get(f"handoffs/{handoff['id']}"))["title"]
    assert "4242 4242 4242 4242" in title
    assert "l•••@example.org" in title
    assert "•••• 4242" in (await acme.viewer.get(f"handoffs/{handoff['id']}"))["title"]
    await acme.owner.patch("organization", {"settings": {"redaction": {"operator": ["shoes"]}}}, 422)
