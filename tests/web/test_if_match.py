"""`If-Match`: a change is refused where somebody else's came in between, also when both come at the same moment."""

import asyncio
from typing import Any

import pytest

from tests.web.problem import problem
from tests.world import Actor, World

Change = tuple[Actor, str, str, list[dict[str, Any]]]  # who, where the version is shown, where it is changed, to what


async def organization(world: World) -> Change:
    return world.acme.owner, "organization", "organization", [{"name": "One"}, {"name": "Two"}]


async def user(world: World) -> Change:
    path = f"users/{world.acme.viewer.id}"
    return world.acme.owner, path, path, [{"name": "One"}, {"name": "Two"}]


KINDS = [organization, user]


async def test_presence_is_put_over_what_was_read_alone(world: World) -> None:
    ben, path = world.acme.ben.http, "me/presence"
    read = await version(world.acme.ben, path)
    put = await ben.put(path, json={"status": "busy"}, headers={"If-Match": read})
    assert put.status_code == 200
    assert put.headers["etag"] == await version(world.acme.ben, path) != read
    problem(await ben.put(path, json={"status": "away"}, headers={"If-Match": read}), 412)
    assert (await ben.get(path)).json()["status"] == "busy"
    await world.acme.agent.get(path, 404)


async def version(actor: Actor, path: str) -> str:
    return (await actor.http.get(path)).headers["etag"]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_version_that_was_read_may_be_changed_and_an_old_one_not(world: World, kind: Any) -> None:
    actor, shown, path, (one, two) = await kind(world)
    read = await version(actor, shown)
    changed = await actor.http.patch(path, json=one, headers={"If-Match": read})
    assert changed.status_code == 200
    problem(await actor.http.patch(path, json=two, headers={"If-Match": read}), 412)
    assert changed.headers["etag"] == await version(actor, shown) != read
    again = await actor.http.patch(path, json=two, headers={"If-Match": f'"other", {changed.headers["etag"]}'})
    assert again.status_code == 200
    assert (await actor.http.patch(path, json=one, headers={"If-Match": "*"})).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
async def test_of_five_who_have_read_the_same_one_changes_it(world: World, kind: Any) -> None:
    actor, shown, path, (one, _) = await kind(world)
    headers = {"If-Match": await version(actor, shown)}
    bodies = [{"name": f"{one['name']} {number}"} for number in range(5)]
    answers = await asyncio.gather(*(actor.http.patch(path, json=body, headers=headers) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    won = next(answer.json()["name"] for answer in answers if answer.status_code == 200)
    assert (await actor.get(shown))["name"] == won


async def test_a_task_has_versions_too(world: World) -> None:
    agent, case = world.acme.agent, await world.acme.case()
    made = await agent.http.post(f"cases/{case['id']}/tasks", json={"title": "Call back"})
    path, headers = f"cases/{case['id']}/tasks/{made.json()['id']}", {"If-Match": made.headers["etag"]}
    answers = await asyncio.gather(*(agent.http.patch(path, json={"done": True}, headers=headers) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    ticked = next(answer for answer in answers if answer.status_code == 200)
    back = await agent.http.patch(path, json={"done": False}, headers={"If-Match": ticked.headers["etag"]})
    assert (back.status_code, back.headers["etag"]) == (200, made.headers["etag"])
