"""The close reasons: their order, their words, what they ask for; retiring one and offering it again."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Response
from sqlalchemy import select

from warmline.errors import Conflict, Invalid
from warmline.organizations import close_reasons as reasons
from warmline.organizations.model import CloseReason
from warmline.web.act import Act
from warmline.web.api.close_reasons import Key
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import asking, forms
from warmline.web.pages.settings.asking import Asked, Typed
from warmline.web.pages.settings.frame import AdminAct, Seen, Short, last_to_change, settings_page
from warmline.web.pages.settings.shown import ReasonRow
from warmline.web.pages.views import Notice

router = APIRouter(include_in_schema=False, route_class=PageRoute)
HERE = "/settings/close-reasons"
NEW = "/settings/new-close-reason"  # not below the list: "new" could be the key of one
Words = Annotated[tuple[str, ...], Form(max_length=20)]


async def as_typed(
    label: Short = "", help: Short = "", notes: Short = "", field_key: Words = (), field_label: Words = (),
    field_need: Words = (),
) -> Typed:  # fmt: skip
    """The form of a reason as it came."""
    return Typed(label, help, notes, field_key, field_label, field_need)


TypedDep = Annotated[Typed, Depends(as_typed)]


@router.get(HERE)
async def show(act: AdminAct, moved: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The list in its order; the row that was just moved keeps the focus."""
    query = select(CloseReason).where(CloseReason.organization_id == act.caller.organization_id)
    rows = (await act.session.scalars(query.order_by(CloseReason.position, CloseReason.key))).all()
    offered = tuple(_row(one) for one in rows if one.retired_at is None)
    retired = tuple(_row(one) for one in rows if one.retired_at is not None)
    return await settings_page(act, "settings/close_reasons.html", HERE, reasons=offered, retired=retired, moved=moved)


def _row(one: CloseReason) -> ReasonRow:
    wanted = tuple(field["label"] + (" (required)" if field["required"] else "") for field in one.fields)
    return ReasonRow(one.key, one.label, one.help, one.requires_notes, wanted, one.retired_at)


@router.get(NEW)
async def show_new(act: AdminAct) -> Response:
    """The form of a further one."""
    return await _page(act, None, forms.form(asking.EMPTY), ())


@router.post(NEW)
async def add(act: AdminAct, typed: TypedDep) -> Response:
    """A further reason; its key is made of its label."""
    try:
        values = typed.values()
        made = await reasons.add_reason(act.session, act.caller, asking.slug(typed.label, "reason"), values, act.now)
    except (Invalid, Conflict) as problem:
        form = forms.again(asking.EMPTY, typed.words(), "", typed.errors(problem))
        return await _page(act, None, form, typed.fields(), 422)
    told = Notice(f"“{made.label}” is added", "It is offered from now on, at the end of the list.")
    return go(act.request, f"{HERE}?moved={made.key}", told)


@router.get(HERE + "/{key}")
async def show_one(act: AdminAct, key: Key) -> Response:
    """The form of one."""
    reason = await reasons.get_reason(act.session, act.caller, key)
    return await _page(act, reason, forms.form(asking.current(reason)), asking.fields_of(reason))


@router.post(HERE + "/{key}")
async def save(act: AdminAct, key: Key, typed: TypedDep, seen: Seen = "") -> Response:
    """Change it, where nobody else has since it was shown."""
    await reasons.in_turn(act.session, act.caller)
    reason = await reasons.get_reason(act.session, act.caller, key)
    now = asking.current(reason)
    if differences := forms.changed(now, seen, asking.LABELS):
        by = await last_to_change(act, "close_reason.changed", act.caller.organization_id, key=key)
        form = forms.too_late(now, typed.words(), seen, differences, by)
        mine = form.values["fields"] == typed.words()["fields"]
        return await _page(act, reason, form, typed.fields() if mine else asking.fields_of(reason), 409)
    try:
        changes = {name: value for name, value in typed.values().items() if value != getattr(reason, name)}
    except Invalid as problem:
        form = forms.again(now, typed.words(), seen, typed.errors(problem))
        return await _page(act, reason, form, typed.fields(), 422)
    await reasons.change_reason(act.session, act.caller, key, changes, act.now)
    return go(act.request, f"{HERE}?moved={key}", Notice("Saved", "What was closed before keeps its words."))


@router.post(HERE + "/{key}/move")
async def move(act: AdminAct, key: Key, way: Annotated[Literal["up", "down"], Form()]) -> Response:
    """One place up or down."""
    keys = [one.key for one in await reasons.offered(act.session, act.caller.organization_id)]
    if key in keys:
        place = max(0, keys.index(key) + (1 if way == "down" else -1))
        await reasons.place_reason(act.session, act.caller, key, place, act.now)
    else:
        await reasons.get_reason(act.session, act.caller, key)
    return go(act.request, f"{HERE}?moved={key}-{way}")


@router.post(HERE + "/{key}/retire")
async def retire(act: AdminAct, key: Key) -> Response:
    """Offer it no longer; it can be undone."""
    try:
        reason = await reasons.retire_reason(act.session, act.caller, key, act.now)
    except Conflict as problem:
        return go(act.request, HERE, Notice("Not retired", problem.detail))
    told = "It is no longer offered; what ended by it keeps it."
    return go(act.request, HERE, Notice(f"“{reason.label}” is retired", told, undo=f"{HERE}/{key}/restore"))


@router.post(HERE + "/{key}/restore")
async def restore(act: AdminAct, key: Key) -> Response:
    """Offer it again."""
    try:
        reason = await reasons.restore_reason(act.session, act.caller, key, act.now)
    except Conflict as problem:
        return go(act.request, HERE, Notice("Not offered again", problem.detail))
    return go(act.request, HERE, Notice(f"“{reason.label}” is offered again"))


async def _page(
    act: Act, reason: CloseReason | None, form: forms.Form, fields: tuple[Asked, ...], status: int = 200
) -> Response:
    blank = tuple(Asked() for _ in range(min(2, asking.MOST - len(fields))))
    row = _row(reason) if reason else None
    return await settings_page(
        act, "settings/close_reason.html", HERE, status, reason=row, form=form, fields=(*fields, *blank)
    )
