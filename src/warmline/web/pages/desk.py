"""The desk: the queue by due time, what is mine, claiming."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import add, sub
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments import fill
from warmline.caller import Caller
from warmline.db import finding
from warmline.errors import Conflict
from warmline.flows import claim as claims
from warmline.flows.claim_next import claim_next
from warmline.flows.find import about, matching
from warmline.handoffs import queries
from warmline.handoffs.access import get_handoff
from warmline.handoffs.claim import go_own_way
from warmline.handoffs.model import Handoff
from warmline.organizations import settings
from warmline.organizations.masks import masked
from warmline.squads.model import Member, Squad
from warmline.squads.names import names_of
from warmline.web.act import Act, ActDep
from warmline.web.masking import AsIs
from warmline.web.pages import build, words
from warmline.web.pages.at_desk import Asked, Desk
from warmline.web.pages.door import PageRoute, by_scripts, go, page, seen, shell_of, toast
from warmline.web.pages.free import free
from warmline.web.pages.story import Glance
from warmline.web.pages.views import Counts, Held, Item, Link, Notice, Who
from warmline.web.templating import render

router = APIRouter(include_in_schema=False, route_class=PageRoute)
SHOWN = 100  # rows; the rest move up as these are taken
MOST_MASKED = 300  # what is found at most for whom something is hidden: each is looked at as they see it
FRESH = timedelta(seconds=words.FRESH)
Tally = Mapping[tuple[UUID | None, UUID | None], tuple[int, ...]]  # by squad and by who escalated; None is everything
NONE = (0, 0, 0)


@router.get("/")
async def home(act: ActDep) -> Response:
    """The desk is where one begins."""
    return go(act.request, "/desk")


@router.get("/desk")
async def desk(act: ActDep, squad: UUID | None = None, q: str = "") -> Response:
    """The whole screen; its queue alone, where somebody types into the search."""
    since = await seen(act)
    asked = Asked(squad, AsIs(finding.asked(q)))
    shown = await _shown(act, asked)
    if not by_scripts(act.request) or "hx-boosted" in act.request.headers:
        return await page(act, "desk.html", "desk", asked.stream, since=since, desk=shown)
    shell = await shell_of(act, "desk", asked.stream, since)
    return HTMLResponse(render("parts/queue.html", shell=shell, desk=shown, now=act.now))


async def _shown(act: Act, asked: Asked) -> Desk:
    squads = await squad_names(act.session, act.caller)
    items, found = await _found(act, squads, asked)
    arrival = max(items, key=lambda one: one.created_at, default=None)
    if arrival is not None and (act.now - arrival.created_at > FRESH or arrival.due_at <= act.now):
        arrival = None
    counts = await counted(act.session, act.caller, act.now, asked.squad)
    many = counts.waiting if found is None else found
    return Desk(
        counts=counts,
        items=tuple(one for one in items if one is not arrival),
        arrival=arrival,
        mine=await mine(act.session, act.caller),
        squads=await _filters(act, squads, asked),
        more=max(0, many - len(items)),
        has_agents=await has_agents(act),
        free=await free(act.session, act.caller.organization_id, act.now),
        asked=asked,
        found=found,
    )


async def _found(act: Act, squads: dict[UUID, str], asked: Asked) -> tuple[list[Item], int | None]:
    """The first rows, and how many there are in all where somebody looks for something."""
    if not asked.words:
        return await rows(act, squads, asked.squad), None
    only, hides = matching(asked.words), act.caller.hides
    found = await queries.queue(act.session, act.caller, asked.squad, MOST_MASKED if hides else SHOWN, only)
    names = await names_of(act.session, act.caller.organization_id, [i for h, _ in found for i in build.people_of(h)])
    if hides:  # what is hidden cannot be found out by looking for it
        found = [(h, p) for h, p in found if finding.holds(asked.words, masked(about(h, p, names), hides))]
    shown = [build.item(handoff, package, names, squads) for handoff, package in found[:SHOWN]]
    many = (
        len(found) if hides or len(found) < SHOWN else await queries.count(act.session, act.caller, asked.squad, only)
    )
    return shown, many


async def squad_names(session: AsyncSession, caller: Caller) -> dict[UUID, str]:
    """All squads, by id."""
    query = select(Squad.id, Squad.name).where(Squad.organization_id == caller.organization_id).order_by(Squad.id)
    return {row.id: row.name for row in await session.execute(query)}


async def rows(act: Act, squads: dict[UUID, str], squad: UUID | None) -> list[Item]:
    """The queue's first rows, in its order."""
    found = await queries.queue(act.session, act.caller, squad, SHOWN)
    people = [id for handoff, _ in found for id in build.people_of(handoff)]
    names = await names_of(act.session, act.caller.organization_id, people)
    return [build.item(handoff, package, names, squads) for handoff, package in found]


async def counted(session: AsyncSession, caller: Caller, now: datetime, squad: UUID | None = None) -> Counts:
    """How many wait in the caller's queue, how many of them are late, how many have just come in."""
    query = select(*_figures(now)).select_from(Handoff).where(*queries.waiting(caller, squad))
    return Counts(*(await session.execute(query)).one())


async def tallied(session: AsyncSession, organization_id: UUID, now: datetime) -> Tally:
    """The same for everybody and each filter at once; `for_one` leaves out what is somebody's own."""
    by = Handoff.squad_id, Handoff.escalated_by_user_id
    query = select(*by, *_figures(now)).where(Handoff.organization_id == organization_id, Handoff.state == "ready")
    tally: dict[tuple[UUID | None, UUID | None], tuple[int, ...]] = {}
    for squad, who, *figures in await session.execute(query.group_by(*by)):
        for key in {(squad, who), (squad, None), (None, who), (None, None)}:
            tally[key] = tuple(map(add, tally.get(key, NONE), figures))
    return tally


def for_one(tally: Tally, squad: UUID | None, user_id: UUID | None) -> Counts:
    """What this person's heading says: all that waits, less their own."""
    own = tally.get((squad, user_id), NONE) if user_id else NONE
    return Counts(*map(sub, tally.get((squad, None), NONE), own))


def _figures(now: datetime) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    late = func.count().filter(Handoff.due_at <= now)
    return func.count(), late, func.count().filter(Handoff.created_at > now - FRESH)


async def mine(session: AsyncSession, caller: Caller) -> tuple[Held, ...]:
    """What the caller holds, the lease that ends first on top."""
    lease = (await settings.get(session, caller.organization_id)).claim_lease_seconds
    held = await queries.mine(session, caller)
    readings = await fill.of_all(session, caller.organization_id, [one.id for one, _ in held]) if held else {}
    return tuple(build.held(handoff, package, lease, readings.get(handoff.id)) for handoff, package in held)


async def _filters(act: Act, squads: dict[UUID, str], asked: Asked) -> tuple[Link, ...]:
    if len(squads) < 2:
        return ()
    query = select(Handoff.squad_id, func.count()).where(*queries.waiting(act.caller)).group_by(Handoff.squad_id)
    many = {row[0]: row[1] for row in await act.session.execute(query)}
    everything = Link("All", asked.link(None), sum(many.values()), asked.squad is None)
    return (
        everything,
        *(Link(name, asked.link(id), many.get(id, 0), id == asked.squad) for id, name in squads.items()),
    )


async def has_agents(act: Act) -> bool:
    """Whether there is an agent that could hand something over."""
    query = select(Member.id).where(Member.organization_id == act.caller.organization_id, Member.kind == "agent")
    return (await act.session.scalar(query.limit(1))) is not None


@router.get("/handoffs/{handoff_id}/glance")
async def glance(act: ActDep, handoff_id: UUID) -> Response:
    """A row opened in place."""
    handoff = await get_handoff(act.session, act.caller, handoff_id)
    package = await queries.package_of(act.session, handoff)
    reading = build.assessment(await fill.of(act.session, handoff.organization_id, handoff.id))
    steps = tuple(build.frozen_step(step) for step in package.context["steps"])
    ticket = package.context.get("ticket") or ""
    shown = Glance(handoff.id, package.reason, steps, ticket, reading.sure, reading.summary)
    return HTMLResponse(render("parts/glance.html", glance=shown, now=act.now))


@router.post("/handoffs/claim-next")
async def claim_the_next(act: ActDep) -> Response:
    """Take the next one, and go to it."""
    claimed = await claim_next(act.session, act.caller, None, act.now)
    if claimed is not None:
        return go(act.request, f"/handoffs/{claimed.handoff.id}/work")
    nothing = Notice("Nothing waits for you just now", "What comes in appears here by itself.")
    return toast(nothing, now=act.now) if by_scripts(act.request) else go(act.request, "/desk", nothing)


@router.post("/handoffs/{handoff_id}/claim")
async def claim(
    act: ActDep, handoff_id: UUID, way: Annotated[Literal["continue", "own"] | None, Form()] = None
) -> Response:
    """Take this one; who was too late is told who has it."""
    try:
        handoff = await claims.claim(act.session, act.caller, handoff_id, act.now)
        if way == "own":
            await go_own_way(act.session, handoff)
    except Conflict as lost:
        return _too_late(act.request, act, handoff_id, lost)
    return go(act.request, f"/handoffs/{handoff_id}/work")


def _too_late(request: Request, act: Act, handoff_id: UUID, lost: Conflict) -> Response:
    who = Who(lost.extra["claimed_by"]["name"]) if "claimed_by" in lost.extra else None
    told = Notice(lost.detail, "You can still read along.", who, Link("Read along", f"/handoffs/{handoff_id}"))
    if by_scripts(request):
        return toast(told, 409, now=act.now)
    return go(request, f"/handoffs/{handoff_id}", told)
