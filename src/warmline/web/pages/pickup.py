"""The pickup screen: the whole story of one handoff, and what is possible now."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from warmline.assessments import fill
from warmline.caller import Caller
from warmline.cases.access import get_case
from warmline.cases.model import Case
from warmline.cases.queries import gathered
from warmline.flows.changes import changes
from warmline.flows.heard import read_of
from warmline.handoffs import queries
from warmline.handoffs.access import get_handoff, is_escalator
from warmline.handoffs.model import Handoff, Package
from warmline.organizations.model import CloseReason
from warmline.squads.names import names_of
from warmline.web.act import Act, ActDep
from warmline.web.pages import build, words
from warmline.web.pages.desk import rows, squad_names
from warmline.web.pages.door import PageRoute, page, seen
from warmline.web.pages.story import Handoff as Shown
from warmline.web.pages.story import Ways
from warmline.web.pages.views import Item, Who
from warmline.web.templating import render

router = APIRouter(include_in_schema=False, route_class=PageRoute)
LAST_WORDS = 4


@router.get("/handoffs/{handoff_id}")
async def show(act: ActDep, handoff_id: UUID) -> Response:
    """The whole screen."""
    since = await seen(act)
    shown = await pickup(act, handoff_id)
    await read_of(act.session, act.caller, handoff_id, act.now)
    return await page(act, "handoff.html", "desk", f"/live?view=handoff&id={handoff_id}", since=since, handoff=shown)


@router.get("/handoffs/{handoff_id}/story")
async def story(act: ActDep, handoff_id: UUID) -> Response:
    """The same story alone, over the room in which it is worked on."""
    return HTMLResponse(render("parts/story_shown.html", handoff=await pickup(act, handoff_id), now=act.now))


async def pickup(act: Act, handoff_id: UUID) -> Shown:
    """Everything the screen shows. Raises NotFound."""
    handoff = await get_handoff(act.session, act.caller, handoff_id)
    package = await queries.package_of(act.session, handoff)
    case = await get_case(act.session, act.caller, handoff.case_id)
    whole = await gathered(act.session, case)
    since = (await changes(act.session, handoff.organization_id, [(handoff, package)]))[handoff.id]
    ids = [*build.people_of(handoff), *build.authors(whole.notes), *(one.actor_id for one in since)]
    names = await names_of(act.session, handoff.organization_id, [*ids, case.redacted_by_user_id])
    squads = await squad_names(act.session, act.caller)
    row = build.item(handoff, package, names, squads)
    return Shown(
        id=handoff.id,
        case_id=case.id,
        title=package.title,
        reason=package.reason,
        by=row.by,
        priority=handoff.priority,
        created_at=handoff.created_at,
        due_at=handoff.due_at,
        assessment=build.assessment(await fill.of(act.session, handoff.organization_id, handoff.id)),
        ways=await ways(act, handoff, package, case, names),
        ticket=row.ticket,
        notes=package.notes or "",
        problem=package.context["problem"] if package.context["problem"] != package.title else "",
        squad=row.squad,
        customer=build.customer(package.context["customer"]),
        steps=tuple(build.frozen_step(step) for step in package.context["steps"]),
        since=tuple(build.since(one, case, names, squads) for one in since),
        facts=tuple(build.frozen_fact(fact) for fact in package.context["facts"]),
        messages=tuple(build.entry(note, case, names, act.caller.user_id) for note in whole.messages[-LAST_WORDS:]),
        message_count=len(whole.messages),
        removed_at=case.redacted_at,
        removed_by=names.get(case.redacted_by_user_id, "") if case.redacted_by_user_id else "",
    )


async def ways(act: Act, handoff: Handoff, package: Package, case: Case, names: build.Names) -> Ways:
    """What this caller may do with it now."""
    state, extra = _state(act.caller, handoff, names), dict[str, Any]()
    if state == "taken":
        extra["next"] = await _next(act, handoff.id)
    if state == "closed":
        extra |= {
            "outcome": await _reason(act, handoff.closure_reason),
            "note": package.outcome or "",
        }
    if state == "away" and handoff.wakes_at is not None:
        word = "parked" if handoff.state == "parked" else "snoozed"
        extra["outcome"] = f"{word} until {words.when(handoff.wakes_at, act.now)}"
    who = names.get(handoff.claimed_by) if handoff.claimed_by else None
    customer = build.customer(package.context["customer"])
    return Ways(
        state=state,
        id=handoff.id,
        who=Who(who) if who else None,
        at=handoff.closed_at or handoff.claimed_at,
        agent=build.escalator(handoff, names),
        customer=customer.name.split()[0] if customer and customer.name else "",
        open_tasks=sum(not task["done"] for task in package.context["tasks"]),
        **extra,
    )


def _state(caller: Caller, handoff: Handoff, names: build.Names) -> Any:
    if handoff.state == "closed":
        return "closed"
    if handoff.claimed_by is not None:
        return "mine" if handoff.claimed_by == caller.user_id else "taken"
    if handoff.state in ("scheduled", "parked"):
        return "away"
    if is_escalator(caller, handoff):
        return "own"
    return "open" if caller.at_least("operator") else "reading"


async def _next(act: Act, besides: UUID) -> Item | None:
    found = await rows(act, {}, None)
    return next((one for one in found if one.id != besides), None)


async def _reason(act: Act, key: str | None) -> str:
    mine = (CloseReason.organization_id == act.caller.organization_id, CloseReason.key == key)
    label = await act.session.scalar(select(CloseReason.label).where(*mine))
    return label or ("Returned to the agent" if key == "returned" else "Closed")
