"""One channel: making it, changing it, trying it out, a new secret, out of use and back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response

from warmline.channels import queries, register
from warmline.channels.health import Health, health
from warmline.channels.model import Channel
from warmline.channels.personal import is_personal
from warmline.errors import Conflict, Invalid
from warmline.squads.seats import get_squad
from warmline.web.act import Act
from warmline.web.api.channels import EVENT_TYPES, Kind
from warmline.web.pages.desk import squad_names
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import channel_form, forms, telling
from warmline.web.pages.settings.channel_form import Typed, TypedDep
from warmline.web.pages.settings.channels import HERE, way
from warmline.web.pages.settings.deliveries import sending
from warmline.web.pages.settings.frame import AdminAct, Seen, last_to_change, settings_page, shown_once
from warmline.web.pages.settings.shown_channels import KINDS
from warmline.web.pages.views import Choice, Notice

router = APIRouter(include_in_schema=False, route_class=PageRoute)
NEW = "/settings/new-channel"  # not below the list: what follows that is the id of one
ALL_SQUADS = Choice("", "All squads")
KindDep = Annotated[Kind, Path()]


@router.get(NEW + "/{kind}")
async def show_new(act: AdminAct, kind: KindDep) -> Response:
    """The form of a further one."""
    return await _new(act, kind, forms.form(channel_form.empty(kind)), telling.USUALLY[kind])


@router.post(NEW + "/{kind}")
async def add(act: AdminAct, kind: KindDep, typed: TypedDep) -> Response:
    """A further channel; its secret, where it has one, is shown on the page that answers, and nowhere else."""
    typed = channel_form.of_kind(typed, kind)
    try:
        channel, secret = await _made(act, typed)
    except (Invalid, Conflict) as problem:
        form = forms.again(channel_form.empty(kind), typed.words(), "", typed.errors(problem))
        return await _new(act, kind, form, typed.events, 422)
    here = f"{HERE}/{channel.id}"
    if secret is None:
        return go(act.request, here, Notice(f"“{channel.name}” is made", "Send a test, and see it arrive."))
    return shown_once(await _page(act, channel, secret=secret), here)


async def _made(act: Act, typed: Typed) -> tuple[Channel, str | None]:
    given = typed.given()
    if given["squad_id"]:
        await get_squad(act.session, act.caller, given["squad_id"], field="squad_id")
    allow_private = act.app.settings.allow_private_targets
    return await register.create_channel(
        act.session, act.caller, typed.kind, given, EVENT_TYPES, allow_private, act.now
    )


@router.get(HERE + "/{channel_id}")
async def show(act: AdminAct, channel_id: UUID) -> Response:
    """One channel."""
    return await _page(act, await queries.get_channel(act.session, act.caller, channel_id))


@router.post(HERE + "/{channel_id}")
async def save(act: AdminAct, channel_id: UUID, typed: TypedDep, seen: Seen = "") -> Response:
    """Change it, where nobody else has since it was shown."""
    channel = await queries.get_channel(act.session, act.caller, channel_id, lock=True)
    typed, now = channel_form.of_kind(typed, channel.kind), channel_form.current(channel)
    if differences := forms.changed(now, seen, channel_form.LABELS):
        by = await last_to_change(act, "channel.changed", channel_id)
        told = channel_form.in_words(differences, await squad_names(act.session, act.caller))
        form = forms.too_late(now, typed.words(), seen, told, by)
        return await _page(act, channel, form, channel_form.chosen(form, typed, channel), status=409)
    try:
        await _change(act, channel, typed.changes(channel))
    except Invalid as problem:
        form = forms.again(now, typed.words(), seen, typed.errors(problem))
        return await _page(act, channel, form, typed.events, status=422)
    return go(act.request, f"{HERE}/{channel_id}", Notice("Saved", "What is on its way already goes there too."))


async def _change(act: Act, channel: Channel, changes: dict[str, Any]) -> None:
    if changes.get("squad_id"):
        await get_squad(act.session, act.caller, changes["squad_id"], field="squad_id")
    allow_private = act.app.settings.allow_private_targets
    await register.change_channel(act.session, act.caller, channel.id, changes, EVENT_TYPES, allow_private, act.now)


@router.post(HERE + "/{channel_id}/test")
async def send_test(act: AdminAct, channel_id: UUID) -> Response:
    """Send a test; the page shows how that goes."""
    try:
        await register.try_channel(act.session, act.caller, channel_id, act.now)
    except Conflict as problem:
        return go(act.request, f"{HERE}/{channel_id}", Notice("No test was sent", problem.detail))
    return go(act.request, f"{HERE}/{channel_id}#test")


@router.post(HERE + "/{channel_id}/rotate")
async def rotate(act: AdminAct, channel_id: UUID) -> Response:
    """A new secret, shown once; the one before signs too for a day."""
    try:
        channel, secret = await register.rotate(act.session, act.caller, channel_id, act.now)
    except Invalid:
        told = Notice("There is no secret to replace", "This channel is not signed.")
        return go(act.request, f"{HERE}/{channel_id}", told)
    return shown_once(await _page(act, channel, secret=secret, rotated=True), f"{HERE}/{channel_id}")


@router.post(HERE + "/{channel_id}/disable")
async def disable(act: AdminAct, channel_id: UUID) -> Response:
    """Take it out of use."""
    channel = await queries.get_channel(act.session, act.caller, channel_id, lock=True)
    await register.disable(act.session, act.caller, channel, register.BY_HAND, act.now)
    here = f"{HERE}/{channel_id}"
    told = Notice(f"“{channel.name}” is out of use", "It is told of nothing from now on.", undo=f"{here}/enable")
    return go(act.request, here, told)


@router.post(HERE + "/{channel_id}/enable")
async def enable(act: AdminAct, channel_id: UUID) -> Response:
    """Take it into use again."""
    channel = await queries.get_channel(act.session, act.caller, channel_id, lock=True)
    try:
        await _change(act, channel, {"disabled": False})
    except Conflict as problem:
        return go(act.request, f"{HERE}/{channel_id}", Notice("Not taken into use", problem.detail))
    told = Notice(f"“{channel.name}” is in use again", "What happens from now on is told; what was given up stays so.")
    return go(act.request, f"{HERE}/{channel_id}", told)


async def _new(act: Act, kind: str, form: forms.Form, events: Any, status: int = 200) -> Response:
    label = next(one for one in KINDS if one.value == kind)
    return await settings_page(
        act, "settings/new_channel.html", HERE, status, kind=label, **await _fields(act, kind, form, events)
    )


async def _page(
    act: Act, channel: Channel, form: forms.Form | None = None, events: Any = None, *, secret: str = "",
    rotated: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    squads = await squad_names(act.session, act.caller)
    doing = (await health(act.session, act.caller)).get(channel.id, Health())
    tested = await queries.last_test(act.session, channel)
    data = {
        "way": way(channel, squads, doing),
        "test": await sending(act, tested, channel) if tested else None,
        "secret": secret,
        "rotated": rotated,
        "signed": "secret" in channel.secrets,
        "personal": is_personal(channel),
        "system": channel.config.get("system", ""),
    }
    fields = await _fields(
        act, channel.kind, form or forms.form(channel_form.current(channel)), events or channel.event_types
    )
    return await settings_page(act, "settings/channel.html", HERE, status, **data, **fields)


async def _fields(act: Act, kind: str, form: forms.Form, events: Any) -> dict[str, Any]:
    """What the form itself needs."""
    squads = await squad_names(act.session, act.caller)
    return {
        "form": form,
        "groups": telling.groups(kind, events),
        "events": events,
        "squads": (ALL_SQUADS, *(Choice(str(id), name) for id, name in squads.items())),
        "mails": kind != "email" or act.app.settings.smtp_url is not None,
        "allow_own": act.app.settings.allow_private_targets,
    }
