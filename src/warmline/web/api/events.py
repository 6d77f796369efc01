"""The history as a list, and as a stream."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import AwareDatetime, BaseModel

from warmline.db.transaction import tenant
from warmline.errors import Forbidden, Invalid
from warmline.squads.names import names_of
from warmline.timeline import queries
from warmline.timeline.model import Event
from warmline.web.act import ActDep, ActRoute, CallerDep, ShortRoute, app_of
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Actor, Cursor, Limited
from warmline.web.stream import EventStream, json_bytes

router = APIRouter(prefix="/events", tags=["events"], route_class=ActRoute, responses=ALL)
stream_router = APIRouter(prefix="/events", tags=["events"], route_class=ShortRoute, responses=ALL)


class Subject(BaseModel):
    """What it happened to."""

    kind: str
    id: UUID


class EventOut(BaseModel):
    """One line of the history."""

    id: UUID
    type: str
    subject: Subject
    thread_id: UUID | None
    from_state: str | None
    to_state: str | None
    actor: Actor
    at: AwareDatetime
    data: dict[str, Any]


@router.get("")
async def list_events(
    act: ActDep, subject: Annotated[str | None, Query(max_length=100)] = None,
    order: Annotated[Literal["asc", "desc"], Query(description="desc: newest first")] = "desc",
    limit: Limited = 50, cursor: Cursor = None,
) -> Page[EventOut]:  # fmt: skip
    """Who did what to which thing; of one thing with `subject` (an id, or kind:id), from end to end."""
    query = queries.history(act.caller, subject)
    rows, following = await page(act.session, query, [Event.id], limit, cursor, newest_first=order == "desc")
    names = await names_of(act.session, act.caller.organization_id, [row.actor_id for row in rows])
    return Page(items=[EventOut.model_validate(queries.shown(row, names)) for row in rows], next_cursor=following)


@stream_router.get("/stream", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
async def stream(
    request: Request, caller: CallerDep, last_event_id: Annotated[str | None, Header(max_length=200)] = None
) -> Response:
    """Server-sent events: `ready` first, then each event as in the list; `Last-Event-ID` resumes, missing nothing."""
    if caller.role == "viewer":
        raise Forbidden("Viewers have no stream; it needs the role operator, or an agent's token.")
    app = app_of(request)
    async with app.database.transaction(tenant(None)) as unit:
        last = await queries.last_position(unit.session)
    place = queries.position_of(last_event_id) if last_event_id else last
    if place > last:
        raise Invalid.field("Last-Event-ID", "this log has no such event yet; begin without one")
    return EventStream(app, request.app.state.watch, caller, place, plain=json_bytes(caller))
