"""Every form of the pages proves where it comes from. The routes are read from the application: none is forgotten."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx2
import pytest
import pytest_asyncio
from fastapi.routing import iter_route_contexts

from tests.browser.screens import with_demo
from tests.conftest import SHARED, Running
from tests.tenancy.snapshot import digests
from tests.web.visitors import Visitor, newcomer, session_of, signed_in, with_password
from tests.world import World, until
from warmline.boot import Boot
from warmline.settings import Settings
from warmline.web.server import create_app

SAFE = {"GET", "HEAD", "OPTIONS"}
PASSWORD = "a sentence about badgers"


@dataclass
class Stage:
    """Somebody with a form before them: where it goes and what they fill in."""

    world: World
    visitor: Visitor
    other: Visitor  # somebody else's browser
    ids: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """A good request: who sends it, and with which fields."""

    who: str = "Ben"
    fields: Callable[[Stage], dict[str, Any]] = lambda stage: {}
    prepare: Callable[[Stage], Awaitable[None]] | None = None


async def released(stage: Stage) -> None:
    """Nobody holds it."""
    await stage.world.acme.admin.post(f"handoffs/{stage.ids['handoff_id']}/release")


async def invited(stage: Stage) -> None:
    """Somebody has a link."""
    stage.ids["email"], link = await newcomer(stage.world.acme)
    stage.ids["secret"] = link.rsplit("/", 1)[1]


async def has_password(stage: Stage) -> None:
    """Somebody of Acme."""
    stage.ids["email"] = await with_password(stage.world.address, PASSWORD, stage.world.acme)


async def has_ticket(stage: Stage) -> None:
    """The password fitted in two organizations; which one was asked."""
    world = stage.world
    stage.ids["email"] = await with_password(world.address, PASSWORD, world.acme, world.zenith)
    asked = await stage.visitor.post("/sign-in", email=stage.ids["email"], password=PASSWORD)
    stage.ids["ticket"] = re.findall(r'name="ticket" value="([^"]+)"', asked.text)[0]


async def is_in_by_password(stage: Stage) -> None:
    """Somebody of Acme, who has signed in through the form."""
    await has_password(stage)
    await stage.visitor.post("/sign-in", email=stage.ids["email"], password=PASSWORD)
    await stage.visitor.get("/profile")


async def ben_is_disabled(stage: Stage) -> None:
    """Ben may not sign in."""
    await stage.world.acme.admin.patch(f"users/{stage.world.acme.ben.id}", {"disabled": True})


async def is_timed(stage: Stage) -> None:
    """Ben has timed a pickup."""
    made = await stage.world.acme.ben.post("analytics/baselines", {"seconds": 600}, 201)
    stage.ids["baseline_id"] = made["id"]


async def lost_is_retired(stage: Stage) -> None:
    """A close reason is offered no longer."""
    await stage.world.acme.admin.delete("close-reasons/lost")


def promises(stage: Stage) -> dict[str, Any]:
    """The form of the organization, with another time in it."""
    times = {"urgent": "45 s", "high": "5 min", "normal": "15 min", "low": "1 h", "lease": "15 min"}
    return times | {"name": "Acme", "region": "US"}


PERSON, SQUAD, REASON = "/settings/people/{user_id}", "/settings/squads/{squad_id}", "/settings/close-reasons/{key}"
SEATED = {"name": "Pip", "role": "support"}
SETTINGS: dict[str, Form] = {
    "/profile/password": Form("Nobody", lambda s: {"old": PASSWORD, "password": PASSWORD[::-1]}, is_in_by_password),
    "/profile/presence": Form("Ben", lambda s: {"status": "away"}),
    "/sign-out/everywhere": Form(),
    "/settings/organization": Form("Ada", promises),
    "/settings/people": Form("Ada", lambda s: {"name": "Nora", "email": "nora@acme.example", "role": "viewer"}),
    PERSON: Form("Ada", lambda s: {"name": "Benno", "role": "viewer"}),
    f"{PERSON}/link": Form("Ada"),
    f"{PERSON}/disable": Form("Ada"),
    f"{PERSON}/enable": Form("Ada", prepare=ben_is_disabled),
    "/settings/squads": Form("Ada", lambda s: {"name": "Field service"}),
    SQUAD: Form("Ada", lambda s: {"name": "Night desk"}),
    f"{SQUAD}/agents": Form("Ada", lambda s: SEATED),
    f"{SQUAD}/people": Form("Ada", lambda s: {"user_id": str(s.world.acme.ben.id), "role": "lead"}),
    "/settings/members/{member_id}/tokens": Form("Ada", lambda s: {"name": "production"}),
    "/settings/members/{member_id}/remove": Form("Ada"),
    "/settings/tokens/{token_id}/revoke": Form("Ada"),
    "/settings/new-close-reason": Form("Ada", lambda s: {"label": "Sent a spare part"}),
    REASON: Form("Ada", lambda s: {"label": "Gone"}),
    f"{REASON}/move": Form("Ada", lambda s: {"way": "up"}),
    f"{REASON}/retire": Form("Ada"),
    f"{REASON}/restore": Form("Ada", prepare=lost_is_retired),
}
FORMS: dict[str, Form] = SETTINGS | {
    "/analytics/baselines": Form("Ben", lambda s: {"took": "12:40"}),
    "/analytics/baselines/{baseline_id}/withdraw": Form("Ben", prepare=is_timed),
    "/sign-in": Form("Nobody", lambda s: {"email": s.ids["email"], "password": PASSWORD}, has_password),
    "/sign-in/organization": Form(
        "Nobody", lambda s: {"ticket": s.ids["ticket"], "organization_id": str(s.world.acme.id)}, has_ticket
    ),
    "/sign-in/demo": Form("Nobody", lambda s: {"email": "ben@acme.example"}),
    "/set-password/{secret}": Form("Nobody", lambda s: {"password": PASSWORD}, invited),
    "/sign-out": Form(),
    "/start/squad": Form("Ada", lambda s: {"name": "Field service"}),
    "/start/agent": Form("Ada", lambda s: {"name": "Otto", "role": "support", "squad_id": str(s.world.acme.squad)}),
    "/start/token": Form("Ada", lambda s: {"member_id": str(s.world.acme.agent.id)}),
    "/handoffs/claim-next": Form(prepare=released),
    "/handoffs/{handoff_id}/claim": Form(prepare=released),
    "/handoffs/{handoff_id}/say": Form("Ben", lambda s: {"text": "Ben here."}),
    "/handoffs/{handoff_id}/tasks": Form("Ben", lambda s: {"title": "Call back"}),
    "/handoffs/{handoff_id}/tasks/{task_id}": Form("Ben", lambda s: {"done": "true"}),
    "/handoffs/{handoff_id}/heartbeat": Form(),
    "/handoffs/{handoff_id}/analysis": Form(),
    "/handoffs/{handoff_id}/release": Form(),
    "/handoffs/{handoff_id}/close": Form("Ben", lambda s: {"reason": "resolved"}),
    "/handoffs/{handoff_id}/return": Form("Ben", lambda s: {"outcome": "Go on."}),
    "/handoffs/{handoff_id}/snooze": Form("Ben", lambda s: {"minutes": "15"}),
    "/handoffs/{handoff_id}/transfer": Form("Ben", lambda s: {"to": f"user:{s.world.acme.cleo.id}", "note": "Yours."}),
}


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

    async def is_read() -> bool:
        found = await world.acme.ben.get(f"handoffs/{handoff['id']}")
        return bool(found["assessment"]["state"] != "pending")

    await until(is_read)
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
            assert await digests(eyes, world.acme.id) == before
            done = await visitor.post(address, **fields)
            assert done.status_code < 400, done.text[:600]
            assert await digests(eyes, world.acme.id) != before


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
