"""Who comes into the settings, and who does not."""

import pytest

from tests.settings.screens import at
from tests.world import World

PAGES = ("organization", "people", "squads", "tokens", "close-reasons", "new-close-reason", "close-reasons/other")
ACTS = {
    "organization": {"name": "Mine"}, "people": {"name": "Nora", "email": "nora@acme.example", "role": "admin"},
    "people/{ben}": {"name": "Ben", "role": "owner"}, "people/{ben}/link": {}, "people/{ben}/disable": {},
    "people/{ben}/enable": {}, "squads": {"name": "Mine"}, "squads/{squad}": {"name": "Mine"},
    "squads/{squad}/agents": {"name": "Pip", "role": "x"}, "squads/{squad}/people": {"user_id": "{ben}", "role": "x"},
    "members/{agent}/tokens": {"name": "x"}, "members/{agent}/remove": {}, "tokens/{ben}/revoke": {},
    "new-close-reason": {"label": "Mine"}, "close-reasons/other": {"label": "Mine"},
    "close-reasons/other/move": {"way": "up"}, "close-reasons/other/retire": {}, "close-reasons/other/restore": {},
}  # fmt: skip


async def test_admins_and_owners_find_them_in_the_rail(world: World) -> None:
    for who in (world.acme.owner, world.acme.admin):
        async with at(world, who) as visitor:
            assert 'href="/settings"' in await visitor.get("/desk")
            assert (await visitor.http.get("/settings")).headers["location"] == "/settings/organization"
            for page in PAGES:
                shown = await visitor.get(f"/settings/{page}")
                assert "Organization</a>" in shown
                assert 'aria-current="page"' in shown


async def test_others_do_not_see_them_and_are_told_who_does(world: World) -> None:
    for who in (world.acme.ben, world.acme.viewer):
        async with at(world, who) as visitor:
            assert "/settings" not in await visitor.get("/desk")
            for page in PAGES:
                refused = await visitor.get(f"/settings/{page}", 403)
                assert "Settings are for admins and owners" in refused
                assert f"You are signed in as {who.role}" in refused


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_others_change_nothing(world: World, act: str) -> None:
    acme = world.acme
    names = {"ben": acme.ben.id, "squad": acme.squad, "agent": acme.agent.id}
    before = (await acme.admin.get("events", limit=1))["items"][0]["at"]
    for who in (acme.ben, acme.viewer):
        async with at(world, who) as visitor:
            answer = await visitor.post(f"/settings/{act.format(**names)}", **ACTS[act])
            assert answer.status_code == 403, answer.text[:300]
    told = (await acme.admin.get("events", limit=20))["items"]
    assert {one["type"] for one in told if one["at"] > before} <= {"user.signed_in"}
