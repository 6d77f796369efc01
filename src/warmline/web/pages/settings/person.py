"""One person: their name and role, a one-time link for their password, and whether they may sign in."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response

from warmline.errors import Conflict, FieldError, Forbidden, Invalid
from warmline.handoffs.queries import held_by
from warmline.organizations import passwords, users
from warmline.organizations.model import User
from warmline.web.act import Act
from warmline.web.api.schema import Line
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import forms
from warmline.web.pages.settings.colleagues import NAME, colleagues, roles_for
from warmline.web.pages.settings.frame import AdminAct, Seen, Short, last_to_change, settings_page, shown_once
from warmline.web.pages.settings.shown import ROLES, OneColleague
from warmline.web.pages.views import Notice

router = APIRouter(prefix="/settings/people/{user_id}", include_in_schema=False, route_class=PageRoute)
LIST = "/settings/people"
LABELS = {"name": "Name", "role": "Role"}


@router.get("")
async def show(act: AdminAct, user_id: UUID) -> Response:
    """The person."""
    user = await users.get_user(act.session, act.caller, user_id)
    return await _page(act, user, forms.form(_current(user)))


@router.post("")
async def save(act: AdminAct, user_id: UUID, name: Short = "", role: Short = "", seen: Seen = "") -> Response:
    """Change name or role, where nobody else has since they were shown."""
    user = await users.get_user(act.session, act.caller, user_id, lock=True)
    current = _current(user)
    typed = {"name": name, "role": role or user.role}  # one's own role is not asked for
    if differences := forms.changed(current, seen, LABELS):
        by = await last_to_change(act, "user.changed", user_id)
        return await _page(act, user, forms.too_late(current, typed, seen, differences, by), 409)
    try:
        if changes := _changes(typed, current):
            await users.change_user(act.session, act.caller, user_id, changes, act.now)
    except (Invalid, Conflict, Forbidden) as problem:
        return await _page(act, user, forms.again(current, typed, seen, _errors(problem)), problem.status)
    return go(act.request, f"{LIST}/{user_id}", Notice("Saved", "It counts at once."))


def _current(user: User) -> dict[str, str]:
    return {"name": user.name, "role": user.role}


def _changes(typed: dict[str, str], current: dict[str, str]) -> dict[str, str]:
    roles = Literal["viewer", "operator", "admin", "owner"]
    good = forms.checked(
        ("name", Line, typed["name"], NAME), ("role", roles, typed["role"], "Choose one of the roles.")
    )
    return {field: value for field, value in good.items() if value != current[field]}


def _errors(problem: Invalid | Conflict | Forbidden) -> list[FieldError]:
    return problem.errors if isinstance(problem, Invalid) else [{"field": "role", "message": problem.detail}]


@router.post("/link")
async def make_link(act: AdminAct, user_id: UUID) -> Response:
    """A new one-time link, to be given to them; an earlier one stops working."""
    user = await users.get_user(act.session, act.caller, user_id)
    act.caller.must_be("owner" if user.role == "owner" else "admin")
    if user.disabled_at is not None:
        raise Conflict(f"{user.name} is disabled, and a link would lead nowhere. Enable them first.")
    return await with_link(act, user_id, await passwords.make_link(act.session, act.caller, user_id, act.now))


async def with_link(act: Act, user_id: UUID, secret: str) -> Response:
    """The person's page, with a one-time link that is shown once."""
    user = await users.get_user(act.session, act.caller, user_id)
    link = f"{act.app.settings.address}/set-password/{secret}"
    return shown_once(await _page(act, user, forms.form(_current(user)), link=link), f"{LIST}/{user_id}")


@router.post("/disable")
async def disable(act: AdminAct, user_id: UUID) -> Response:
    """They are out at once; it can be undone."""
    user = await users.get_user(act.session, act.caller, user_id)
    try:
        await users.change_user(act.session, act.caller, user_id, {"disabled": True}, act.now)
    except (Conflict, Forbidden) as problem:
        return go(act.request, f"{LIST}/{user_id}", Notice(f"{user.name} was not disabled", problem.detail))
    told = Notice(
        f"{user.name} is disabled",
        "They were signed out everywhere, and their tokens have ended.",
        undo=f"{LIST}/{user_id}/enable",
    )
    return go(act.request, f"{LIST}/{user_id}", told)


@router.post("/enable")
async def enable(act: AdminAct, user_id: UUID) -> Response:
    """They may sign in again, with the password they had."""
    user = await users.change_user(act.session, act.caller, user_id, {"disabled": False}, act.now)
    told = Notice(f"{user.name} may sign in again", "Their earlier tokens stay ended; make new ones where needed.")
    return go(act.request, f"{LIST}/{user_id}", told)


async def _page(act: Act, user: User, form: forms.Form, status: int = 200, link: str = "") -> Response:
    await act.session.refresh(user)
    (person,) = await colleagues(act, [user])
    held = await held_by(act.session, act.caller.organization_id, [user.id])
    shown = OneColleague(
        person=person,
        open_to=act.caller.role == "owner" or user.role != "owner",
        roles=roles_for(act) if user.role != "owner" or act.caller.role == "owner" else ROLES,
        holding=held.get(user.id, 0),
        link=link,
    )
    return await settings_page(act, "settings/person.html", LIST, status, colleague=shown, form=form)
