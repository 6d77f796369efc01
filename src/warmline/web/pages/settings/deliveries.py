"""What went out on channels, what did not, and why; and sending it again."""

from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from warmline.channels import queries
from warmline.channels.health import count_sent, unsent
from warmline.channels.model import Attempt, Channel, Delivery
from warmline.channels.redrive import redrive
from warmline.errors import Conflict
from warmline.squads.names import names_of
from warmline.timeline.model import Event
from warmline.web.act import Act
from warmline.web.api.paging import page as rows_of
from warmline.web.pages import build
from warmline.web.pages.door import PageRoute, by_scripts, csrf_of, go
from warmline.web.pages.happened import happened
from warmline.web.pages.lists import KINDS as WHO
from warmline.web.pages.lists import titles
from warmline.web.pages.settings import telling
from warmline.web.pages.settings.frame import AdminAct, settings_page
from warmline.web.pages.settings.shown_channels import STATES, Filter, Sending, Sendings, Try
from warmline.web.pages.views import Choice, Link, Notice, Who
from warmline.web.templating import render

router = APIRouter(include_in_schema=False, route_class=PageRoute)
HERE = "/settings/deliveries"
SHOWN = 50
MOST = 1000  # sent ones are counted so far
State = Literal["pending", "failed", "dead", "sent", ""]


@router.get(HERE)
async def show(
    act: AdminAct, state: State = "", channel_id: UUID | Literal[""] = "", cursor: str | None = None
) -> Response:
    """The list, the newest first; scripts look at it again and again."""
    channel = channel_id or None
    query = queries.deliveries(act.caller, state or None, channel)
    rows, following = await rows_of(act.session, query, [Delivery.id], SHOWN, cursor, newest_first=True)
    shown = Sendings(
        rows=await sendings(act, [(row[0], row[1]) for row in rows]), states=await _states(act, state, channel),
        channels=await _channels(act), here=_at(state, channel, cursor=cursor), state=state,
        channel_id=str(channel_id), first=cursor is None,
        next=_at(state, channel, cursor=following) if following else "",
    )  # fmt: skip
    if by_scripts(act.request):
        return HTMLResponse(render("settings/sendings.html", list=shown, now=act.now, csrf=csrf_of(act.request)))
    return await settings_page(act, "settings/deliveries.html", HERE, list=shown)


@router.get(HERE + "/{delivery_id}")
async def show_one(act: AdminAct, delivery_id: UUID) -> Response:
    """One delivery with every attempt; scripts ask for how it goes."""
    delivery, channel = await queries.get_delivery(act.session, act.caller, delivery_id)
    one = await sending(act, delivery, channel)
    if by_scripts(act.request):
        return HTMLResponse(render("settings/progress.html", one=one, now=act.now))
    return await settings_page(act, "settings/delivery.html", HERE, one=one)


@router.post(HERE + "/{delivery_id}/redrive")
async def send_again(act: AdminAct, delivery_id: UUID) -> Response:
    """Due at once, with a whole schedule before it again."""
    try:
        await redrive(act.session, act.caller, delivery_id, act.now)
    except Conflict as problem:
        return go(act.request, f"{HERE}/{delivery_id}", Notice("Not sent again", problem.detail))
    return go(act.request, f"{HERE}/{delivery_id}")


def _at(state: str, channel: UUID | None, **more: str | None) -> str:
    given = {"state": state, "channel_id": channel, **more}
    asked = urlencode({name: str(value) for name, value in given.items() if value})
    return f"{HERE}?{asked}" if asked else HERE


async def _states(act: Act, current: str, channel: UUID | None) -> tuple[Filter, ...]:
    many = await unsent(act.session, act.caller)
    wanted = [many.get(channel, {})] if channel else [*many.values()]
    counts = {state: f"{sum(one.get(state, 0) for one in wanted):,}" for state in STATES}
    sent = await count_sent(act.session, act.caller, channel, MOST)
    counts["sent"] = f"{sent:,}{'+' if sent == MOST else ''}"
    everything = Filter("All", _at("", channel), "", not current)
    return (everything, *(Filter(label, _at(s, channel), counts[s], s == current) for s, label in STATES.items()))


async def _channels(act: Act) -> tuple[Choice, ...]:
    found = (await act.session.scalars(queries.channels(act.caller).order_by(Channel.id))).all()
    return (Choice("", "All channels"), *(Choice(str(one.id), one.name) for one in found))


async def sending(act: Act, delivery: Delivery, channel: Channel) -> Sending:
    """One delivery with its attempts, as it is shown."""
    tries = tuple(_try(one) for one in await queries.attempts_of(act.session, delivery))
    return (await sendings(act, [(delivery, channel)], tries))[0]


async def sendings(
    act: Act, found: Sequence[tuple[Delivery, Channel]], tries: tuple[Try, ...] = ()
) -> tuple[Sending, ...]:
    """Deliveries as they are shown: who did what to which thing, and how the telling goes."""
    ids = [delivery.event_id for delivery, _ in found]
    query = select(Event).where(Event.organization_id == act.caller.organization_id, Event.id.in_(ids))
    events = {event.id: event for event in await act.session.scalars(query)}
    names = await names_of(act.session, act.caller.organization_id, [event.actor_id for event in events.values()])
    cases = await titles(act, events.values())
    return tuple(_row(delivery, channel, events[delivery.event_id], names, cases, tries) for delivery, channel in found)


def _row(
    delivery: Delivery, channel: Channel, event: Event, names: build.Names, cases: build.Names, tries: tuple[Try, ...]
) -> Sending:
    who: Any = WHO.get(event.actor_kind, "system")
    return Sending(
        id=delivery.id,
        state=delivery.state,
        attempts=delivery.attempts,
        who=Who(names.get(event.actor_id, "Warmline") if event.actor_id else "Warmline", who),
        words=happened(event.type, event.data),
        channel=Link(channel.name, f"/settings/channels/{channel.id}"),
        kind=channel.kind,
        made_at=delivery.created_at,
        thing=_thing(event, cases),
        next_at=delivery.next_at,
        finished_at=delivery.finished_at,
        why=telling.why(delivery.last_error) if delivery.state != "sent" else None,
        closed=channel.disabled_at is not None,
        tries=tries,
    )


def _thing(event: Event, cases: build.Names) -> Link | None:
    """What it is about, where that can be opened; a channel's own events are about the channel."""
    title = cases.get(event.thread_id) if event.thread_id else None
    if title is None:
        return None
    handoff = event.subject_kind == "handoff"
    return Link(title, f"/handoffs/{event.subject_id}" if handoff else f"/cases/{event.thread_id}")


def _try(one: Attempt) -> Try:
    return Try(one.number, one.at, one.ok, one.detail, one.milliseconds, None if one.ok else telling.why(one.detail))
