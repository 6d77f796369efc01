"""Tokens for users and members: shown once, revoked at once."""

import asyncpg

from tests.conftest import Running
from tests.world import World


async def works(world: World, token: str) -> bool:
    """Whether a token signs in."""
    answer = await world.acme.ben.http.get("me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (200, 401)
    return bool(answer.status_code == 200)


async def test_a_token_acts_as_its_user_and_is_shown_once(world: World) -> None:
    acme = world.acme
    made = await acme.ben.post(f"users/{acme.ben.id}/tokens", {"name": "script"}, 201)
    assert made["token"].startswith("wlu_")
    assert len(made["token"]) >= 4 + 32  # 192 bits
    me = await acme.ben.http.get("me", headers={"Authorization": f"bearer {made['token']}"})
    assert (me.json()["name"], me.json()["kind"]) == ("Ben", "user")
    listed = (await acme.ben.get("tokens"))["items"]
    assert {one["name"] for one in listed} == {"script", "test"}
    assert made["token"] not in str(listed)


async def test_a_members_token_acts_as_the_seat(world: World) -> None:
    acme = world.acme
    seat = {"kind": "user", "role": "tech_lead", "user_id": str(acme.cleo.id)}
    member = await acme.admin.post(f"squads/{acme.squad}/members", seat, 201)
    made = await acme.admin.post(f"members/{member['id']}/tokens", expect=201)
    assert made["token"].startswith("wlm_")
    me = (await acme.ben.http.get("me", headers={"Authorization": f"Bearer {made['token']}"})).json()
    assert (me["kind"], me["role"], me["user_id"], me["member_id"]) == (
        "member", "operator", str(acme.cleo.id), member["id"],
    )  # fmt: skip


async def test_others_tokens_are_made_by_admins_and_owners_by_owners(world: World) -> None:
    acme = world.acme
    for path in (f"users/{acme.cleo.id}/tokens", f"members/{acme.agent.id}/tokens"):
        for somebody in (acme.ben, acme.viewer, acme.agent):
            await somebody.post(path, expect=403)
        await world.otto.post(path, expect=404)
        await acme.admin.post(path, expect=201)
    await acme.admin.post(f"users/{acme.owner.id}/tokens", expect=403)
    seat = {"kind": "user", "role": "boss", "user_id": str(acme.owner.id)}
    boss = await acme.admin.post(f"squads/{acme.squad}/members", seat)
    await acme.admin.post(f"members/{boss['id']}/tokens", expect=403)
    await acme.owner.post(f"members/{boss['id']}/tokens", expect=201)


async def test_a_revoked_token_stops_at_once(world: World) -> None:
    acme = world.acme
    made = await acme.ben.post(f"users/{acme.ben.id}/tokens")
    assert await works(world, made["token"])
    for somebody in (acme.cleo, acme.agent):
        await somebody.delete(f"tokens/{made['id']}", 403)
    await world.otto.delete(f"tokens/{made['id']}", 404)
    assert await works(world, made["token"])
    await acme.ben.delete(f"tokens/{made['id']}")
    assert not await works(world, made["token"])
    await acme.ben.delete(f"tokens/{made['id']}", 404)
    revoked = next(one for one in (await acme.ben.get("tokens"))["items"] if one["id"] == made["id"])
    assert revoked["revoked_at"]


async def test_a_member_who_leaves_loses_the_tokens_and_keeps_the_work(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    await acme.ben.delete(f"members/{acme.agent.id}", 403)
    await acme.admin.delete(f"members/{acme.agent.id}")
    assert not await works(world, acme.agent.token)
    await acme.admin.post(f"members/{acme.agent.id}/tokens", expect=409)
    assert (await acme.admin.get(f"cases/{case['id']}"))["owner"]["name"] == "Jane"


async def test_a_repeat_under_a_key_makes_one_token_and_shows_it_once(world: World) -> None:
    acme = world.acme
    first = await acme.ben.post(f"users/{acme.ben.id}/tokens", key="once")
    again = await acme.ben.post(f"users/{acme.ben.id}/tokens", key="once")
    assert (again["id"], again["token"]) == (first["id"], None)
    assert len((await acme.ben.get("tokens"))["items"]) == 2


async def test_only_a_hash_is_kept(world: World, shared: Running) -> None:
    connection = await asyncpg.connect(shared.app.urls.app)
    try:
        await connection.execute("SELECT set_config('warmline.organization_id', $1, false)", str(world.acme.id))
        rows = await connection.fetch("SELECT * FROM warmline.tokens")
        assert len(rows) == 7
        assert not [row for row in rows if world.acme.ben.token[4:] in str(dict(row))]
    finally:
        await connection.close()


async def test_nonsense_is_no_token(world: World) -> None:
    for nonsense in ("x", "wlu_" + "a" * 32, world.acme.ben.token[:-1], world.acme.ben.token.upper()):
        assert not await works(world, nonsense)
    for header in ({"Authorization": "Bearer"}, {"Authorization": f"Basic {world.acme.ben.token}"}):
        answer = await world.acme.ben.http.get("me", headers=header)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
