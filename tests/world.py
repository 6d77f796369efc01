"""The cast: Acme with its people and an agent, and Zenith, whose people must see nothing of Acme."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.app import App
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.organizations.create import create_organization
from warmline.organizations.model import User
from warmline.organizations.tokens import create_member_token, create_user_token
from warmline.organizations.users import add_user
from warmline.squads.seats import add_member, create_squad

PEOPLE = (("Ada", "admin"), ("Ben", "operator"), ("Cleo", "operator"), ("Vic", "viewer"))


@dataclass
class Actor:
    """Somebody with a token; `get` and `post` go to the real server as them."""

    id: UUID
    name: str
    role: str
    token: str
    http: httpx2.AsyncClient

    async def get(self, path: str, expect: int = 200, **params: Any) -> Any:
        """The JSON at /api/v1/PATH."""
        return self._checked(await self.http.get(path, params=params), expect)

    async def post(self, path: str, body: Any = None, expect: int | None = None, key: str | None = None) -> Any:
        """What a POST answers; any 2xx unless a status is expected."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._checked(await self.http.post(path, json=body, headers=headers), expect)

    async def patch(self, path: str, body: Any, expect: int = 200) -> Any:
        """What a PATCH answers."""
        return self._checked(await self.http.patch(path, json=body), expect)

    async def delete(self, path: str, expect: int = 204) -> Any:
        """What a DELETE answers."""
        return self._checked(await self.http.delete(path), expect)

    @staticmethod
    def _checked(answer: httpx2.Response, expect: int | None) -> Any:
        good = answer.is_success if expect is None else answer.status_code == expect
        assert good, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:600]}"
        return answer.json() if answer.content else None


@dataclass
class Tenant:
    """An organization with its people, a squad, and an agent in it."""

    id: UUID
    squad: UUID
    owner: Actor
    admin: Actor
    ben: Actor
    cleo: Actor
    viewer: Actor
    agent: Actor
    other_agent: Actor

    @property
    def everybody(self) -> list[Actor]:
        """The whole cast of the organization."""
        return [self.owner, self.admin, self.ben, self.cleo, self.viewer, self.agent, self.other_agent]

    async def case(self, agent: Actor | None = None, **more: Any) -> dict[str, Any]:
        """A case that an agent has opened."""
        body = {"squad_id": str(self.squad), "title": "Outlook fails", "problem": "The sync stops.", "ticket": "#12345"}
        opened: dict[str, Any] = await (agent or self.agent).post("cases", body | more, 201)
        return opened

    async def handoff(
        self, case: dict[str, Any] | None = None, agent: Actor | None = None, **more: Any
    ) -> dict[str, Any]:
        """A case that an agent has handed over."""
        case = case or await self.case(agent)
        body = {"intent": "escalate", "reason": "I may not change their devices."}
        made: dict[str, Any] = await (agent or self.agent).post(f"cases/{case['id']}/escalate", body | more, 201)
        return made


@dataclass
class World:
    """Two organizations on one server. `otto` owns the other one."""

    app: App
    address: str
    acme: Tenant
    zenith: Tenant
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    @property
    def otto(self) -> Actor:
        """The outsider."""
        return self.zenith.owner

    def advance(self, **span: float) -> None:
        """Jump ahead: `advance(minutes=15)`; the jobs look at once."""
        self.app.clock.advance(timedelta(**span))
        assert self.app.worker is not None
        self.app.worker.wake()

    async def close(self) -> None:
        """Let the connections go."""
        for client in self.clients:
            await client.aclose()


async def create_world(app: App, address: str) -> World:
    """Make the cast, through the verbs, on a running server."""
    made = World(app, address, None, None)  # type: ignore[arg-type]
    made.acme = await _tenant(made, "Acme")
    made.zenith = await _tenant(made, "Zenith")
    return made


async def _tenant(world: World, name: str) -> Tenant:
    async with world.app.database.transaction(tenant(None)) as unit:
        session, now, domain = unit.session, unit.now, f"{name.lower()}.example"
        made = await create_organization(session, name, f"olga@{domain}", now, "Olga")
        owner = Caller(made.organization_id, "user", made.owner_id, "Olga", "owner", user_id=made.owner_id)
        people = {}
        for person, role in PEOPLE:
            user = await add_user(session, owner, f"{person.lower()}@{domain}", person, role, now)
            people[person] = await _user(session, world, owner, user, now)
        squad = await create_squad(session, owner, "Support", now)
        agents = [await _agent(session, world, owner, squad.id, agent, now) for agent in ("Jane", "Otis")]
    olga = Actor(made.owner_id, "Olga", "owner", made.token, _client(world, made.token))
    ada, ben, cleo, vic = (people[person] for person, _ in PEOPLE)
    return Tenant(made.organization_id, squad.id, olga, ada, ben, cleo, vic, *agents)


async def _user(session: AsyncSession, world: World, owner: Caller, user: User, now: Any) -> Actor:
    token = (await create_user_token(session, owner, user.id, "test", now)).secret
    return Actor(user.id, user.name, user.role, token, _client(world, token))


async def _agent(session: AsyncSession, world: World, owner: Caller, squad: UUID, name: str, now: Any) -> Actor:
    member = await add_member(session, owner, squad, "agent", "support_agent", name, None, now)
    token = (await create_member_token(session, owner, member.id, "test", now)).secret
    return Actor(member.id, name, "agent", token, _client(world, token))


def _client(world: World, token: str) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    base = f"{world.address}/api/v1/"
    client = httpx2.AsyncClient(base_url=base, headers=headers, timeout=60, verify=False)  # plain http: no certificates
    world.clients.append(client)
    return client


async def until(look: Callable[[], Awaitable[Any]], seconds: float = 10) -> Any:
    """Wait for a condition: the first true answer of `look`, or an error that shows the last one."""
    deadline = time.monotonic() + seconds
    while not (found := await look()):
        assert time.monotonic() < deadline, f"it did not come true within {seconds} s; last seen: {found!r}"
        await asyncio.sleep(0.02)
    return found
