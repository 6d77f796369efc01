"""Every screen in every state that looks different, in a world that is made for looking at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.browser.conftest import Come
from tests.browser.people import Person
from tests.conftest import Running
from tests.web.visitors import newcomer
from tests.world import Actor, Tenant, World, until
from warmline.caller import Caller
from warmline.cases.open import open_case
from warmline.db.transaction import tenant
from warmline.flows.escalate import Request, escalate
from warmline.organizations import secrets
from warmline.organizations.create import create_organization
from warmline.organizations.sign_in import open_session

LONG = "The shared calendar of the Northwind veterinary practice shows every appointment twice since the update, "
LONG += "and Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz is a word that does not break by itself"
CUSTOMER = {
    "name": "Leila Haddad", "company": "Northwind Veterinary Practice", "role": "Practice manager",
    "email": "leila.haddad.of.the.northwind.practice@northwind-veterinary.example", "phone": "+1 555 010 0199",
}  # fmt: skip
EMPTY_SETTINGS = tuple(f"/settings/{path}" for path in ("squads", "channels", "deliveries"))
COMMAND = "outlook.exe /safe /profile 'Northwind' --repair-calendar --verbose --no-confirm"


@dataclass(frozen=True)
class Screen:
    """Where it is, and who looks at it."""

    who: str
    path: str
    status: int = 200


@dataclass
class Scene:
    """What there is to look at, and everybody who looks."""

    world: World
    come: Come
    browser: dict[str, Any]
    screens: list[Screen] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    async def look(self, screen: Screen) -> Person:
        """Somebody before the screen."""
        if screen.who not in self.people:
            self.people[screen.who] = await self._arrive(screen.who)
        person = self.people[screen.who]
        if screen.status != 200:
            person.expects(f"status of {screen.status}")
        answer = await person.page.goto("about:blank") or await person.page.goto(screen.path)
        assert answer is not None
        assert answer.status == screen.status, screen
        return person

    async def _arrive(self, who: str) -> Person:
        cast: dict[str, Actor] = {actor.name: actor for actor in self.world.acme.everybody}
        return await self.come(cast.get(who), session=self.sessions.get(who, ""), **self.browser)


async def set_scene(world: World, come: Come, **browser: Any) -> Scene:
    """Acme with something in each state, and an organization where nothing is yet."""
    scene = Scene(world, come, browser)
    acme = world.acme
    await acme.admin.post("squads", {"name": "Field service"}, 201)
    _, link = await newcomer(acme)
    ids = await _handoffs(world, acme)
    scene.sessions["Newly"] = await _empty_organization(world)
    inside = [
        *(f"/handoffs/{ids[state]}" for state in ("open", "taken", "closed", "snoozed")),
        "/desk", f"/desk?squad={acme.squad}", "/cases", "/cases?status=parked", "/history", "/analytics",
        "/notifications", "/desk?q=door", "/desk?q=nothing+like+it", "/cases?q=nothing&mine=true",
        "/history?what=people", "/history?ticket=none",
        f"/history/handoff/{ids['closed']}", "/start",
    ]  # fmt: skip
    room = f"/handoffs/{ids['taken']}/work"
    spare = {"label": "Sent a spare part", "help": LONG, "fields": [{"key": "serial", "label": LONG[:90]}]}
    await acme.admin.post("close-reasons", spare | {"key": "spare", "requires_notes": True}, 201)
    await acme.admin.delete("close-reasons/lost")
    for who, status in ((acme.ben, "available"), (acme.cleo, "busy"), (acme.admin, "away")):
        await who.http.put("me/presence", json={"status": status})
    settings = [
        *("organization", "people", f"people/{acme.ben.id}", f"people/{acme.admin.id}", f"people/{acme.owner.id}"),
        *(f"people/{acme.ben.id}#disable", "squads", f"squads/{acme.squad}", "tokens", "close-reasons"),
        *(
            "close-reasons?moved=spare-up",
            "close-reasons/spare",
            "close-reasons/lost",
            "new-close-reason",
            "texts",
            "models",
            "privacy",
        ),
    ]
    settings += await _channels(acme)
    scene.screens = [
        *(Screen("Nobody", path) for path in ("/sign-in", link)),
        Screen("Nobody", "/set-password/wlp_used", 404),
        Screen("Nobody", "/nothing/here", 404),
        *(Screen("Ada", path) for path in inside),
        *(Screen("Ada", f"/settings/{path}") for path in settings),
        *(Screen(who, "/profile") for who in ("Ada", "Vic")),
        Screen("Ada", "/profile#everywhere"),
        Screen("Ben", "/settings", 403),
        *(Screen("Ben", path) for path in ("/desk", f"/handoffs/{ids['taken']}", f"{room}?all=true")),
        *(Screen("Ben", f"{room}#{dialog}") for dialog in ("close", "return", "snooze", "transfer", "keys", "story")),
        *(Screen("Vic", path) for path in ("/desk", f"/handoffs/{ids['open']}")),
        *(
            Screen("Newly", path)
            for path in (*EMPTY_SETTINGS, "/desk", "/cases", "/history", "/analytics", "/start", "/notifications")
        ),
    ]
    return scene


async def _channels(acme: Tenant) -> list[str]:
    """One of each kind, what they delivered and what not: the paths of their pages."""
    every = ["handoff.created", "handoff.ready", "handoff.claimed", "handoff.closed", "case.resolved"]
    bodies = [
        {"kind": "email", "to": str(CUSTOMER["email"]), "event_types": every},
        {"kind": "chat", "url": "slack://none", "name": LONG[:200]},
        {"kind": "ticket", "system": "connectwise", "url": f"https://{'tickets.' * 12}example.com/", "company": "acme",
         "client_id": "9d2c", "public_key": "pub", "private_key": "priv"},
        {"kind": "webhook", "url": "https://hooks.example.com/gone", "event_types": ["*"], "squad_id": str(acme.squad)},
    ]  # fmt: skip
    made = [(await acme.admin.post("channels", body, 201))["id"] for body in bodies]
    await acme.admin.delete(f"channels/{made[3]}")
    mailed, given_up = [(await acme.admin.post(f"channels/{one}/test"))["id"] for one in made[:2]]
    await acme.handoff()

    async def tried() -> bool:
        states = [(await acme.admin.get(f"deliveries/{one}"))["state"] for one in (mailed, given_up)]
        return states == ["failed", "dead"]

    await until(tried)
    return [
        *("channels", *(f"channels/{one}" for one in made[1:]), f"channels/{made[0]}#disable", "new-channel/webhook"),
        *("new-channel/ticket", "deliveries", "deliveries?state=dead", f"deliveries/{mailed}"),
    ]


async def _handoffs(world: World, acme: Tenant) -> dict[str, str]:
    """One in each state, and a late one."""
    await _late(world, acme)
    ids = {}
    for state in ("open", "taken", "closed", "snoozed"):
        ids[state] = (await acme.handoff(await _told(acme), notes="She would rather be called.", priority="high"))["id"]
    for state in ("taken", "closed", "snoozed"):
        await acme.ben.post(f"handoffs/{ids[state]}/claim")
    await _written(acme, ids["taken"])
    await acme.ben.post(f"handoffs/{ids['closed']}/close", {"reason": "resolved", "notes": "The older add-in."})
    tomorrow = {"until": (await _now(world) + timedelta(days=1)).isoformat()}
    await acme.ben.post(f"handoffs/{ids['snoozed']}/snooze", tomorrow)
    pinned = await acme.handoff(priority="low")
    await acme.admin.post(f"handoffs/{pinned['id']}/pin")

    async def is_read() -> bool:
        return bool((await acme.ben.get(f"handoffs/{ids['open']}"))["assessment"]["state"] == "ready")

    await until(is_read)
    return ids


async def _told(acme: Tenant) -> dict[str, Any]:
    """A case with a note of each kind, long ones."""
    case = await acme.case(title=LONG, customer=CUSTOMER, problem=f"{LONG}. It was well last week.")
    place = f"cases/{case['id']}"
    for number in range(9):
        await acme.agent.post(
            f"{place}/messages", {"role": ("customer", "agent")[number % 2], "text": f"{LONG}. {number}"}
        )
    for result in ("worked", "failed", "inconclusive"):
        await acme.agent.post(f"{place}/steps", {"title": f"Ran {COMMAND}", "result": result, "evidence": LONG})
    for origin in ("said", "looked_up", "inferred"):
        await acme.agent.post(f"{place}/facts", {"text": LONG, "origin": origin, "source": "The event log"})
    await acme.agent.post(f"{place}/tasks", {"title": f"Repair it: `{COMMAND}`"})
    return case


async def _written(acme: Tenant, handoff_id: str) -> None:
    """What a person writes after the claim."""
    case_id = (await acme.ben.get(f"handoffs/{handoff_id}"))["source"]["id"]
    await acme.ben.post(f"cases/{case_id}/messages", {"role": "operator", "text": LONG})
    await acme.ben.post(f"cases/{case_id}/steps", {"title": LONG, "result": "failed", "evidence": LONG})
    await acme.ben.post(f"cases/{case_id}/tasks", {"title": "Call her back"})


async def _late(world: World, acme: Tenant) -> None:
    """Handed over twenty minutes ago, by the verbs, which are told the time."""
    agent = Caller(acme.id, "member", acme.agent.id, "Jane", "agent", member_id=acme.agent.id)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        then = unit.now - timedelta(minutes=20)
        case = await open_case(unit.session, agent, acme.squad, "The door is stuck", "It is cold.", then)
        await escalate(unit.session, agent, case.id, Request("escalate", "It needs hands.", priority="urgent"), then)


async def _now(world: World) -> Any:
    async with world.app.database.transaction(tenant(None)) as unit:
        return unit.now


async def _empty_organization(world: World) -> str:
    """A session of somebody whose organization has nothing yet."""
    async with world.app.database.transaction(tenant(None)) as unit:
        made = await create_organization(unit.session, "Newly", f"{uuid4()}@newly.example", unit.now, "Nils")
        owner = Caller(made.organization_id, "user", made.owner_id, "Nils", "owner", user_id=made.owner_id)
        return await open_session(unit.session, owner, unit.now, timedelta(days=1))


@contextmanager
def with_demo(server: Running, organization_id: UUID) -> Iterator[None]:
    """As if the server ran this organization as its demo."""
    server.web.state.demo = organization_id
    try:
        yield
    finally:
        server.web.state.demo = None


@contextmanager
def empty(server: Running) -> Iterator[str]:
    """As if the server had no organization yet; the path of the first owner's way in."""
    secret, server.web.state.first_owner = secrets.make("link")
    try:
        yield f"/set-password/{secret}"
    finally:
        server.web.state.first_owner = None


@contextmanager
def starting(server: Running) -> Iterator[None]:
    """As if its database were recovering after a crash."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server.server.boot, "_phase", "recovering")
        yield
