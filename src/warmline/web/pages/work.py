"""The room in which a claimed handoff is worked on: thread, tasks, context."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import select

from warmline.assessments import fill
from warmline.cases.access import get_case
from warmline.cases.queries import Gathered, gathered
from warmline.flows.changes import changes
from warmline.flows.heard import read_of
from warmline.handoffs import queries
from warmline.handoffs.access import get_handoff
from warmline.handoffs.model import Handoff, Package
from warmline.organizations import settings
from warmline.organizations.close_reasons import offered
from warmline.organizations.model import CloseReason, User
from warmline.squads.names import names_of
from warmline.web.act import Act, ActDep
from warmline.web.pages import build, story
from warmline.web.pages.desk import squad_names
from warmline.web.pages.door import PageRoute, go, page, seen
from warmline.web.pages.story import Work
from warmline.web.pages.views import Ask, Choice, Draft

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/handoffs/{handoff_id}/work")
async def show(act: ActDep, handoff_id: UUID, all: bool = False) -> Response:
    """The whole room; whoever does not hold it is led to the pickup screen."""
    return await room(act, handoff_id, everything=all)


async def room(
    act: Act, handoff_id: UUID, *, everything: bool = False, draft: Draft | None = None, status: int = 200
) -> Response:
    """The page; with a draft, where a form was refused, so that nothing typed is lost."""
    since = await seen(act)
    handoff = await get_handoff(act.session, act.caller, handoff_id)
    if handoff.state != "claimed" or handoff.claimed_by != act.caller.user_id:
        return go(act.request, f"/handoffs/{handoff_id}")
    shown = await work(act, handoff, everything=everything, draft=draft)
    await read_of(act.session, act.caller, handoff_id, act.now)
    return await page(act, "work.html", "desk", f"/live?view=work&id={handoff_id}", status, since, work=shown)


async def work(act: Act, handoff: Handoff, *, everything: bool, draft: Draft | None) -> Work:
    """Everything the room shows."""
    package = await queries.package_of(act.session, handoff)
    case = await get_case(act.session, act.caller, handoff.case_id)
    whole = await gathered(act.session, case)
    since = (await changes(act.session, handoff.organization_id, [(handoff, package)]))[handoff.id]
    ids = [*build.people_of(handoff), *build.authors(whole.notes), *(one.actor_id for one in since)]
    names = await names_of(act.session, handoff.organization_id, ids)
    reading = build.assessment(await fill.of(act.session, handoff.organization_id, handoff.id))
    entries, earlier = build.thread(whole, case, handoff, names, act.caller.user_id, everything=everything)
    squads = await squad_names(act.session, act.caller)
    assert handoff.wakes_at is not None  # a claim has its lease's end
    return Work(
        id=handoff.id,
        case_id=case.id,
        epoch=handoff.epoch,
        title=package.title,
        by=build.escalator(handoff, names),
        priority=handoff.priority,
        until=handoff.wakes_at,
        lease_seconds=(await settings.get(act.session, handoff.organization_id)).claim_lease_seconds,
        assessment=reading,
        ticket=case.ticket or "",
        customer=build.customer(case.customer),
        entries=entries,
        earlier=earlier,
        tasks=tasks(whole, package, handoff, names, act.caller.user_id),
        facts=tuple(build.fact(fact) for fact in whole.facts),
        since=tuple(build.since(one, case, names, squads) for one in since),
        chips=reading.suggested if handoff.first_action_at is None else (),
        reasons=await _reasons(act),
        people=await _people(act, handoff),
        squads=_squads(squads, handoff),
        draft=draft,
    )


def tasks(
    whole: Gathered, package: Package, handoff: Handoff, names: build.Names, me: UUID | None
) -> tuple[story.Task, ...]:
    """The list; where the claimer goes their own way, what was there before is left out."""
    since = handoff.claimed_at if package.own_way else None
    return tuple(build.task(task, names, me) for task in whole.tasks if since is None or task.created_at >= since)


async def _reasons(act: Act) -> tuple[Choice, ...]:
    rows = await offered(act.session, act.caller.organization_id)
    return tuple(Choice(row.key, row.label, row.help, row.requires_notes, _asks(row)) for row in rows)


def _asks(reason: CloseReason) -> tuple[Ask, ...]:
    return tuple(Ask(asked(reason.key, one["key"]), one["label"], one["required"]) for one in reason.fields)


def asked(reason: str, field: str) -> str:
    """The name, in the close dialog, of a field of a reason: two reasons may ask for fields of the same key."""
    return f"{reason}__{field}"


async def _people(act: Act, handoff: Handoff) -> tuple[Choice, ...]:
    query = select(User).where(
        User.organization_id == act.caller.organization_id, User.role != "viewer", User.disabled_at.is_(None),
        User.id.not_in([id for id in (act.caller.user_id, handoff.escalated_by_user_id) if id]),
    )  # fmt: skip
    return tuple(Choice(f"user:{user.id}", user.name) for user in await act.session.scalars(query.order_by(User.name)))


def _squads(squads: build.Names, handoff: Handoff) -> tuple[Choice, ...]:
    here = {handoff.squad_id: " (back to its queue)"}
    return tuple(Choice(f"squad:{id}", name + here.get(id, "")) for id, name in squads.items())
