"""The history: of everything, by what and who and when; and of one case from end to end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Select, select

from warmline.cases.access import get_case, readable
from warmline.cases.model import Case
from warmline.cases.queries import has_ticket
from warmline.db.finding import asked
from warmline.handoffs.access import get_handoff
from warmline.organizations.model import User
from warmline.squads.model import Member
from warmline.squads.names import names_of
from warmline.timeline import queries as timeline
from warmline.timeline.model import Event
from warmline.web.act import Act, ActDep
from warmline.web.api.paging import page as rows_of
from warmline.web.masking import AsIs
from warmline.web.pages import build, words
from warmline.web.pages.door import PageRoute, page
from warmline.web.pages.happened import happened, moved
from warmline.web.pages.listed import Chosen, History, Line
from warmline.web.pages.lists import KINDS, titles
from warmline.web.pages.views import Choice, Link, Who

router = APIRouter(include_in_schema=False, route_class=PageRoute)
LINES, MOST_PEOPLE = 100, 500
What = Literal["", "case", "handoff", "people", "channel", "settings"]
When = Literal["", "1d", "7d", "30d", "90d"]


@router.get("/history")
async def everything(
    act: ActDep, what: What = "", who: UUID | Literal[""] = "", period: When = "", ticket: str = "",
    cursor: str | None = None,
) -> Response:  # fmt: skip
    """Everything that has happened, the latest first; or what the filters leave of it."""
    chosen = {"what": what, "who": str(who), "period": period, "ticket": AsIs(asked(ticket))}
    query = _chosen(act, chosen)
    rows, following = await rows_of(act.session, query, [Event.id], LINES, cursor, newest_first=True)
    kept = {name: value for name, value in chosen.items() if value}
    shown = History(
        await _lines(act, rows, with_thing=True),
        next=AsIs(f"/history?{urlencode(kept | {'cursor': following})}") if following else "",
        chosen=Chosen(**chosen, people=await _people(act)),
    )
    return await page(act, "history.html", "history", history=shown)


def _chosen(act: Act, chosen: Mapping[str, str]) -> Select[Any]:
    query = timeline.history(act.caller, None).where(Event.subject_kind != "notification")  # it says nothing new
    if chosen["what"]:
        query = query.where(Event.subject_kind.in_(words.HISTORY_WHAT[chosen["what"]][1]))
    if chosen["who"]:
        query = query.where(Event.actor_id == UUID(chosen["who"]))
    if chosen["period"]:
        query = query.where(Event.at > act.now - timedelta(days=words.HISTORY_WHEN[chosen["period"]][1]))
    return query.where(Event.thread_id.in_(_with(act, chosen["ticket"]))) if chosen["ticket"] else query


def _with(act: Act, ticket: str) -> Select[UUID]:
    """The cases of a ticket, of those that one may read."""
    mine = Case.organization_id == act.caller.organization_id
    return select(Case.id).where(mine, has_ticket(ticket), readable(act.caller))


async def _people(act: Act) -> tuple[Choice, ...]:
    """Everybody who acts: people, and agents."""
    mine = act.caller.organization_id
    users = select(User.id, User.name).where(User.organization_id == mine).order_by(User.name).limit(MOST_PEOPLE)
    agents = select(Member.id, Member.name).where(Member.organization_id == mine, Member.kind == "agent")
    found = [*await act.session.execute(users)]
    found += await act.session.execute(agents.order_by(Member.name).limit(MOST_PEOPLE))
    return tuple(Choice(str(row.id), row.name) for row in found)


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
    called = await titles(act, rows) if with_thing else {}
    return tuple(_line(row, names, called) for row in rows)


def _line(row: Any, names: build.Names, titles: build.Names) -> Line:
    who = Who(names.get(row.actor_id, "Warmline"), KINDS.get(row.actor_kind, "system"))  # type: ignore[arg-type]
    title = titles.get(row.thread_id)
    thing = Link(title, f"/cases/{row.thread_id}") if title else None
    before, after = moved(row.type, row.from_state, row.to_state)
    return Line(row.id, row.at, who, happened(row.type, row.data), before, after, thing)
