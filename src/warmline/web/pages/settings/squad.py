"""One squad: its name, its seats, and the tokens of its agents."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import select

from warmline.errors import Conflict, Forbidden, Invalid
from warmline.organizations.model import User
from warmline.squads import seats
from warmline.squads.model import Member, Squad
from warmline.web.act import Act
from warmline.web.api.schema import Line, Slug
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import forms
from warmline.web.pages.settings.frame import AdminAct, Seen, Short, last_to_change, settings_page, shown_once
from warmline.web.pages.settings.shown import OneSquad, Seat
from warmline.web.pages.settings.squads import NAME
from warmline.web.pages.settings.tokens import tokens_of
from warmline.web.pages.start import paste
from warmline.web.pages.views import Choice, Notice, Who

router = APIRouter(prefix="/settings", include_in_schema=False, route_class=PageRoute)
LIST = "/settings/squads"
ROLE = "Small letters, digits and _, as in support_agent."
AGENT, PERSON = {"name": "", "role": ""}, {"user_id": "", "role": ""}
FOR = "What it is for, in a few words."


@router.get("/squads/{squad_id}")
async def show(act: AdminAct, squad_id: UUID) -> Response:
    """The squad."""
    return await _page(act, await seats.get_squad(act.session, act.caller, squad_id))


@router.post("/squads/{squad_id}")
async def rename(act: AdminAct, squad_id: UUID, name: Short = "", seen: Seen = "") -> Response:
    """Another name, where nobody else has given it one since it was shown."""
    squad = await seats.get_squad(act.session, act.caller, squad_id, lock=True)
    current = {"name": squad.name}
    if differences := forms.changed(current, seen, {"name": "Name"}):
        by = await last_to_change(act, "squad.changed", squad_id)
        return await _page(act, squad, forms.too_late(current, {"name": name}, seen, differences, by), status=409)
    try:
        good = forms.checked(("name", Line, name, NAME))["name"]
    except Invalid as problem:
        return await _page(act, squad, forms.again(current, {"name": name}, seen, problem.errors), status=422)
    await seats.rename_squad(act.session, act.caller, squad_id, good, act.now)
    return go(act.request, f"{LIST}/{squad_id}", Notice("Saved"))


@router.post("/squads/{squad_id}/agents")
async def add_agent(act: AdminAct, squad_id: UUID, name: Short = "", role: Short = "") -> Response:
    """A seat for an agent; its first token is shown on the page that answers, and nowhere else."""
    squad = await seats.get_squad(act.session, act.caller, squad_id)
    try:
        good = forms.checked(("name", Line, name, NAME), ("role", Slug, _slug(role), ROLE))
    except Invalid as problem:
        form = forms.again(AGENT, {"name": name, "role": role}, "", problem.errors)
        return await _page(act, squad, agent=form, status=422)
    member = await seats.add_member(act.session, act.caller, squad_id, "agent", user_id=None, now=act.now, **good)
    return await _with_token(act, squad, member, "first token")


@router.post("/squads/{squad_id}/people")
async def add_person(act: AdminAct, squad_id: UUID, user_id: Short = "", role: Short = "") -> Response:
    """A seat for a person."""
    squad = await seats.get_squad(act.session, act.caller, squad_id)
    typed = {"user_id": user_id, "role": role}
    try:
        good = forms.checked(("user_id", UUID, user_id, "Choose a person."), ("role", Slug, _slug(role), ROLE))
        seat = {"kind": "user", "name": None, **good}
        member = await seats.add_member(act.session, act.caller, squad_id, now=act.now, **seat)
    except Invalid as problem:
        return await _page(act, squad, person=forms.again(PERSON, typed, "", problem.errors), status=422)
    return go(act.request, f"{LIST}/{squad_id}#people", Notice(f"{member.name} is in {squad.name}"))


def _slug(role: str) -> str:
    return role.strip().lower().replace(" ", "_").replace("-", "_")


@router.post("/members/{member_id}/tokens")
async def make_token(act: AdminAct, member_id: UUID, name: Short = "") -> Response:
    """A further token of an agent's seat, shown once."""
    member = await seats.get_member(act.session, act.caller, member_id)
    if member.kind != "agent":
        raise Forbidden("This is a person's seat; people make tokens for themselves over the API.")
    squad = await seats.get_squad(act.session, act.caller, member.squad_id)
    return await _with_token(act, squad, member, forms.checked(("name", Line, name.strip() or "token", FOR))["name"])


@router.post("/members/{member_id}/remove")
async def remove(act: AdminAct, member_id: UUID) -> Response:
    """Empty a seat: its tokens stop at once, its work stays."""
    member = await seats.get_member(act.session, act.caller, member_id)
    if member.left_at is None:
        await seats.leave(act.session, act.caller, member_id, act.now)
    told = Notice(f"{member.name} has left the squad", "Their work and its history stay.")
    return go(act.request, f"{LIST}/{member.squad_id}", told)


async def _with_token(act: Act, squad: Squad, member: Member, name: str) -> Response:
    try:
        made = await seats.token_for(act.session, act.caller, member.id, name, act.now)
    except Conflict as problem:
        return go(act.request, f"{LIST}/{squad.id}", Notice("No token was made", problem.detail))
    return shown_once(await _page(act, squad, token=made.secret, token_of=member.id), f"{LIST}/{squad.id}")


async def _page(
    act: Act, squad: Squad, form: forms.Form | None = None, agent: forms.Form | None = None,
    person: forms.Form | None = None, token: str = "", token_of: UUID | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found = await _seats(act, squad)
    people = tuple(seat for seat in found if seat.who.kind == "user")
    shown = OneSquad(
        squad.id, squad.name, tuple(seat for seat in found if seat.who.kind == "agent"), people,
        await _free(act, people), token, paste(act, token, squad.id) if token else "", token_of,
    )  # fmt: skip
    data = {
        "squad": shown,
        "form": form or forms.form({"name": squad.name}),
        "agent": agent or forms.form(AGENT),
        "person": person or forms.form(PERSON),
    }
    return await settings_page(act, "settings/squad.html", LIST, status, **data)


async def _seats(act: Act, squad: Squad) -> tuple[Seat, ...]:
    query = await seats.members_of(act.session, act.caller, squad.id)
    members = (await act.session.scalars(query.order_by(Member.id))).all()
    tokens = await tokens_of(act, [member.id for member in members if member.kind == "agent"])
    return tuple(
        Seat(
            member.id, Who(member.name, "agent" if member.kind == "agent" else "user"), member.role, member.user_id,
            tokens.get(member.id, ()),
        )
        for member in members
    )  # fmt: skip


async def _free(act: Act, people: tuple[Seat, ...]) -> tuple[Choice, ...]:
    """Those who could take a seat. One person may have two, under two roles: nobody is left out."""
    seated = {seat.user_id for seat in people}
    query = select(User).where(User.organization_id == act.caller.organization_id, User.disabled_at.is_(None))
    rows = await act.session.scalars(query.order_by(User.name))
    return tuple(Choice(str(user.id), user.name + (" (has a seat)" if user.id in seated else "")) for user in rows)
