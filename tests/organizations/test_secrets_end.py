"""Secrets that were handed out end when they should."""

import httpx2

from tests.conftest import Running
from tests.world import World

PASSWORD = "a long sentence is good"


async def secret(world: World) -> str:
    made = await world.acme.admin.post(f"users/{world.acme.ben.id}/password-link")
    return str(made["set_password_url"]).rsplit("/", 1)[1]


async def test_only_the_newest_password_link_works(world: World) -> None:
    first, second = await secret(world), await secret(world)
    async with httpx2.AsyncClient(base_url=world.address) as browser:
        assert (await browser.get(f"/set-password/{first}")).status_code == 404
        assert (await browser.get(f"/set-password/{second}")).status_code == 200


async def test_who_becomes_an_owner_keeps_no_token_that_an_admin_made(world: World) -> None:
    acme = world.acme
    made = (await acme.admin.post(f"users/{acme.ben.id}/tokens"))["token"]
    link = await secret(world)
    await acme.owner.patch(f"users/{acme.ben.id}", {"role": "owner"})
    answer = await acme.admin.http.get("me", headers={"Authorization": f"Bearer {made}"})
    assert answer.status_code == 401
    async with httpx2.AsyncClient(base_url=world.address) as browser:
        assert (await browser.get(f"/set-password/{link}")).status_code == 404


async def test_bad_tokens_from_an_address_do_not_lock_out_good_ones(world: World, shared: Running) -> None:
    brakes = shared.web.state.throttle._bad
    most, brakes.most = brakes.most, 5
    brakes._seen.clear()
    try:
        bad = {"Authorization": "Bearer wlu_nonsense"}
        answers = [(await world.acme.ben.http.get("me", headers=bad)).status_code for _ in range(8)]
        assert answers == [401] * 5 + [429] * 3
        assert (await world.acme.ben.get("me"))["name"] == "Ben"
    finally:
        brakes.most = most
        brakes._seen.clear()
