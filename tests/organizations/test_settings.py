"""GET and PATCH /organization: settings are merged key by key, within bounds."""

from typing import Any

from tests.world import World

SHIPPED: dict[str, Any] = {
    "due_seconds": {"urgent": 60, "high": 300, "normal": 900, "low": 3600},
    "claim_lease_seconds": 900,
    "default_region": "US",
}


async def test_a_new_organization_has_what_is_shipped(world: World) -> None:
    told = await world.acme.viewer.get("organization")
    assert told["name"] == "Acme"
    assert SHIPPED.items() <= told["settings"].items()


async def test_a_patch_merges_keys_and_keeps_the_rest(world: World) -> None:
    acme = world.acme
    await acme.admin.patch("organization", {"settings": {"due_seconds": {"urgent": 30}}})
    told = await acme.admin.patch("organization", {"settings": {"claim_lease_seconds": 60}, "name": "Acme & Co"})
    assert told["settings"]["due_seconds"] == SHIPPED["due_seconds"] | {"urgent": 30}
    assert (told["settings"]["claim_lease_seconds"], told["name"]) == (60, "Acme & Co")
    assert await acme.viewer.get("organization") == told
    assert (await world.zenith.admin.get("organization"))["settings"]["claim_lease_seconds"] == 900


async def test_what_is_out_of_bounds_is_named_and_changes_nothing(world: World) -> None:
    admin = world.acme.admin
    before = await admin.get("organization")
    for settings, field in (
        ({"claim_lease_seconds": 4}, "settings.claim_lease_seconds"),
        ({"claim_lease_seconds": 2_592_001}, "settings.claim_lease_seconds"),
        ({"claim_lease_seconds": "60"}, "settings.claim_lease_seconds"),
        ({"claim_lease_seconds": None}, "settings.claim_lease_seconds"),
        ({"due_seconds": {"urgent": 1, "high": 60}}, "settings.due_seconds.urgent"),
        ({"due_seconds": {"soon": 60}}, "settings.due_seconds.soon"),
        ({"default_region": "usa"}, "settings.default_region"),
        ({"unheard_of": 1}, "settings.unheard_of"),
    ):
        refused = await admin.patch("organization", {"settings": {"default_region": "DE"} | settings}, 422)
        assert [error["field"] for error in refused["errors"]] == [field]
    assert await admin.get("organization") == before


async def test_only_admins_change_settings_and_the_history_says_which(world: World) -> None:
    acme = world.acme
    for somebody in (acme.ben, acme.viewer, acme.agent):
        await somebody.patch("organization", {"settings": {"default_region": "DE"}}, 403)
    await acme.owner.patch("organization", {"settings": {"default_region": "DE"}})
    told = (await acme.admin.get("events", subject=f"organization:{acme.id}"))["items"][0]
    assert (told["type"], told["data"], told["actor"]["name"]) == (
        "organization.changed", {"changed": ["default_region"]}, "Olga",
    )  # fmt: skip


async def test_if_match_refuses_a_change_that_came_too_late(world: World) -> None:
    admin = world.acme.admin
    tag = (await admin.http.get("organization")).headers["etag"]
    await admin.patch("organization", {"settings": {"claim_lease_seconds": 60}})
    late = await admin.http.patch("organization", json={"settings": {}}, headers={"If-Match": tag})
    assert late.status_code == 412
