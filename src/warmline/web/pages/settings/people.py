"""The people of the organization, and inviting one."""

from typing import Literal

from fastapi import APIRouter, Response
from sqlalchemy import select

from warmline.errors import Conflict, FieldError, Invalid
from warmline.organizations import passwords, users
from warmline.organizations.model import User
from warmline.web.act import Act
from warmline.web.api.paging import page as rows_of
from warmline.web.api.schema import Line
from warmline.web.pages.door import PageRoute
from warmline.web.pages.settings import forms, person
from warmline.web.pages.settings.colleagues import NAME, colleagues, roles_for
from warmline.web.pages.settings.frame import AdminAct, Short, settings_page
from warmline.web.pages.settings.shown import Colleagues

router = APIRouter(prefix="/settings/people", include_in_schema=False, route_class=PageRoute)
HERE = "/settings/people"
SHOWN = 50
EMPTY = {"name": "", "email": "", "role": "operator"}
ADDRESS = "That is no e-mail address. It looks like ana@example.com."


@router.get("")
async def show(act: AdminAct, cursor: str | None = None) -> Response:
    """The list, and the form of an invitation."""
    return await _page(act, forms.form(EMPTY), cursor=cursor)


@router.post("")
async def invite(act: AdminAct, name: Short = "", email: Short = "", role: Short = "") -> Response:
    """Add somebody; the page that answers shows their one-time link, and no other does."""
    typed = {"name": name, "email": email, "role": role}
    try:
        user = await users.add_user(act.session, act.caller, *_newcomer(typed), act.now)
    except (Invalid, Conflict) as problem:
        errors = problem.errors if isinstance(problem, Invalid) else [_taken(problem)]
        return await _page(act, forms.again(EMPTY, typed, "", [_at_form(one) for one in errors]), 422)
    secret = await passwords.make_link(act.session, act.caller, user.id, act.now)
    return await person.with_link(act, user.id, secret)


def _newcomer(typed: dict[str, str]) -> tuple[str, str, str]:
    known = Literal["viewer", "operator", "admin", "owner"]
    good = forms.checked(
        ("name", Line, typed["name"], NAME), ("email", Line, typed["email"], ADDRESS),
        ("role", known, typed["role"], "Choose one of the roles."),
    )  # fmt: skip
    return good["email"], good["name"], good["role"]


def _taken(problem: Conflict) -> FieldError:
    return {"field": "email", "message": problem.detail}


def _at_form(error: FieldError) -> FieldError:
    return {"field": "email", "message": ADDRESS} if error["message"].startswith("expected an e-mail") else error


async def _page(act: Act, form: forms.Form, status: int = 200, cursor: str | None = None) -> Response:
    query = select(User).where(User.organization_id == act.caller.organization_id)
    rows, following = await rows_of(act.session, query, [User.id], SHOWN, cursor, newest_first=False)
    more = f"{HERE}?cursor={following}" if following else ""
    shown = Colleagues(await colleagues(act, [row[0] for row in rows]), more)
    return await settings_page(act, "settings/people.html", HERE, status, people=shown, form=form, roles=roles_for(act))
