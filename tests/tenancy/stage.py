"""Two organizations that have one of everything, in every state, and everybody who could try a door."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from tests.conftest import Running
from tests.tenancy import snapshot
from tests.tenancy.channels import LISTS, fill_channels, keep_deliveries, own_channels
from tests.tenancy.door import tomorrow
from tests.tenancy.readings import keep_readings
from tests.world import Actor, Tenant, World, until
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.organizations import secrets
from warmline.organizations.identities import Vouched, bind
from warmline.organizations.sign_in import open_session

PAGED = (("people", "users"), ("tokens", "tokens"), ("deliveries", "deliveries"))  # settings, and whose list they show
MANY = 800  # Idempotency-Keys
WITH_TOKEN = ("owner", "admin", "operator", "viewer", "agent", "seat", "revoked")
WITHOUT_TOKEN = ("anonymous", "operator's cookie", "owner's cookie")


@dataclass(frozen=True)
class Tries:
    """Somebody who tries: the headers they send, and their own ids by the names of parameters."""

    name: str
    headers: Mapping[str, str]
    own: Mapping[str, str]


@dataclass
class Side:
    """One organization: its people, its ids by table, and what of it is no row."""

    tenant: Tenant
    name: str
    tries: list[Tries] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)  # Idempotency-Keys it has used
    versions: list[str] = field(default_factory=list)  # ETags it was shown
    cursors: dict[str, str] = field(default_factory=dict)  # of its lists, by how the path begins
    places: list[int] = field(default_factory=list)  # of its events on the stream


@dataclass
class Stage:
    """Acme and Zenith on one server, and the superuser's eyes on its database."""

    world: World
    server: Running
    eyes: asyncpg.Connection
    acme: Side
    zenith: Side


async def set_stage(world: World, server: Running, eyes: asyncpg.Connection) -> Stage:
    """Fill both organizations through the API, then wait until the jobs have nothing left to do."""
    stage = Stage(world, server, eyes, Side(world.acme, "Acme"), Side(world.zenith, "Zenith"))
    for side in (stage.acme, stage.zenith):
        await fill_channels(side)
        await _fill(side)
        await _people(stage, side)
    await quiet(stage)
    await keep_deliveries(server.app, eyes)
    await keep_readings(eyes)
    for side in (stage.acme, stage.zenith):
        await _use_keys(eyes, side)
        await _look_around(eyes, side)
    return stage


async def quiet(stage: Stage) -> None:
    """Wait until the jobs have nothing left to do."""

    async def nothing_is_left() -> bool:
        pending = "SELECT NOT EXISTS (SELECT FROM warmline.event_inbox)"
        pending += " AND NOT EXISTS (SELECT FROM warmline.assessments WHERE state = 'pending')"
        return bool(await stage.eyes.fetchval(pending))

    await until(nothing_is_left)


async def _fill(side: Side) -> None:
    cast = side.tenant
    for state in ("ready", "claimed", "scheduled", "closed"):
        handoff = await cast.handoff(await _told(side, cast.agent))
        if state != "ready":
            await cast.ben.post(f"handoffs/{handoff['id']}/claim")
        if state == "scheduled":
            await cast.ben.post(f"handoffs/{handoff['id']}/snooze", {"until": tomorrow()})
        if state == "closed":
            await cast.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved", "notes": f"By {side.name}."})
    await cast.handoff(await _told(side, cast.agent), intent="park")
    ended = await _told(side, cast.agent)
    await cast.agent.post(f"cases/{ended['id']}/resolve", {})
    await cast.admin.post(f"cases/{ended['id']}/erase")
    told = (await cast.ben.get("notifications"))["items"][-1]
    await cast.ben.post(f"notifications/{told['id']}/read")
    await cast.owner.post("squads", {"name": f"{side.name} nights"}, 201, key=f"key-{uuid4()}")
    await cast.admin.post(f"users/{cast.viewer.id}/password-link", None, 201)


async def _told(side: Side, author: Actor) -> dict[str, Any]:
    """A case with a note of each kind, all of which name the organization."""
    said = f"Of {side.name} alone."
    case = await side.tenant.case(author, title=said, problem=said)
    place = f"cases/{case['id']}"
    await author.post(f"{place}/messages", {"role": "customer", "text": said})
    await author.post(f"{place}/steps", {"title": said, "result": "failed"})
    await author.post(f"{place}/facts", {"text": said, "origin": "said"})
    task = await author.post(f"{place}/tasks", {"title": said})
    return case | {"task_id": task["id"]}


async def _people(stage: Stage, side: Side) -> None:
    cast, own = side.tenant, await own_things(side)
    bens = own | {"case_id": own["bens_case_id"], "task_id": own["bens_task_id"]}
    seat = await cast.owner.post(
        f"squads/{cast.squad}/members", {"kind": "user", "role": "expert", "user_id": str(cast.cleo.id)}, 201
    )
    seated = await cast.owner.post(f"members/{seat['id']}/tokens", {}, 201)
    revoked = await cast.owner.post(f"users/{cast.admin.id}/tokens", {}, 201)
    await cast.owner.delete(f"tokens/{revoked['id']}")
    tokens = (cast.owner, cast.admin, cast.ben, cast.viewer, cast.agent)
    bearers = (*(one.token for one in tokens), seated["token"], revoked["token"])
    for name, token in zip(WITH_TOKEN, bearers, strict=True):
        mine = bens if name in ("operator", "seat") else own
        side.tries.append(Tries(name, {"Authorization": f"Bearer {token}"}, mine))
    cookies: list[dict[str, str]] = [
        {},
        await _signed_in(stage, side, cast.ben),
        await _signed_in(stage, side, cast.owner),
    ]
    for name, cookie, mine in zip(WITHOUT_TOKEN, cookies, (own, bens, own), strict=True):
        side.tries.append(Tries(name, cookie, mine))


async def own_things(side: Side) -> dict[str, str]:
    """One's own ids, by the names of parameters: the handoff is the one that Ben has claimed."""
    cast, case, bens = side.tenant, await _told(side, side.tenant.agent), await _told(side, side.tenant.ben)
    others = await _told(side, cast.other_agent)
    handoff = await cast.handoff(others, cast.other_agent)
    await cast.ben.post(f"handoffs/{handoff['id']}/claim")
    timed = [await cast.owner.post("analytics/baselines", {"seconds": 600}, 201) for _ in range(2)]
    return await own_channels(side) | {
        "case_id": case["id"], "task_id": case["task_id"], "handoff_id": handoff["id"],
        "handoff_task_id": others["task_id"], "bens_case_id": bens["id"], "bens_task_id": bens["task_id"],
        "key": "other", "organization_name": side.name, "region": "US",
        "organization_id": str(cast.id), "squad_id": str(cast.squad), "secret": "wlp_none", "text": "ticket_notes",
        "user_id": str(cast.cleo.id), "target_user_id": str(cast.cleo.id), "member_id": str(cast.other_agent.id),
        "token_id": (await cast.owner.get("tokens"))["items"][0]["id"],
        "baseline_id": timed[0]["id"],
    }  # fmt: skip


async def _signed_in(stage: Stage, side: Side, who: Actor) -> dict[str, str]:
    caller = Caller(side.tenant.id, "user", who.id, who.name, who.role, user_id=who.id)
    async with stage.server.app.database.transaction(tenant(side.tenant.id)) as unit:
        await bind(unit.session, caller, Vouched("https://id.example.com", str(who.id), None), unit.now)
        secret = await open_session(unit.session, caller, unit.now, timedelta(days=1))
    return {"Cookie": f"warmline_session={secret}", "X-CSRF-Token": secrets.csrf_token(secret)}


async def _use_keys(eyes: asyncpg.Connection, side: Side) -> None:
    """As if the organization had made some more requests like the one it made: each key is to be tried once."""
    side.keys = [f"key-{uuid4()}" for _ in range(MANY)]
    hashes = [hashlib.sha256(key.encode()).digest() for key in side.keys]
    copy = """INSERT INTO warmline.idempotency_keys SELECT k.organization_id, h.hash, k.request_hash, k.status, k.body,
        k.created_at, k.expires_at FROM warmline.idempotency_keys k, unnest($2::bytea[]) AS h (hash)
        WHERE k.organization_id = $1"""
    await eyes.execute(copy, side.tenant.id, hashes)


async def _look_around(eyes: asyncpg.Connection, side: Side) -> None:
    """Learn what somebody of this organization could tell an outsider."""
    owner = side.tenant.owner
    side.ids = await snapshot.ids(eyes, side.tenant.id)
    for path in ("organization", f"users/{side.tenant.cleo.id}"):
        side.versions.append((await owner.http.get(path)).headers["etag"])
    for path in (
        "cases",
        "handoffs",
        "events",
        "users",
        "tokens",
        "squads",
        "close-reasons",
        "analytics/baselines",
        *LISTS,
    ):
        cursor = (await owner.get(path, limit=1))["next_cursor"]
        side.cursors |= {f"/api/v1/{path}": cursor, f"/{path}": cursor}
    side.cursors["/history"] = side.cursors["/events"]
    side.cursors |= {f"/settings/{page}": side.cursors[f"/{of}"] for page, of in PAGED}
    positions = "SELECT position FROM warmline.event_positions WHERE organization_id = $1 ORDER BY position"
    side.places = [row["position"] for row in await eyes.fetch(positions, side.tenant.id)]
