"""The guided start: from an empty organization to the first handoff on the desk."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from warmline.errors import FieldError, Invalid
from warmline.organizations.tokens import revoke_of_member
from warmline.squads import seats
from warmline.squads.model import Member, Squad
from warmline.web.act import Act, ActDep
from warmline.web.api.schema import Line, Slug
from warmline.web.idempotency import SHOWN_ONCE
from warmline.web.pages.desk import rows, squad_names
from warmline.web.pages.door import PageRoute, go, page, seen
from warmline.web.pages.views import Draft, Item, Start

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Short = Annotated[str, Form(max_length=2000)]
PASTE = """\
export WARMLINE={address}/api/v1 TOKEN={token}
CASE=$(curl -s $WARMLINE/cases -H "Authorization: Bearer $TOKEN" --json '{case}' \\
  | grep -o '[0-9a-f-]\\{{36\\}}' | head -1)
curl -s $WARMLINE/cases/$CASE/escalate -H "Authorization: Bearer $TOKEN" --json '{escalation}'"""
NAME = "Give it a name of one line."
CASE = {"title": "Trying Warmline", "problem": "Somebody should see this on their desk."}
ESCALATION = {"intent": "escalate", "reason": "I want to see how it arrives.", "priority": "high"}


@router.get("/start")
async def show(act: ActDep) -> Response:
    """The guide, at the step that is next."""
    return await _page(act)


@router.post("/start/squad")
async def name_squad(act: ActDep, name: Short = "") -> Response:
    """The first step; the owner takes a seat in it."""
    try:
        squad = await seats.create_squad(act.session, act.caller, _fields(("name", Line, name, NAME))["name"], act.now)
    except Invalid as problem:
        return await _again(act, "squad", {"name": name}, problem)
    await seats.add_member(act.session, act.caller, squad.id, "user", "lead", None, act.caller.user_id, act.now)
    return go(act.request, "/start")


@router.post("/start/agent")
async def add_agent(act: ActDep, squad_id: Annotated[UUID, Form()], name: Short = "", role: Short = "") -> Response:
    """The second step; its token is shown on the page that answers, and nowhere else."""
    given = {"name": name, "role": role}
    try:
        seat = _seat(name, role)
        member = await seats.add_member(act.session, act.caller, squad_id, "agent", now=act.now, user_id=None, **seat)
    except Invalid as problem:
        return await _again(act, "agent", given, problem)
    return await _with_token(act, member.id)


def _seat(name: str, role: str) -> dict[str, str]:
    slug = role.strip().lower().replace(" ", "_").replace("-", "_")
    return _fields(("name", Line, name, NAME), ("role", Slug, slug, "Small letters, digits and _, as in support."))


def _fields(*wanted: tuple[str, Any, str, str]) -> dict[str, str]:
    """Each field, checked. Raises Invalid with what is expected in each that is wrong."""
    values: dict[str, str] = {}
    errors: list[FieldError] = []
    for field, kind, value, expected in wanted:
        try:
            values[field] = TypeAdapter(kind).validate_python(value)
        except ValidationError:
            errors.append({"field": field, "message": expected})
    if errors:
        raise Invalid("Please look at what is marked.", errors)
    return values


@router.post("/start/token")
async def make_token(act: ActDep, member_id: Annotated[UUID, Form()]) -> Response:
    """A new token for the agent; the earlier ones stop working."""
    act.caller.must_be("admin")
    await revoke_of_member(act.session, act.caller, member_id, act.now)
    return await _with_token(act, member_id)


async def _with_token(act: Act, member_id: UUID) -> Response:
    made = await seats.token_for(act.session, act.caller, member_id, "first agent", act.now)
    answer = await _page(act, made.secret, member_id=member_id)
    answer.headers[SHOWN_ONCE] = "/start"
    return answer


async def _again(act: Act, form: str, values: dict[str, str], problem: Invalid) -> Response:
    errors = {error["field"]: error["message"] for error in problem.errors}
    return await _page(act, draft=Draft(form, values, errors), status=422)


async def _page(
    act: Act, token: str = "", member_id: UUID | None = None, draft: Draft | None = None, status: int = 200
) -> Response:
    act.caller.must_be("admin")
    since = await seen(act)
    squad, agent = await _so_far(act, member_id)
    start = Start(
        squad_id=squad.id if squad else None,
        squad=squad.name if squad else "",
        member_id=agent.id if agent else None,
        agent=agent.name if agent else "",
        role=agent.role if agent else "",
        token=token,
        paste=paste(act, token, squad.id) if token and squad else "",
        arrived=await first_arrival(act),
        draft=draft,
    )
    return await page(act, "start.html", "start", "/live?view=start", status, since, start=start)


async def _so_far(act: Act, member_id: UUID | None) -> tuple[Squad | None, Member | None]:
    """The first squad, and its newest agent (or the one just added)."""
    here = act.caller.organization_id
    agents = select(Member).where(Member.organization_id == here, Member.kind == "agent", Member.left_at.is_(None))
    if member_id is not None:
        agents = agents.where(Member.id == member_id)
    agent = (await act.session.scalars(agents.order_by(Member.id.desc()).limit(1))).one_or_none()
    squads = select(Squad).where(Squad.organization_id == here).order_by(Squad.id).limit(1)
    if agent is not None:
        squads = select(Squad).where(Squad.organization_id == here, Squad.id == agent.squad_id)
    return (await act.session.scalars(squads)).one_or_none(), agent


def paste(act: Act, token: str, squad_id: UUID) -> str:
    """Two commands that open a case as the agent and hand it over."""
    case = json.dumps({"squad_id": str(squad_id)} | CASE)
    return PASTE.format(address=act.app.settings.address, token=token, case=case, escalation=json.dumps(ESCALATION))


async def first_arrival(act: Act) -> Item | None:
    """What is on the desk by now."""
    found = await rows(act, await squad_names(act.session, act.caller), None)
    return max(found, key=lambda item: item.created_at, default=None)
