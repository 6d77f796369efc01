"""Squads and the seats in them."""

from typing import Any

from tests.world import World


async def test_squads_are_made_by_admins_and_names_may_repeat(world: World) -> None:
    acme = world.acme
    first, second = [await acme.admin.post("squads", {"name": "Support"}, 201) for _ in range(2)]
    assert first["id"] != second["id"]
    assert [one["name"] for one in (await acme.viewer.get("squads"))["items"]] == ["Support"] * 3
    for somebody in (acme.ben, acme.viewer, acme.agent):
        await somebody.post("squads", {"name": "x"}, 403)
    await acme.admin.post("squads", {"name": " "}, 422)


async def test_a_seat_is_filled_by_an_agent_or_by_a_user(world: World) -> None:
    acme = world.acme
    path = f"squads/{acme.squad}/members"
    agent = await acme.admin.post(path, {"kind": "agent", "role": "caller"}, 201)
    assert (agent["name"], agent["user_id"]) == ("caller", None)
    lead = await acme.admin.post(path, {"kind": "user", "role": "tech_lead", "user_id": str(acme.ben.id)}, 201)
    assert (lead["name"], lead["user_id"]) == ("Ben", str(acme.ben.id))
    seats = (await acme.viewer.get(path))["items"]
    assert [one["name"] for one in seats] == ["Jane", "Otis", "caller", "Ben"]
    await acme.admin.delete(f"members/{lead['id']}")
    assert [one["name"] for one in (await acme.viewer.get(path))["items"]] == ["Jane", "Otis", "caller"]


async def test_the_lists_of_seats_and_of_close_reasons_come_in_pages(world: World) -> None:
    acme = world.acme
    for path, key in ((f"squads/{acme.squad}/members", "id"), ("close-reasons", "key")):
        whole = await acme.viewer.get(path)
        assert whole["next_cursor"] is None
        seen: list[Any] = []
        cursor: dict[str, Any] = {}
        for _ in whole["items"]:
            one = await acme.viewer.get(path, limit=1, **cursor)
            seen += one["items"]
            cursor = {"cursor": one["next_cursor"]}
        assert cursor == {"cursor": None}
        assert [one[key] for one in seen] == [one[key] for one in whole["items"]]
        for wrong in ({"limit": 0}, {"limit": 201}, {"cursor": "nonsense"}):
            await acme.viewer.get(path, 422, **wrong)


async def test_a_wrong_seat_is_refused(world: World) -> None:
    acme = world.acme
    path = f"squads/{acme.squad}/members"
    for body in (
        {"kind": "user", "role": "lead"},
        {"kind": "user", "role": "lead", "user_id": str(world.otto.id)},
        {"kind": "agent", "role": "lead", "user_id": str(acme.ben.id)},
        {"kind": "agent", "role": "Tech Lead"},
        {"kind": "robot", "role": "lead"},
    ):
        await acme.admin.post(path, body, 422)
    await acme.ben.post(path, {"kind": "agent", "role": "caller"}, 403)
    await world.otto.post(path, {"kind": "agent", "role": "caller"}, 404)
    assert len((await acme.admin.get(path))["items"]) == 2


async def test_a_squad_is_renamed_by_admins_who_have_seen_its_name(world: World) -> None:
    acme = world.acme
    read = await acme.admin.http.get(f"squads/{acme.squad}")
    tag = {"If-Match": read.headers["etag"]}
    renamed = await acme.admin.http.patch(f"squads/{acme.squad}", json={"name": "Night desk"}, headers=tag)
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Night desk")
    late = await acme.admin.http.patch(f"squads/{acme.squad}", json={"name": "Day desk"}, headers=tag)
    assert late.status_code == 412
    for somebody in (acme.ben, acme.viewer, acme.agent):
        await somebody.patch(f"squads/{acme.squad}", {"name": "Mine"}, 403)
    await world.otto.patch(f"squads/{acme.squad}", {"name": "Mine"}, 404)
    await acme.admin.patch(f"squads/{acme.squad}", {"name": " "}, 422)
    assert (await acme.viewer.get(f"squads/{acme.squad}"))["name"] == "Night desk"
    told = (await acme.admin.get("events", subject=f"squad:{acme.squad}"))["items"]
    assert [one["type"] for one in told] == ["squad.changed", "squad.created"]
