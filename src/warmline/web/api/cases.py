"""Cases: an agent's work, from opening it to handing it over."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from warmline.cases import queries
from warmline.cases.access import get_case
from warmline.cases.documentation import document
from warmline.cases.model import Case
from warmline.cases.open import open_case
from warmline.flows import end
from warmline.flows.erase import erase_case
from warmline.flows.escalate import Request as Escalation
from warmline.flows.escalate import escalate
from warmline.flows.package import parts
from warmline.handoffs.queries import latest_of_case
from warmline.squads.names import names_of
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.handoffs import HandoffOut, shown
from warmline.web.api.notes import FactOut, MessageOut, StepOut, TaskOut
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Customer, Epoch, Limited, Line, LongText, Person, Slug, Text

router = APIRouter(prefix="/cases", tags=["cases"], route_class=ActRoute, responses=ALL)
Status = Literal["active", "escalated", "parked", "resolved", "closed"]


class CaseOut(BaseModel):
    """A case."""

    id: UUID
    squad_id: UUID
    title: str
    problem: str
    customer: dict[str, Any] | None
    ticket: str | None
    domain: str | None
    status: str
    epoch: int
    owner: Person | None
    handler: Person | None
    handoff_id: UUID | None = None
    closure_reason: str | None
    summary: str | None
    created_at: datetime
    ended_at: datetime | None
    redacted_at: Annotated[datetime | None, Field(description="Since when its content is removed.")]


class WholeCase(CaseOut):
    """A case with everything that gathered in it."""

    messages: list[MessageOut]
    steps: list[StepOut]
    facts: list[FactOut]
    tasks: list[TaskOut]


class DocumentationOut(BaseModel):
    """The account of a case."""

    case_id: UUID
    title: str
    problem: str
    what_was_tried: list[dict[str, Any]]
    what_solved_it: str | None
    facts: list[dict[str, Any]]
    status: str
    closure_reason: str | None
    ticket: str | None
    text: str


class NewCase(Body):
    """What a case begins with."""

    squad_id: UUID
    title: Line
    problem: Text
    customer: Customer | None = None
    ticket: Line | None = None
    domain: Line | None = None


class Resolve(Body):
    """What solved it."""

    summary: Text | None = None
    epoch: Epoch | None = None


class Escalate(Body):
    """Why the case is handed to people."""

    intent: Literal["escalate", "park"]
    reason: Text
    notes: LongText | None = None
    priority: Literal["urgent", "high", "normal", "low"] | None = None
    target_user_id: UUID | None = None
    topic: Slug | None = None
    epoch: Epoch | None = None


@router.get("")
async def list_cases(
    act: ActDep, status: Annotated[Status | None, Query()] = None, squad_id: UUID | None = None,
    limit: Limited = 50, cursor: Cursor = None,
) -> Page[CaseOut]:  # fmt: skip
    """The cases the caller may read, newest first."""
    query = queries.listed(act.caller, status, squad_id)
    rows, following = await page(act.session, query, [Case.id], limit, cursor, newest_first=True)
    cases = [row[0] for row in rows]
    names = await names_of(act.session, act.caller.organization_id, [id for case in cases for id in _people(case)])
    return Page(items=[_case(case, names) for case in cases], next_cursor=following)


@router.post("", status_code=201)
async def open_new(act: ActDep, body: NewCase) -> CaseOut:
    """Open a case."""
    given = body.model_dump(exclude={"customer"})
    customer = body.customer.model_dump(exclude_none=True) if body.customer else None
    return await _shown(act, await open_case(act.session, act.caller, now=act.now, customer=customer, **given))


@router.get("/{case_id}")
async def get_one(act: ActDep, case_id: UUID) -> WholeCase:
    """A case with its messages, steps, facts and tasks."""
    case = await get_case(act.session, act.caller, case_id)
    whole = await queries.gathered(act.session, case)
    ids = [id for note in whole.notes for id in (note.by_user_id, note.by_member_id)]
    names = await names_of(act.session, case.organization_id, [*ids, *_people(case)])
    handoff = await latest_of_case(act.session, act.caller, case.id)
    shown_case = _case(case, names, handoff.id if handoff else None)
    return WholeCase(**shown_case.model_dump(), **parts(whole, names))


@router.get("/{case_id}/documentation")
async def get_documentation(act: ActDep, case_id: UUID) -> DocumentationOut:
    """The account of the case for others: problem, what was tried, what solved it."""
    case = await get_case(act.session, act.caller, case_id)
    return DocumentationOut.model_validate(document(case, await queries.gathered(act.session, case)))


@router.post("/{case_id}/resolve")
async def resolve(act: ActDep, case_id: UUID, body: Resolve | None = None) -> CaseOut:
    """Resolve the case; an open handoff of it ends too."""
    body = body or Resolve()
    return await _shown(act, await end.resolve(act.session, act.caller, case_id, body.summary, body.epoch, act.now))


@router.post("/{case_id}/erase")
async def erase(act: ActDep, case_id: UUID) -> CaseOut:
    """Remove the content of a case that has ended; admins. Rows, states, times and the history stay."""
    return await _shown(act, await erase_case(act.session, act.caller, case_id, act.now))


@router.post(
    "/{case_id}/escalate", status_code=201, responses={200: {"model": HandoffOut, "description": "Open already"}}
)
async def hand_over(act: ActDep, case_id: UUID, body: Escalate, response: Response) -> HandoffOut:
    """Hand the case to people; 200 with the open handoff where there is one."""
    request = Escalation(**body.model_dump())
    handoff, is_new = await escalate(act.session, act.caller, case_id, request, act.now)
    response.status_code = 201 if is_new else 200
    return await shown(act, handoff)


def _people(case: Case) -> list[UUID | None]:
    return [case.owner_member_id, case.owner_user_id, case.handler_user_id]


async def _shown(act: Act, case: Case) -> CaseOut:
    return _case(case, await names_of(act.session, case.organization_id, _people(case)))


def _case(case: Case, names: dict[UUID, str], handoff_id: UUID | None = None) -> CaseOut:
    owner, handler = case.owner_member_id or case.owner_user_id, case.handler_user_id
    columns = {name: getattr(case, name) for name in CaseOut.model_fields if hasattr(case, name)}
    return CaseOut(**columns, owner=_person(owner, names), handler=_person(handler, names), handoff_id=handoff_id)


def _person(id: UUID | None, names: dict[UUID, str]) -> Person | None:
    return Person(id=str(id), name=names.get(id, "somebody")) if id else None
