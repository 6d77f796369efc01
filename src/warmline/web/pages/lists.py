"""Cases: those in a state, one's own, or what a search finds."""

from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import func, select

from warmline.cases.access import get_case, readable
from warmline.cases.model import STATUSES, Case
from warmline.cases.queries import has_ticket, listed
from warmline.db import finding
from warmline.handoffs.queries import latest_of_case
from warmline.organizations.masks import masked
from warmline.squads.names import names_of
from warmline.web.act import Act, ActDep
from warmline.web.api.paging import page as rows_of
from warmline.web.masking import AsIs
from warmline.web.pages import build
from warmline.web.pages.desk import squad_names
from warmline.web.pages.door import PageRoute, go, page
from warmline.web.pages.happened import state
from warmline.web.pages.listed import CaseRow, Cases
from warmline.web.pages.views import Link, Who

router = APIRouter(include_in_schema=False, route_class=PageRoute)
CASES = 30
Status = Literal["active", "escalated", "parked", "resolved", "closed"]
KINDS = {"user": "user", "member": "agent", "job": "system"}


@router.get("/cases")
async def cases(
    act: ActDep, status: Status | Literal[""] | None = None, q: str = "", mine: bool = False, cursor: str | None = None
) -> Response:
    """The cases that one may read, newest first; a ticket is looked for among all of them, words among the newest."""
    asked = {"status": status or "", "q": finding.asked(q), "mine": "true" if mine else ""}
    rows, following = await _found(act, asked, cursor)
    people = [id for case in rows for id in (case.owner_member_id, case.owner_user_id, case.handler_user_id)]
    names = await names_of(act.session, act.caller.organization_id, people)
    squads = await squad_names(act.session, act.caller)
    shown = Cases(
        rows=tuple(_row(case, names, squads) for case in rows),
        statuses=await _statuses(act, asked),
        whose=(_link("Everybody’s", asked, mine=""), _link("Mine", asked, mine="true")),
        text=AsIs(asked["q"]),
        kept=tuple((name, value) for name, value in asked.items() if name != "q"),
        next=_link("More", asked, cursor=following).href if following else "",
        filtered=any(asked.values()),
    )
    return await page(act, "cases.html", "cases", cases=shown)


async def _found(act: Act, asked: dict[str, str], cursor: str | None) -> tuple[list[Case], str | None]:
    """One page of them. What is hidden from the caller cannot be found out by looking for it."""
    words, hides = finding.words_of(asked["q"]), act.caller.hides
    query = listed(act.caller, asked["status"] or None, mine=bool(asked["mine"]))
    if len(words) == 1:
        rows, following = await rows_of(
            act.session, query.where(has_ticket(words[0])), [Case.id], CASES, cursor, newest_first=True
        )
        if rows:
            return [row[0] for row in rows], following
    query = listed(act.caller, asked["status"] or None, words=words, mine=bool(asked["mine"]))
    rows, following = await rows_of(act.session, query, [Case.id], CASES, cursor, newest_first=True)
    found = [row[0] for row in rows]
    if hides and words:
        found = [case for case in found if finding.holds(words, masked(_about(case), hides))]
    return found, following


def _about(case: Case) -> str:
    about = case.customer or {}
    return "\n".join(str(one) for one in (case.title, case.ticket, about.get("name"), about.get("company")) if one)


def _link(label: str, asked: dict[str, str], many: int | None = None, **changes: str) -> Link:
    chosen = {name: value for name, value in (asked | changes).items() if value}
    current = all(asked.get(name, "") == value for name, value in changes.items())
    return Link(label, AsIs(f"/cases?{urlencode(chosen)}") if chosen else "/cases", many, current)


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


async def _statuses(act: Act, asked: dict[str, str]) -> tuple[Link, ...]:
    """Each with how many there are; uncounted where something is looked for."""
    many: dict[str, int] = {}
    if is_counted := not (asked["q"] or asked["mine"]):
        query = select(Case.status, func.count()).where(Case.organization_id == act.caller.organization_id)
        counted = await act.session.execute(query.where(readable(act.caller)).group_by(Case.status))
        many = {row[0]: row[1] for row in counted}
    everything = _link("All", asked, sum(many.values()) if is_counted else None, status="")
    names = ((state(one).capitalize(), many.get(one, 0) if is_counted else None, one) for one in STATUSES)
    return (everything, *(_link(label, asked, count, status=one) for label, count, one in names))


@router.get("/cases/{case_id}")
async def one_case(act: ActDep, case_id: UUID) -> Response:
    """To where a case is best read: its handoff, where it has one, or else its history."""
    await get_case(act.session, act.caller, case_id)
    handoff = await latest_of_case(act.session, act.caller, case_id)
    return go(act.request, f"/handoffs/{handoff.id}" if handoff else f"/history/case/{case_id}")


async def titles(act: Act, rows: Any) -> dict[UUID, str]:
    """The titles of the cases that one may read; other things are told without."""
    ids = {row.thread_id for row in rows if row.thread_id}
    query = select(Case.id, Case.title).where(Case.organization_id == act.caller.organization_id, Case.id.in_(ids))
    return {row.id: row.title for row in await act.session.execute(query.where(readable(act.caller)))}
