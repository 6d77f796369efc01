"""Every door through which content leaves, gone through by each role: nobody reads what is hidden from them."""

import asyncio
import html
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.conftest import Running
from tests.live.listening import listening
from tests.privacy.planted import PARTS, TEXT, Planted, one, plant, seen, write
from tests.tenancy.doors import DOORS
from tests.web.visitors import session_of
from tests.world import Actor, World, create_world, until
from warmline.web import cookies

ALL = set(PARTS)
HIDDEN = {"viewer": ALL, "operator": {"card", "secret"}, "admin": set[str]()}
STREAMS = {"GET /live", "GET /api/v1/events/stream"}
NOT_ASKED = STREAMS | {  # nothing of a case is in them, or they are for those who are not signed in
    *("GET /", "GET /set-password/{secret}", "GET /sign-in", "GET /sign-in/oidc", "GET /sign-in/oidc/back"),
}
RICH = {  # here an admin reads all of it: the crawl would see what is not hidden
    *("GET /api/v1/cases", "GET /api/v1/cases/{case_id}", "GET /api/v1/cases/{case_id}/documentation"),
    *("GET /api/v1/handoffs", "GET /api/v1/handoffs/{handoff_id}", "GET /api/v1/handoffs/{handoff_id}/wait"),
    *("GET /api/v1/handoffs/{handoff_id}/texts/{text}", "GET /desk", "GET /cases", "GET /history"),
    *("GET /handoffs/{handoff_id}", "GET /handoffs/{handoff_id}/glance", "GET /handoffs/{handoff_id}/texts/{text}"),
}


@dataclass
class Scene:
    """What was planted, and the people who look, by token and by cookie."""

    world: World
    planted: Planted
    people: dict[str, tuple[Actor, httpx2.AsyncClient]]


@pytest_asyncio.fixture(scope="module")
async def scene(shared: Running) -> AsyncIterator[Scene]:
    """Planted once for this file."""
    world = await create_world(shared.app, shared.address)
    acme = world.acme
    made = Scene(world, await plant(acme), {})
    for role, actor in (("viewer", acme.viewer), ("operator", acme.ben), ("admin", acme.admin)):
        kept = {cookies.SESSION: await session_of(shared.app, acme.id, actor)}
        made.people[role] = actor, httpx2.AsyncClient(base_url=shared.address, cookies=kept, timeout=30)
    await until(partial(is_read, made))
    yield made
    for _, browser in made.people.values():
        await browser.aclose()
    await world.close()


async def is_read(scene: Scene) -> bool:
    found = [await scene.world.acme.admin.get(f"handoffs/{one['id']}") for one in vars(scene.planted).values()]
    return all(one["assessment"]["state"] != "pending" for one in found)


def addresses(door: str, planted: Planted, own: dict[str, list[str]]) -> Iterable[str]:
    """The door with each of the ids that fit into it."""
    paths = [door.removeprefix("GET ")]
    for name, ids in own.items():
        paths = [path.replace(f"{{{name}}}", id) for path in paths for id in (ids if f"{{{name}}}" in path else [""])]
    return paths


def ids_of(scene: Scene, told: str) -> dict[str, list[str]]:
    acme, handoffs = scene.world.acme, list(vars(scene.planted).values())
    cases = [one["source"]["id"] for one in handoffs]
    return {
        "case_id": cases, "handoff_id": [one["id"] for one in handoffs], "thing_id": cases, "kind": ["case"],
        "text": ["ticket_notes", "client_update", "email_draft"], "key": ["resolved"], "squad_id": [str(acme.squad)],
        "user_id": [str(acme.ben.id)], "member_id": [str(acme.agent.id)], "notification_id": [told],
        "channel_id": [told], "webhook_id": [told], "delivery_id": [told], "token_id": [told],
    }  # fmt: skip


async def asked(scene: Scene, role: str, path: str) -> str:
    """The answer of a door to somebody, as it would be read."""
    actor, browser = scene.people[role]
    http, is_api = (actor.http, True) if path.startswith("/api/") else (browser, False)
    answer = await http.get(
        path.removeprefix("/api/v1/") if is_api else path, params={"timeout": 0} if "/wait" in path else {}
    )
    assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text[:300]}"
    return html.unescape(answer.text) if answer.status_code < 300 else ""


@pytest.mark.parametrize("door", sorted(one for one in DOORS if one.startswith("GET ") and one not in NOT_ASKED))
async def test_a_door_shows_each_role_what_it_may_read(scene: Scene, door: str) -> None:
    own = ids_of(scene, scene.planted.ready["id"])
    for role, hidden in HIDDEN.items():
        found = {path: await asked(scene, role, path) for path in addresses(door, scene.planted, own)}
        assert not any("{" in path for path in found), f"{door}: give ids_of this test the ids that it wants"
        leaks = {path: seen(text) & hidden for path, text in found.items()}
        assert not any(leaks.values()), f"{role}: {leaks}"
        if role == "admin" and door in RICH:
            assert all(seen(text) == ALL for text in found.values()), {p: seen(t) for p, t in found.items()}


async def test_the_room_of_who_holds_it_follows_the_rule_of_their_role(scene: Scene) -> None:
    path = f"/handoffs/{scene.planted.held['id']}/work"
    shown = await asked(scene, "operator", path)
    assert seen(shown) == {"email", "phone"}
    assert "•••• 4242" in shown
    assert "[hidden: secret]" in shown


async def test_answers_to_acts_follow_it_too(scene: Scene) -> None:
    acme = scene.world.acme
    handoff = await one(acme)
    for act in (f"{handoff['id']}/claim", f"{handoff['id']}/heartbeat", f"{handoff['id']}/release", "claim-next"):
        answer = await acme.cleo.http.post(f"handoffs/{act}", json={}, headers={"Idempotency-Key": act})
        again = await acme.cleo.http.post(f"handoffs/{act}", json={}, headers={"Idempotency-Key": act})
        for told in (answer, again):
            assert told.status_code == 200, told.text
            assert seen(told.text) == {"email", "phone"}
    assert seen((await acme.cleo.http.post("handoffs/claim-next", json={})).text) <= {"email", "phone"}


async def test_the_agent_reads_what_it_wrote(scene: Scene) -> None:
    agent = scene.world.acme.agent
    answer = await agent.http.get(f"cases/{scene.planted.ready['source']['id']}")
    assert seen(answer.text) == ALL


@pytest.mark.parametrize("view", ["desk", "handoff", "bell"])
async def test_what_is_pushed_follows_it(scene: Scene, view: str) -> None:
    acme = scene.world.acme
    handoff = await one(acme)
    where = f"/live?view={view}" + (f"&id={handoff['id']}" if view == "handoff" else "")
    async with streaming(scene, "operator", where) as ben, streaming(scene, "admin", where) as ada:
        await write(acme, f"cases/{handoff['source']['id']}")
        await one(acme)
        await acme.cleo.post(f"handoffs/{handoff['id']}/claim")
        expected = {"desk": "leave", "handoff": "#ways", "bell": "bell-count"}[view]
        operator, admin = [await until(partial(heard.having, expected)) for heard in (ben, ada)]
    assert not seen(operator) & HIDDEN["operator"]
    if view != "bell":
        assert (seen(operator), seen(admin)) == ({"email", "phone"}, ALL)


async def test_what_is_pushed_into_the_room_follows_it(scene: Scene) -> None:
    acme = scene.world.acme
    handoff = await one(acme)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    case = f"cases/{handoff['source']['id']}"
    async with streaming(scene, "operator", f"/live?view=work&id={handoff['id']}") as ben:
        await acme.ben.post(f"{case}/messages", {"role": "operator", "text": TEXT})
        await acme.ben.post(f"{case}/facts", {"text": TEXT, "origin": "said"})
        await acme.ben.post(f"{case}/tasks", {"title": TEXT})
        told = await until(partial(ben.having, "task-list"))
    assert seen(told) == {"email", "phone"}


async def test_the_stream_of_events_holds_no_content(scene: Scene) -> None:
    async with listening(scene.people["operator"][0]) as heard:
        await one(scene.world.acme)
        await until(partial(has, heard, "handoff.created"))
    assert not seen(str(heard.frames))


@dataclass
class Pushed:
    """What a page's stream has said so far."""

    text: str = ""

    async def having(self, word: str) -> str:
        """All of it, once this word is in it."""
        return self.text if word in self.text else ""


@asynccontextmanager
async def streaming(scene: Scene, role: str, where: str) -> AsyncIterator[Pushed]:
    """Follow a page's stream while the block lasts."""
    pushed, browser = Pushed(), scene.people[role][1]
    async with browser.stream("GET", where) as answer:
        lines = answer.aiter_lines()
        async for line in lines:
            if line.startswith("event: ready"):
                break

        async def follow() -> None:
            with suppress(httpx2.ReadError):
                async for line in lines:
                    pushed.text += html.unescape(line) + "\n"

        task = asyncio.create_task(follow())
        yield pushed
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def has(heard: Any, type: str) -> bool:
    return type in heard.types
