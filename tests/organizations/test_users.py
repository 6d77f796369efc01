"""People: adding them, changing them, letting them go."""

import httpx2

from tests.world import World

GUS = {"email": "Gus@Acme.example", "name": "Gus", "role": "operator"}


async def test_an_admin_adds_a_person_once_ignoring_case(world: World) -> None:
    acme = world.acme
    gus = await acme.admin.post("users", GUS, 201)
    assert (gus["email"], gus["role"], gus["disabled_at"]) == ("gus@acme.example", "operator", None)
    for email in ("gus@acme.example", "GUS@ACME.EXAMPLE", " gus@acme.example"):
        await acme.admin.post("users", GUS | {"email": email}, 409)
    listed = (await acme.viewer.get("users"))["items"]
    assert [one["name"] for one in listed] == ["Olga", "Ada", "Ben", "Cleo", "Vic", "Gus"]


async def test_another_organization_may_have_the_same_address(world: World) -> None:
    await world.acme.admin.post("users", GUS, 201)
    other = await world.zenith.admin.post("users", GUS, 201)
    assert [one["id"] for one in (await world.zenith.admin.get("users"))["items"]][-1] == other["id"]
    await world.acme.admin.get(f"users/{other['id']}", 404)


async def test_only_admins_add_people_and_only_owners_make_owners(world: World) -> None:
    acme = world.acme
    for somebody in (acme.ben, acme.viewer, acme.agent):
        await somebody.post("users", GUS, 403)
    await acme.admin.post("users", GUS | {"role": "owner"}, 403)
    await acme.owner.post("users", GUS | {"role": "owner"}, 201)


async def test_a_wrong_person_is_refused_by_field(world: World) -> None:
    for name, wrong in (("email", "nobody"), ("email", "a@b"), ("name", ""), ("role", "boss"), ("role", "agent")):
        refused = await world.acme.admin.post("users", GUS | {name: wrong}, 422)
        assert refused["errors"][0]["field"] == name


async def test_each_role_may_what_it_may(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    for who, claim in ((acme.viewer, 403), (acme.ben, 200), (acme.admin, 200), (acme.owner, 200)):
        assert (await who.get("me"))["role"] == who.role
        await who.post(f"handoffs/{handoff['id']}/claim", expect=claim)
        if claim == 200:
            await who.post(f"handoffs/{handoff['id']}/release")
    for who, admin in ((acme.viewer, 403), (acme.ben, 403), (acme.admin, 201), (acme.owner, 201)):
        await who.post("squads", {"name": "One more"}, admin)
    me = await acme.agent.get("me")
    assert (me["kind"], me["role"], me["member_id"], me["user_id"]) == ("member", "agent", str(acme.agent.id), None)


async def test_a_change_of_role_counts_at_once(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    await acme.admin.patch(f"users/{acme.ben.id}", {"role": "viewer"})
    await acme.ben.post(f"handoffs/{handoff['id']}/claim", expect=403)
    await acme.admin.patch(f"users/{acme.viewer.id}", {"role": "operator", "name": "Viktor"})
    assert (await acme.viewer.post(f"handoffs/{handoff['id']}/claim"))["claimed_by"]["name"] == "Viktor"


async def test_nobody_changes_their_own_role_and_admins_leave_owners_alone(world: World) -> None:
    acme = world.acme
    await acme.admin.patch(f"users/{acme.admin.id}", {"role": "owner"}, 403)
    await acme.admin.patch(f"users/{acme.admin.id}", {"disabled": True}, 403)
    for change in ({"role": "viewer"}, {"disabled": True}, {"name": "Nobody"}):
        await acme.admin.patch(f"users/{acme.owner.id}", change, 403)
    await acme.admin.patch(f"users/{acme.ben.id}", {"role": "owner"}, 403)
    await acme.ben.patch(f"users/{acme.cleo.id}", {"name": "x"}, 403)
    await acme.owner.patch(f"users/{acme.ben.id}", {"role": "owner"}, 200)


async def test_a_disabled_person_is_out_at_once_and_stays_in_the_history(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    gone = await acme.admin.patch(f"users/{acme.ben.id}", {"disabled": True})
    assert gone["disabled_at"]
    await acme.ben.get("me", 401)
    assert (await acme.cleo.get(f"handoffs/{handoff['id']}"))["claimed_by"]["name"] == "Ben"
    await acme.admin.patch(f"users/{acme.ben.id}", {"disabled": False})
    await acme.ben.get("me", 401)  # the old token stays dead


async def test_if_match_refuses_a_change_that_came_too_late(world: World) -> None:
    acme = world.acme
    read = await acme.admin.http.get(f"users/{acme.ben.id}")
    await acme.admin.patch(f"users/{acme.ben.id}", {"name": "Benno"})

    async def rename(name: str, tag: str) -> httpx2.Response:
        return await acme.admin.http.patch(f"users/{acme.ben.id}", json={"name": name}, headers={"If-Match": tag})

    assert (await rename("Benedikt", read.headers["etag"])).status_code == 412
    now = await acme.admin.http.get(f"users/{acme.ben.id}")
    assert (await rename("Benedikt", now.headers["etag"])).status_code == 200
    assert (await acme.admin.get(f"users/{acme.ben.id}"))["name"] == "Benedikt"
