"""The organization: its name, the times it promises, its region."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from warmline.errors import FieldError, Invalid
from warmline.organizations import settings
from warmline.organizations.model import Organization
from warmline.organizations.settings import LEAST, MOST
from warmline.web.act import Act
from warmline.web.api.schema import Line
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import forms, spans
from warmline.web.pages.settings.frame import AdminAct, Seen, Short, last_to_change, settings_page
from warmline.web.pages.views import Notice

router = APIRouter(prefix="/settings", include_in_schema=False, route_class=PageRoute)
HERE = "/settings/organization"
PRIORITIES = ("urgent", "high", "normal", "low")
LABELS = {
    "name": "Name",
    "urgent": "Urgent",
    "high": "High",
    "normal": "Normal",
    "low": "Low",
    "lease": "Claim lease",
    "region": "Region",
}
FIELDS = {
    **{f"settings.due_seconds.{priority}": priority for priority in PRIORITIES},
    "settings.claim_lease_seconds": "lease",
    "settings.default_region": "region",
}
BOUNDS = "expected 5 s to 30 days"


@router.get("")
async def home(act: AdminAct) -> Response:
    """The settings begin with the organization."""
    return go(act.request, HERE)


@router.get("/organization")
async def show(act: AdminAct) -> Response:
    """The form."""
    return await _page(act, forms.form(await _current(act)))


@router.post("/organization")
async def save(
    act: AdminAct, name: Short = "", urgent: Short = "", high: Short = "", normal: Short = "", low: Short = "",
    lease: Short = "", region: Short = "", seen: Seen = "",
) -> Response:  # fmt: skip
    """Save it, where nobody else has changed it since it was shown."""
    typed = dict(zip(LABELS, (name, urgent, high, normal, low, lease, region), strict=True))
    current = await _current(act, lock=True)
    if differences := forms.changed(current, seen, LABELS):
        by = await last_to_change(act, "organization.changed", act.caller.organization_id)
        return await _page(act, forms.too_late(current, typed, seen, differences, by), 409)
    try:
        called, changes = _changes(typed, current)
        if called or changes:
            await settings.change(act.session, act.caller, called, changes, act.now)
    except Invalid as problem:
        return await _page(act, forms.again(current, typed, seen, _by_form(problem.errors)), 422)
    return go(act.request, HERE, Notice("Saved", "New promises count for what comes in from now on."))


def _changes(typed: Mapping[str, str], current: Mapping[str, str]) -> tuple[str | None, dict[str, Any]]:
    """The name and the settings, as far as they were changed. Raises Invalid."""
    values, errors = {}, []
    for field in ("name", *PRIORITIES, "lease", "region"):
        try:
            values[field] = _value(field, typed[field])
        except ValueError as problem:
            errors.append(FieldError(field=field, message=str(problem)))
    if errors:
        raise Invalid(forms.MARKED, errors)
    if errors := _out_of_order(values):
        raise Invalid(forms.MARKED, errors)
    new = {field: value for field, value in values.items() if value != _value(field, current[field])}
    due = {priority: new[priority] for priority in PRIORITIES if priority in new}
    changes = {"due_seconds": due} if due else {}
    names = (("lease", "claim_lease_seconds"), ("region", "default_region"))
    return new.get("name"), changes | {key: new[field] for field, key in names if field in new}


def _out_of_order(values: Mapping[str, Any]) -> list[FieldError]:
    """What is more urgent is promised no later; a program may say otherwise, a person has mistyped.

    What is out of bounds is left to the settings, which know them.
    """
    return [
        FieldError(field=one, message=f"{LABELS[one]} is promised later than {LABELS[next].lower()}")
        for one, next in pairwise(PRIORITIES)
        if LEAST <= values[next] < values[one] <= MOST
    ]


def _value(field: str, text: str) -> Any:
    if field == "name":
        try:
            return forms.checked(("name", Line, text, ""))["name"]
        except Invalid:
            raise ValueError("give it a name of one line") from None
    return text.strip().upper() if field == "region" else spans.heard(text)


def _by_form(errors: list[FieldError]) -> list[FieldError]:
    """The settings' errors at the fields of the form."""
    return [_at_form(error) for error in errors]


def _at_form(error: FieldError) -> FieldError:
    field = FIELDS.get(error["field"], error["field"])
    if field in ("lease", *PRIORITIES) and error["field"] in FIELDS:
        return {"field": field, "message": BOUNDS}
    if field == "region":
        return {"field": field, "message": "expected a country by its two letters, as US or DE"}
    return {"field": field, "message": error["message"]}


async def _current(act: Act, lock: bool = False) -> dict[str, str]:
    """What is in force, in words."""
    query = select(Organization).where(Organization.id == act.caller.organization_id)
    found = (await act.session.scalars(query.with_for_update() if lock else query)).one()
    in_force = await settings.get(act.session, found.id)
    due = {priority: spans.said(getattr(in_force.due_seconds, priority)) for priority in PRIORITIES}
    lease = spans.said(in_force.claim_lease_seconds)
    return {"name": found.name, **due, "lease": lease, "region": in_force.default_region}


async def _page(act: Act, form: forms.Form, status: int = 200) -> Response:
    return await settings_page(act, "settings/organization.html", HERE, status, form=form)
