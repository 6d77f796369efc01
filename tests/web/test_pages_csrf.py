"""Every form of the pages proves where it comes from. The routes are read from the application: none is forgotten."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest
import pytest_asyncio
from fastapi.routing import iter_route_contexts

from tests.browser.screens import with_demo
from tests.conftest import SHARED, Running
from tests.tenancy.snapshot import digests
from tests.web.forms import FORMS, Stage, is_read
from tests.web.visitors import Visitor, session_of, signed_in
from tests.world import World
from warmline.boot import Boot
from warmline.settings import Settings
from warmline.web.server import create_app

SAFE = {"GET", "HEAD", "OPTIONS"}


def routes() -> list[str]:
    """The path of every route that is no API's and takes more than reading."""
    settings = Settings()
    found = iter_route_contexts(create_app(settings, Boot(settings)).routes)
    writing = [one.path for one in found if (one.methods or set()) - SAFE]
    return sorted(path for path in writing if path and not path.startswith("/api/"))


def test_every_route_that_writes_has_a_good_form_here() -> None:
    assert routes() == sorted(FORMS)


@pytest_asyncio.fixture
async def eyes(postgres: Any, shared: Running) -> AsyncIterator[asyncpg.Connection]:
    """What the superuser sees."""
    connection = await asyncpg.connect(postgres.url(database=SHARED))
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def claimed(world: World) -> dict[str, str]:
    """A handoff that Ben holds, with a task, and with its assessment: no job has anything to do with it."""
    case = await world.acme.case()
    task = await world.acme.agent.post(f"cases/{case['id']}/tasks", {"title": "Look"})
    handoff = await world.acme.handoff(case)

    await is_read(world, handoff)
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    return {"handoff_id": handoff["id"], "task_id": task["id"]}


@pytest.mark.parametrize("path", sorted(FORMS))
async def test_a_form_without_the_right_token_changes_nothing(
    shared: Running, world: World, eyes: asyncpg.Connection, claimed: dict[str, str], path: str
) -> None:
    form = FORMS[path]
    with with_demo(shared, world.acme.id):
        async with (
            browser(world, form.who) as visitor,
            browser(world, "Cleo" if form.who != "Nobody" else "Nobody") as other,
        ):
            stage = Stage(world, visitor, other, claimed | await settled(world))
            if form.prepare:
                await form.prepare(stage)
            address, fields = path.format(**stage.ids), form.fields(stage)
            before = await digests(eyes, world.acme.id)
            for token in ("", "0" * 64, stage.other.csrf):
                assert token != visitor.csrf
                refused(await visitor.post(address, **fields, csrf=token))
            refused(await visitor.http.post(address, data=fields))
            await upload(visitor, address, fields)
            assert await digests(eyes, world.acme.id) == before
            done = await visitor.post(address, **fields)
            assert done.status_code < 400, done.text[:600]
            assert (await digests(eyes, world.acme.id) != before) is form.changes


async def upload(visitor: Visitor, address: str, fields: dict[str, Any]) -> None:
    """A file in the place of each field is refused; no form of ours takes one."""
    for name in fields:
        rest = {"csrf": visitor.csrf} | {other: value for other, value in fields.items() if other != name}
        answer = await visitor.http.post(address, data=rest, files={name: ("page.html", b"<script>", "text/html")})
        assert 400 <= answer.status_code < 500, (name, answer.status_code, answer.text[:600])


async def settled(world: World) -> dict[str, str]:
    """What the settings are about."""
    acme = world.acme
    bens = next(one for one in (await acme.ben.get("tokens"))["items"])
    ids = {"user_id": acme.ben.id, "squad_id": acme.squad, "member_id": acme.agent.id, "token_id": bens["id"]}
    return {"key": "lost"} | {name: str(id) for name, id in ids.items()}


def refused(answer: httpx2.Response) -> None:
    """403, for people to read, and nobody is signed in or out by it."""
    assert answer.status_code == 403, answer.text[:600]
    assert "This page is out of date" in answer.text
    assert "set-cookie" not in answer.headers


def browser(world: World, who: str) -> Any:
    """Somebody's, on the page with the form."""
    cast = {one.name: one for one in world.acme.everybody}
    return signed_in(world.app, world.address, world.acme.id, cast[who]) if who in cast else _outside(world)


def _outside(world: World) -> Any:
    class AtTheDoor(Visitor):
        async def __aenter__(self) -> Any:
            await self.get("/sign-in")
            return self

    return AtTheDoor(world.address)


async def test_a_header_will_do_where_scripts_ask(world: World, claimed: dict[str, str]) -> None:
    place = f"/handoffs/{claimed['handoff_id']}/say"
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        for token, status in (("0" * 64, 403), (ben.csrf, 204)):
            headers = {"HX-Request": "true", "X-CSRF-Token": token}
            answer = await ben.http.post(place, data={"text": "Ben here."}, headers=headers)
            assert answer.status_code == status


async def test_a_cookie_writes_nothing_through_the_api_either(world: World, claimed: dict[str, str]) -> None:
    cookie = {"warmline_session": await session_of(world.app, world.acme.id, world.acme.ben)}
    async with httpx2.AsyncClient(base_url=world.address, cookies=cookie) as http:
        answer = await http.post(f"/api/v1/handoffs/{claimed['handoff_id']}/release")
        assert answer.status_code == 403
