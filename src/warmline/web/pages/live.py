"""The pages' stream: each event becomes pieces of HTML, the same parts as on the first page.

What looks the same for everybody is rendered once per event and shared by all who listen; only what is one's own
(the heading's counts, my list, my ways on) is rendered for each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar
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
from warmline.web.pages.desk import for_one, tallied
from warmline.web.pages.views import Counts
from warmline.web.stream import EventStream, frame

router = APIRouter(include_in_schema=False, route_class=ShortRoute)
CATCH_UP = 200  # events at once from which on a page is loaded anew, instead of being led through all of them
View = Literal["desk", "handoff", "work", "start"]
T = TypeVar("T")


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
        pieces = await _desk(looking, mine) if looking.view == "desk" else await _own(looking, mine)
        return [_framed(events[-1], tuple(piece for piece in pieces if piece))]

    return frames


def _framed(last: Told, pieces: tuple[str, ...]) -> bytes:
    """The same pieces are the same bytes, for as many as get them."""
    if pieces not in last.made:
        last.made[pieces] = frame("\n".join(pieces) or "<!-- seen -->", id=cursor(last.position))
    made: bytes = last.made[pieces]
    return made


def concerns(told: Told, looking: Looking) -> bool:
    """Whether the event changes this page."""
    event = told.event
    if looking.view in ("desk", "start"):
        here = looking.squad is None or event.data.get("squad_id") in (None, str(looking.squad))
        return event.subject_kind == "handoff" and (here or event.type == "handoff.transferred")
    return bool(event.thread_id is not None and event.thread_id == looking.case_id)


async def _desk(looking: Looking, events: Sequence[Told]) -> list[str]:
    """The rows that move and the heading's counts, which are shared; and what is mine, where that has changed."""
    organization_id = looking.caller.organization_id

    async def row(unit: Unit, told: Told) -> str:
        return await pushes.row(unit.session, organization_id, told.event, told.names, unit.now)

    async def tally(unit: Unit, _: Told) -> dict[UUID | None, Counts]:
        return await tallied(unit.session, organization_id, unit.now, looking.squad)

    pieces = [await shared(told, "row", looking, row) for told in events]
    if moving := [told for told in events if pushes.moves_the_queue(told.event)]:
        counts = for_one(await shared(moving[-1], ("tally", looking.squad), looking, tally), looking.caller.user_id)
        pieces.append(_heading(moving[-1], counts))
    own = any(pushes.touches(told.event, looking.caller.user_id) for told in events)
    return pieces + (await _own(looking, events) if own else [])


async def shared(told: Told, key: Any, looking: Looking, make: Callable[[Unit, Told], Awaitable[T]]) -> T:
    """What looks the same for everybody: read once per event, by the first who asks, in a transaction of its own."""

    async def once() -> T:
        async with looking.app.database.transaction(tenant(looking.caller.organization_id)) as unit:
            return await make(unit, told)

    if key not in told.made:
        told.made[key] = asyncio.ensure_future(once())
    made: T = await asyncio.shield(told.made[key])
    return made


def _heading(told: Told, counts: Counts) -> str:
    if counts not in told.made:
        told.made[counts] = pushes.heading(counts)
    made: str = told.made[counts]
    return made


async def _own(looking: Looking, events: Sequence[Told]) -> list[str]:
    async with looking.app.database.transaction(tenant(looking.caller.organization_id)) as unit:
        return await _pieces(looking, events, unit)


async def _pieces(looking: Looking, events: Sequence[Told], unit: Unit) -> list[str]:
    act = Act(unit.session, looking.caller, unit.now, looking.request)
    told: list[Any] = [one.event for one in events]
    try:
        if looking.view == "desk":
            return [await pushes.holding(act)]
        if looking.view == "start":
            return await pushes.start(act)
        assert looking.id is not None  # checked as the stream began
        return await (pushes.pickup if looking.view == "handoff" else pushes.work)(act, looking.id, told)
    except NotFound:  # it is no longer open to this caller
        return []
