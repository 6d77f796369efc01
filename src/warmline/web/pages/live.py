"""The pages' stream: each event becomes pieces of HTML, the same parts as on the first page.

What the desks of an organization share is read and rendered once, before they are told; most get the same bytes.
Only what is one's own (my list, my ways on) is read for each.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from warmline.db.finding import words_of
from warmline.db.transaction import Unit, tenant
from warmline.errors import Forbidden, Invalid, NotFound
from warmline.handoffs.access import get_handoff
from warmline.live.subscriber import Told
from warmline.timeline.queries import cursor, last_position, position_of
from warmline.web.act import Act, CallerDep, ShortRoute, app_of
from warmline.web.pages import desks, pushes, ringing
from warmline.web.pages.desks import CATCH_UP, DesksOf, Looking, framed, is_told
from warmline.web.pages.ringing import BellsOf
from warmline.web.stream import Bytes, EventStream, Frames, frame

router = APIRouter(include_in_schema=False, route_class=ShortRoute)
View = Literal["desk", "handoff", "work", "start", "bell"]


@router.get("/live")
async def live(
    request: Request, caller: CallerDep, view: View, id: UUID | None = None, squad: UUID | None = None,
    seen: Annotated[str | None, Query(max_length=200)] = None,
    q: str = "",
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
    looking = Looking(app, request, caller, view, id, case_id, squad, words_of(q))
    return EventStream(
        app, request.app.state.watch, caller, place, plain=at_hand(looking), frames=html_frames(looking),
        prepare=(DesksOf if view == "desk" else BellsOf)(app, caller.organization_id),
    )  # fmt: skip


def at_hand(looking: Looking) -> Bytes:
    """What this page is told of a batch of events, where nothing has to be read for it alone; else None."""

    def made(events: Sequence[Told]) -> bytes | None:
        if looking.view == "desk" and (found := desks.at_hand(events)) is not None:
            return None if looking.caller.user_id in found.touched else found.bytes_for(looking)
        if not any(is_told(told, looking) for told in events):
            return _rung(looking, events)
        return frame("", id=cursor(events[-1].position), event="reload") if len(events) > CATCH_UP else None

    return made


def _rung(looking: Looking, events: Sequence[Told]) -> bytes | None:
    """What a page gets of which nothing but the bell changes."""
    if not ringing.rings(events, looking.caller):
        return b""
    found = ringing.at_hand(events)
    return None if found is None else framed(events[-1], [found.piece(looking.caller.user_id)])


def html_frames(looking: Looking) -> Frames:
    """The same with what has to be read for this page: its own part, or what was not prepared."""

    async def frames(events: Sequence[Told]) -> bytes:
        mine = [told for told in events if is_told(told, looking)]
        if looking.view == "desk" and len(events) <= CATCH_UP:
            return framed(events[-1], await _desk(looking, events, mine))
        pieces = await _own(looking, mine) if mine else []
        if ringing.rings(events, looking.caller):
            bells = await BellsOf(looking.app, looking.caller.organization_id).read(events)
            pieces.append(bells.piece(looking.caller.user_id))
        return framed(events[-1], pieces)

    return frames


async def _desk(looking: Looking, events: Sequence[Told], mine: Sequence[Told]) -> list[str]:
    """What all share; and what I hold, where that may have changed."""
    shared = await DesksOf(looking.app, looking.caller.organization_id).read(events)
    own = any(looking.caller.user_id in pushes.touched(told.event) for told in mine)
    return shared.pieces(looking, mine) + (await _own(looking, mine) if own else [])


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
