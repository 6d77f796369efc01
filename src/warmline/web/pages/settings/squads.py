"""The squads of the organization, and making one."""

from fastapi import APIRouter, Response
from sqlalchemy import func, select

from warmline.errors import Invalid
from warmline.squads import seats
from warmline.squads.model import Member, Squad
from warmline.web.act import Act
from warmline.web.api.schema import Line
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import forms
from warmline.web.pages.settings.frame import AdminAct, Short, settings_page
from warmline.web.pages.settings.shown import SquadRow
from warmline.web.pages.views import Notice

router = APIRouter(prefix="/settings/squads", include_in_schema=False, route_class=PageRoute)
HERE = "/settings/squads"
NAME = "Give it a name of one line."


@router.get("")
async def show(act: AdminAct) -> Response:
    """The list, and the form of a new one."""
    return await _page(act, forms.form({"name": ""}))


@router.post("")
async def make(act: AdminAct, name: Short = "") -> Response:
    """A new squad, and to it."""
    try:
        good = forms.checked(("name", Line, name, NAME))["name"]
    except Invalid as problem:
        return await _page(act, forms.again({"name": ""}, {"name": name}, "", problem.errors), 422)
    squad = await seats.create_squad(act.session, act.caller, good, act.now)
    return go(act.request, f"{HERE}/{squad.id}", Notice(f"{good} is there", "Now its seats: people and agents."))


async def _page(act: Act, form: forms.Form, status: int = 200) -> Response:
    return await settings_page(act, "settings/squads.html", HERE, status, squads=await _rows(act), form=form)


async def _rows(act: Act) -> tuple[SquadRow, ...]:
    people = func.count(Member.id).filter(Member.kind == "user")
    agents = func.count(Member.id).filter(Member.kind == "agent")
    here = (
        (Member.organization_id == Squad.organization_id)
        & (Member.squad_id == Squad.id)
        & Member.left_at.is_(None)
    )  # fmt: skip
    query = select(Squad.id, Squad.name, people, agents).outerjoin(Member, here)
    mine = query.where(Squad.organization_id == act.caller.organization_id).group_by(Squad.id, Squad.name)
    return tuple(SquadRow(*row) for row in await act.session.execute(mine.order_by(Squad.id)))
