"""An organization keeps an owner, whoever asks, and however many at once."""

import asyncio

import pytest

from tests.world import World


async def owners(world: World) -> list[str]:
    """Who is an owner and may sign in."""
    people = (await world.acme.admin.get("users"))["items"]
    return [one["name"] for one in people if one["role"] == "owner" and not one["disabled_at"]]


@pytest.mark.parametrize("change", [{"role": "admin"}, {"disabled": True}])
async def test_the_last_owner_stays(world: World, change: dict[str, object]) -> None:
    acme = world.acme
    refused = await acme.owner.patch(f"users/{acme.owner.id}", change, 409)
    assert "last owner" in refused["detail"]
    assert "Make somebody else an owner first" in refused["detail"]
    assert await owners(world) == ["Olga"]


@pytest.mark.parametrize("change", [{"role": "admin"}, {"disabled": True}])
async def test_of_two_owners_who_remove_each_other_at_once_one_stays(world: World, change: dict[str, object]) -> None:
    acme = world.acme
    await acme.owner.patch(f"users/{acme.admin.id}", {"role": "owner"})
    token = (await acme.owner.post(f"users/{acme.admin.id}/tokens"))["token"]  # becoming an owner ended the first one
    ada = acme.admin.http
    ada.headers["Authorization"] = f"Bearer {token}"
    answers = await asyncio.gather(
        acme.owner.http.patch(f"users/{acme.admin.id}", json=change),
        ada.patch(f"users/{acme.owner.id}", json=change),
    )
    assert sorted(answer.status_code for answer in answers)[0] == 200
    assert sorted(answer.status_code for answer in answers)[1] in (401, 403, 409)
    token = (await acme.ben.get("users"))["items"]
    left = [one["name"] for one in token if one["role"] == "owner" and not one["disabled_at"]]
    assert len(left) == 1


async def test_with_another_owner_there_one_may_go(world: World) -> None:
    acme = world.acme
    await acme.owner.patch(f"users/{acme.ben.id}", {"role": "owner"})
    await acme.owner.patch(f"users/{acme.ben.id}", {"role": "operator"})
    assert await owners(world) == ["Olga"]
