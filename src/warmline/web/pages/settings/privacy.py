"""Privacy: how long what was written is kept, and what is hidden from whom. Erasing is in `erasing.py`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from sqlalchemy import select

from warmline.errors import FieldError, Invalid
from warmline.organizations import settings
from warmline.organizations.masks import KINDS
from warmline.organizations.model import Organization
from warmline.web.act import Act
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import forms
from warmline.web.pages.settings.frame import AdminAct, Seen, Short, last_to_change, settings_page
from warmline.web.pages.settings.shown import Erasing
from warmline.web.pages.views import Choice, Notice

router = APIRouter(include_in_schema=False, route_class=PageRoute)
HERE = "/settings/privacy"
LABELS = {
    "content": "What was written",
    "deliveries": "Answers of receivers",
    "viewer": "Viewers",
    "operator": "Operators",
}
HIDDEN = (
    Choice("email", "E-mail addresses", "j•••@example.com"),
    Choice("phone", "Telephone numbers", "+44 ••• 123"),
    Choice("card", "Cards", "•••• 4242"),
    Choice("secret", "Passwords, tokens and keys", "[hidden: secret]"),
)
DAYS = "expected a number of days from 1 to 3650, or nothing to keep it for ever"
Kinds = Annotated[tuple[str, ...], Form(max_length=len(KINDS))]


@router.get(HERE)
async def show(act: AdminAct) -> Response:
    """The form, and the way to erase."""
    return await privacy_page(act)


@router.post(HERE)
async def save(
    act: AdminAct,
    content: Short = "",
    deliveries: Short = "",
    viewer: Kinds = (),
    operator: Kinds = (),
    seen: Seen = "",
) -> Response:
    """Save it, where nobody else has changed it since it was shown."""
    typed = {"content": content.strip(), "deliveries": deliveries.strip()}
    typed |= {"viewer": _listed(viewer), "operator": _listed(operator)}
    current = await _current(act, lock=True)
    if differences := forms.changed(current, seen, LABELS):
        by = await last_to_change(act, "organization.changed", act.caller.organization_id)
        return await privacy_page(act, forms.too_late(current, typed, seen, differences, by), status=409)
    try:
        if changes := _changes(typed, current):
            await settings.change(act.session, act.caller, None, changes, act.now)
    except Invalid as problem:
        return await privacy_page(act, forms.again(current, typed, seen, problem.errors), status=422)
    return go(act.request, HERE, Notice("Saved", "It counts from now on, for what is there already, too."))


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(kind for kind in KINDS if kind in kinds)


def _changes(typed: Mapping[str, str], current: Mapping[str, str]) -> dict[str, Any]:
    """The settings, as far as they were changed. Raises Invalid."""
    new = {name: text for name, text in typed.items() if text != current[name]}
    wrong = [name for name in ("content", "deliveries") if new.get(name) and not _is_days(new[name])]
    if wrong:
        raise Invalid(forms.MARKED, [FieldError(field=name, message=DAYS) for name in wrong])
    days = {name: int(new[name]) if new[name] else None for name in ("content", "deliveries") if name in new}
    hidden = {name: new[name].split(", ") if new[name] else [] for name in ("viewer", "operator") if name in new}
    return ({"retention_days": days} if days else {}) | ({"redaction": hidden} if hidden else {})


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= 3650


async def _current(act: Act, lock: bool = False) -> dict[str, str]:
    """What is in force, in words."""
    if lock:
        query = select(Organization.id).where(Organization.id == act.caller.organization_id)
        await act.session.execute(query.with_for_update())
    in_force = await settings.get(act.session, act.caller.organization_id)
    days = {name: str(days or "") for name, days in in_force.retention_days.model_dump().items()}
    return days | {role: _listed(kinds) for role, kinds in in_force.redaction.model_dump().items()}


async def privacy_page(
    act: Act, form: forms.Form | None = None, erasing: Erasing | None = None, status: int = 200
) -> Response:
    """The whole page; with a form that was refused, or with what would be erased."""
    form = form or forms.form(await _current(act))
    given = {"form": form, "kinds": HIDDEN, "erasing": erasing or Erasing()}
    return await settings_page(act, "settings/privacy.html", HERE, status, **given)
