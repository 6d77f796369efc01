"""The pages' stream: each event becomes pieces of HTML, the same parts as on the first page.

What looks the same for everybody is rendered once per event and shared by all who listen; only what is one's own
(the heading's counts, my list, my ways on) is rendered for each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from warmline.app import App
from warmline.caller import Caller
from warmline.db.transaction import Unit, tenant
from warmline.errors import Forbidden, Invalid, NotFound
from warmline.handoffs.access import get_handoff
from warmline.live.hub import Told
from warmline.timeline.queries import cursor, last_position, position_of, visible
from warmline.web.act import Act, CallerDep, ShortRoute, app_of
from warmline.web.pages import pushes
from warmline.web.stream import EventStream, frame

router = APIRouter(include_in_schema=False, route_class=ShortRoute)
CATCH_UP = 200  # events at once from which on a page is loaded anew, instead of being led through all of them
View = Literal["desk", "handoff", "work", "start"]


@dataclass(frozen=True)
class Looking:
    """Who looks at what."""

    app: App
    request: Request
    caller: Caller
    view: str
    id: UUID | None
    case_id: UUID | None
    squad: UUID | None


@router.get("/live")
async def live(
    request: Request, caller: CallerDep, view: View, id: UUID | None = None, squad: UUID | None = None,
    seen: Annotated[str | None, Query(max_length=200)] = None,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:  # fmt: skip
    """The stream of one page."""
    if not caller.at_least("operator"):
        raise Forbidden("Viewers have no stream; what is on the page is as it was when it was loaded.")
    if (id is None) == (view in ("handoff", "work")):
        raise Invalid.field("id", "a handoff's page names its handoff, the others none")
    app, case_id = app_of(request), None
    async with app.database.transaction(tenant(caller.organization_id)) as unit:
        last = await last_position(unit.session)
        if id is not None:
            case_id = (await get_handoff(unit.session, caller, id)).case_id
    known = last_event_id or seen
    place = min(position_of(known), last) if known else last
    looking = Looking(app, request, caller, view, id, case_id, squad)
    return EventStream(app, request.app.state.watch, caller, place, html_frames(looking))


def html_frames(looking: Looking) -> Callable[[Sequence[Told]], Awaitable[Sequence[bytes]]]:
    """What this page is told of a batch of events."""

    async def frames(events: Sequence[Told]) -> Sequence[bytes]:
        mine = [told for told in events if visible(told.event, looking.caller) and concerns(told, looking)]
        if not mine:
            return []
        if len(events) > CATCH_UP:
            return [frame("", id=cursor(events[-1].position), event="reload")]
        pieces = [await shared(told, looking) for told in mine if looking.view == "desk"]
        pieces += await _own(looking, mine)
        html = "\n".join(piece for piece in pieces if piece)
        return [frame(html or "<!-- seen -->", id=cursor(events[-1].position))]

    return frames


def concerns(told: Told, looking: Looking) -> bool:
    """Whether the event changes this page."""
    event = told.event
    if looking.view in ("desk", "start"):
        here = looking.squad is None or event.data.get("squad_id") in (None, str(looking.squad))
        return event.subject_kind == "handoff" and (here or event.type == "handoff.transferred")
    return bool(event.thread_id is not None and event.thread_id == looking.case_id)


async def shared(told: Told, looking: Looking) -> str:
    """The row of the queue that this event moves; rendered once, by the first who asks."""
    if "row" not in told.made:
        told.made["row"] = asyncio.ensure_future(_row(looking.app, looking.caller.organization_id, told))
    made: str = await asyncio.shield(told.made["row"])
    return made


async def _row(app: App, organization_id: UUID, told: Told) -> str:
    async with app.database.transaction(tenant(organization_id)) as unit:
        return await pushes.row(unit.session, organization_id, told.event, told.names, unit.now)


async def _own(looking: Looking, events: Sequence[Told]) -> list[str]:
    async with looking.app.database.transaction(tenant(looking.caller.organization_id)) as unit:
        return await _pieces(looking, events, unit)


async def _pieces(looking: Looking, events: Sequence[Told], unit: Unit) -> list[str]:
    act = Act(unit.session, looking.caller, unit.now, looking.request)
    told: list[Any] = [one.event for one in events]
    try:
        if looking.view == "desk":
            return await pushes.desk(act, told, looking.squad)
        if looking.view == "start":
            return await pushes.start(act)
        assert looking.id is not None  # checked as the stream began
        return await (pushes.pickup if looking.view == "handoff" else pushes.work)(act, looking.id, told)
    except NotFound:  # it is no longer open to this caller
        return []
