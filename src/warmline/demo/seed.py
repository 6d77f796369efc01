"""The demo organization, made through the same verbs as any other, with a history that lies in the past."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.app import App
from warmline.caller import Caller
from warmline.cases.open import open_case
from warmline.db.transaction import tenant
from warmline.flows import claim, end, work
from warmline.flows.escalate import Request, escalate
from warmline.organizations.create import create_organization
from warmline.organizations.model import Token, User
from warmline.organizations.presence import set_presence
from warmline.organizations.tokens import create_member_token
from warmline.organizations.users import add_user
from warmline.squads.model import Member
from warmline.squads.seats import add_member, create_squad

NAME = "Fernhill Support (demo)"
OWNER = ("Ines Holm", "ines@fernhill.example")
PEOPLE = (
    ("Ana Ribeiro", "ana@fernhill.example", "admin"),
    ("Priya Nair", "priya@fernhill.example", "operator"),
    ("Mei Tanaka", "mei@fernhill.example", "operator"),
    ("Tomás Lind", "tomas@fernhill.example", "operator"),
    ("Jonas Weber", "jonas@fernhill.example", "viewer"),
)
PRESENT = {"Ana Ribeiro": "away", "Priya Nair": "available", "Mei Tanaka": "available", "Tomás Lind": "busy"}
AGENTS = ("Jane", "Otto")
PAST = (
    (52, "resolved"),
    (31, "workaround"),
    (26, "resolved"),
    (7, "resolved"),
    (5, "answered"),
    (2, "resolved"),
)  # hours
FIND = text("SELECT warmline.organization_by_name(:name)")


@dataclass(frozen=True)
class Demo:
    """What the simulated agents and the one-click sign-in need."""

    organization_id: UUID
    squad_id: UUID
    tokens: Mapping[str, str]  # agent's name: fresh token


@cache
def scenarios() -> list[dict[str, Any]]:
    """The stories that the simulated agents live through."""
    read: list[dict[str, Any]] = json.loads(files(__package__).joinpath("scenarios.json").read_text())
    return read


async def seed(app: App) -> Demo:
    """The demo organization, made on the first start and found again later; its agents get fresh tokens."""
    async with app.database.transaction(tenant(None)) as unit:
        found = await unit.session.scalar(FIND, {"name": NAME})
        organization_id = found or await _make(unit.session, unit.now)
    async with app.database.transaction(tenant(organization_id)) as unit:
        return await _agents(unit.session, organization_id, unit.now)


async def _make(session: AsyncSession, now: datetime) -> UUID:
    begun = now - timedelta(days=3)
    made = await create_organization(session, NAME, OWNER[1], begun, OWNER[0])
    owner = Caller(made.organization_id, "user", made.owner_id, OWNER[0], "owner", user_id=made.owner_id)
    people = {}
    for name, email, role in PEOPLE:
        people[name] = await add_user(session, owner, email, name, role, begun)
    squad = await create_squad(session, owner, "Support", begun)
    for name in AGENTS:
        await add_member(session, owner, squad.id, "agent", "support_agent", name, None, begun)
    for name, user in people.items():
        await add_member(session, owner, squad.id, "user", "senior_operator", name, user.id, begun)
    for name, status in PRESENT.items():
        await set_presence(session, await _person(session, made.organization_id, name), status, None, now)
    for number, (hours, reason) in enumerate(PAST):
        await _past(session, made.organization_id, squad.id, number, now - timedelta(hours=hours), reason)
    return made.organization_id


async def _past(
    session: AsyncSession, organization_id: UUID, squad_id: UUID, number: int, at: datetime, reason: str
) -> None:
    """One case that was handed over, claimed and ended some time ago."""
    story = scenarios()[(number + 3) % len(scenarios())]
    agent = await _member(session, organization_id, story["agent"])
    person = await _person(session, organization_id, PEOPLE[number % 4][0])
    about = {name: story[name] for name in ("customer", "domain")} | {"ticket": f"#{12290 + 7 * number}"}
    case = await open_case(session, agent, squad_id, story["title"], story["problem"], at, **about)
    for minutes, (role, said) in enumerate(story["messages"]):
        await work.post_message(session, agent, case.id, role, said, None, at + timedelta(minutes=minutes))
    for minutes, (title, kind, result, evidence) in enumerate(story["steps"]):
        step = {"title": title, "kind": kind, "result": result, "evidence": evidence}
        await work.add_step(session, agent, case.id, None, at + timedelta(minutes=5 + minutes), **step)
    handed = at + timedelta(minutes=12)
    request = Request("escalate", story["reason"], priority=story["priority"])
    handoff, _ = await escalate(session, agent, case.id, request, handed)
    taken = handed + timedelta(seconds=40 + 17 * number)
    await claim.claim(session, person, handoff.id, taken)
    said = f"Hello {story['customer']['name'].split()[0]}, {person.name.split()[0]} here. I have read everything."
    await work.post_message(
        session, person, case.id, "operator", said, None, taken + timedelta(seconds=60 + 9 * number)
    )
    notes = story["tasks"][0].split(":")[0]
    await end.close(session, person, handoff.id, reason, notes, None, None, taken + timedelta(minutes=9 + number))


async def _member(session: AsyncSession, organization_id: UUID, name: str) -> Caller:
    query = select(Member).where(Member.organization_id == organization_id, Member.name == name, Member.kind == "agent")
    member = (await session.scalars(query)).one()
    return Caller(organization_id, "member", member.id, name, "agent", member_id=member.id)


async def _person(session: AsyncSession, organization_id: UUID, name: str) -> Caller:
    query = select(User).where(User.organization_id == organization_id, User.name == name)
    user = (await session.scalars(query)).one()
    return Caller(organization_id, "user", user.id, name, user.role, user_id=user.id)


async def _agents(session: AsyncSession, organization_id: UUID, now: datetime) -> Demo:
    owner = await _person(session, organization_id, OWNER[0])
    query = select(Member).where(Member.organization_id == organization_id, Member.kind == "agent")
    tokens = {}
    for member in (await session.scalars(query)).all():
        old = (Token.organization_id == organization_id, Token.member_id == member.id, Token.revoked_at.is_(None))
        await session.execute(update(Token).where(*old).values(revoked_at=now))
        tokens[member.name] = (await create_member_token(session, owner, member.id, "demo", now)).secret
        squad_id = member.squad_id
    return Demo(organization_id, squad_id, tokens)
