"""Cases, and the history of one thing or of everything."""

from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import func, select

from warmline.cases.access import get_case, readable
from warmline.cases.model import STATUSES, Case
from warmline.cases.queries import listed
from warmline.handoffs.access import get_handoff
from warmline.handoffs.queries import latest_of_case
from warmline.squads.names import names_of
from warmline.timeline import queries as timeline
from warmline.timeline.model import Event
from warmline.web.act import Act, ActDep
from warmline.web.api.paging import page as rows_of
from warmline.web.pages import build
from warmline.web.pages.desk import squad_names
from warmline.web.pages.door import PageRoute, go, page
from warmline.web.pages.happened import happened, moved, state
from warmline.web.pages.listed import CaseRow, Cases, History, Line
from warmline.web.pages.views import Link, Who

router = APIRouter(include_in_schema=False, route_class=PageRoute)
CASES, LINES = 30, 100
Status = Literal["active", "escalated", "parked", "resolved", "closed"]
KINDS = {"user": "user", "member": "agent", "job": "system"}


@router.get("/cases")
async def cases(act: ActDep, status: Status | None = None, cursor: str | None = None) -> Response:
    """The cases that one may read, newest first."""
    rows, following = await rows_of(
        act.session, listed(act.caller, status), [Case.id], CASES, cursor, newest_first=True
    )
    found = [row[0] for row in rows]
    people = [id for case in found for id in (case.owner_member_id, case.owner_user_id, case.handler_user_id)]
    names = await names_of(act.session, act.caller.organization_id, people)
    squads = await squad_names(act.session, act.caller)
    shown = Cases(
        rows=tuple(_row(case, names, squads) for case in found),
        statuses=await _statuses(act, status),
        next=f"/cases?{urlencode({**({'status': status} if status else {}), 'cursor': following})}"
        if following
        else "",
        filtered=status is not None,
    )
    return await page(act, "cases.html", "cases", cases=shown)


def _row(case: Case, names: build.Names, squads: build.Names) -> CaseRow:
    owner = case.owner_member_id or case.owner_user_id
    return CaseRow(
        id=case.id,
        href=f"/cases/{case.id}",
        title=case.title,
        status=case.status,
        owner=Who(names.get(owner, "Somebody") if owner else "Somebody", "agent" if case.owner_member_id else "user"),
        created_at=case.created_at,
        handler=Who(names.get(case.handler_user_id, "Somebody")) if case.handler_user_id else None,
        ticket=case.ticket or "",
        customer=build.company({"customer": case.customer}),
        squad=squads.get(case.squad_id, "") if len(squads) > 1 else "",
    )


async def _statuses(act: Act, current: str | None) -> tuple[Link, ...]:
    query = select(Case.status, func.count()).where(Case.organization_id == act.caller.organization_id)
    many = {
        row[0]: row[1] for row in await act.session.execute(query.where(readable(act.caller)).group_by(Case.status))
    }
    everything = Link("All", "/cases", sum(many.values()), current is None)
    return (
        everything,
        *(Link(state(s).capitalize(), f"/cases?status={s}", many.get(s, 0), s == current) for s in STATUSES),
    )


@router.get("/cases/{case_id}")
async def one_case(act: ActDep, case_id: UUID) -> Response:
    """To where a case is best read: its handoff, where it has one, or else its history."""
    await get_case(act.session, act.caller, case_id)
    handoff = await latest_of_case(act.session, act.caller, case_id)
    return go(act.request, f"/handoffs/{handoff.id}" if handoff else f"/history/case/{case_id}")


@router.get("/history")
async def everything(act: ActDep, cursor: str | None = None) -> Response:
    """Everything that has happened, the latest first."""
    query = timeline.history(act.caller, None).where(Event.subject_kind != "notification")  # it says nothing new
    rows, following = await rows_of(act.session, query, [Event.id], LINES, cursor, newest_first=True)
    shown = History(await _lines(act, rows, with_thing=True), next=f"/history?cursor={following}" if following else "")
    return await page(act, "history.html", "history", history=shown)


@router.get("/history/{kind}/{thing_id}")
async def of_one(act: ActDep, kind: Literal["case", "handoff"], thing_id: UUID, cursor: str | None = None) -> Response:
    """One case, with all its handoffs, from end to end."""
    case_id = thing_id if kind == "case" else (await get_handoff(act.session, act.caller, thing_id)).case_id
    case = await get_case(act.session, act.caller, case_id)
    query = timeline.history(act.caller, str(case_id))
    rows, following = await rows_of(act.session, query, [Event.id], LINES, cursor, newest_first=False)
    where = f"/history/{kind}/{thing_id}"
    shown = History(
        await _lines(act, rows, with_thing=False), Link(case.title, f"/cases/{case.id}"), case.ticket or "",
        f"{where}?cursor={following}" if following else "",
    )  # fmt: skip
    return await page(act, "history.html", "history", history=shown)


async def _lines(act: Act, rows: Any, *, with_thing: bool) -> tuple[Line, ...]:
    names = await names_of(act.session, act.caller.organization_id, [row.actor_id for row in rows])
    titles = await _titles(act, rows) if with_thing else {}
    return tuple(_line(row, names, titles) for row in rows)


async def _titles(act: Act, rows: Any) -> dict[UUID, str]:
    """The titles of the cases that one may read; other things are told without."""
    ids = {row.thread_id for row in rows if row.thread_id}
    query = select(Case.id, Case.title).where(Case.organization_id == act.caller.organization_id, Case.id.in_(ids))
    return {row.id: row.title for row in await act.session.execute(query.where(readable(act.caller)))}


def _line(row: Any, names: build.Names, titles: build.Names) -> Line:
    who = Who(names.get(row.actor_id, "Warmline"), KINDS.get(row.actor_kind, "system"))  # type: ignore[arg-type]
    title = titles.get(row.thread_id)
    thing = Link(title, f"/cases/{row.thread_id}") if title else None
    before, after = moved(row.type, row.from_state, row.to_state)
    return Line(row.id, row.at, who, happened(row.type, row.data), before, after, thing)
