"""Handoffs: the queue, claiming, and what a holder does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator

from warmline.assessments import fill
from warmline.assessments.model import Assessment
from warmline.flows import claim as claims
from warmline.flows import end, hold, reading
from warmline.flows.changes import Change, changes, people
from warmline.handoffs import queries
from warmline.handoffs.access import get_handoff
from warmline.handoffs.hold import heartbeat as renew
from warmline.handoffs.model import Handoff, Package
from warmline.squads.names import names_of
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.assessed import AssessmentOut, assessed
from warmline.web.api.changed import ChangeOut, changed
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import (
    Actor,
    Body,
    Cursor,
    Epoch,
    Flag,
    Limited,
    Line,
    LongText,
    Person,
    Text,
    Time,
    storable_json,
)

router = APIRouter(prefix="/handoffs", tags=["handoffs"], route_class=ActRoute, responses=ALL)
State = Literal["buffered", "ready", "scheduled", "claimed", "parked", "closed"]
SourceKind = Literal["case", "lead", "conversation", "person"]


COLUMNS = (
    "id", "state", "squad_id", "intent", "priority", "pinned", "created_at", "due_at", "claimed_at", "claim_expires_at",
    "first_action_at", "epoch", "level", "closure_reason", "closed_at",
)  # fmt: skip


class Source(BaseModel):
    """Where a handoff comes from."""

    kind: str
    id: UUID


class HandoffOut(BaseModel):
    """Work offered to people."""

    id: UUID
    state: str
    source: Source
    squad_id: UUID
    title: str
    reason: str
    notes: str | None
    topic: str | None
    intent: str
    priority: str
    pinned: bool
    created_at: datetime
    due_at: datetime
    scheduled_until: datetime | None
    escalated_by: Actor
    target_user: Person | None
    claimed_by: Person | None
    claimed_at: datetime | None
    claim_expires_at: datetime | None
    first_action_at: datetime | None
    epoch: int
    level: int
    context: dict[str, Any]
    changes: list[ChangeOut]
    assessment: AssessmentOut
    closure_reason: str | None
    closed_at: datetime | None
    outcome: str | None
    fields: dict[str, Any] | None
    transfer_note: str | None


class Acted(Body):
    """Acts take the epoch that the actor holds."""

    epoch: Epoch | None = None


class Close(Acted):
    """How it ended."""

    reason: Line
    notes: LongText | None = None
    fields: dict[Line, Any] | None = Field(None, max_length=50)

    @model_validator(mode="after")
    def _storable(self) -> "Close":
        storable_json(self.fields)
        return self


class Return(Acted):
    """What was found out, for the agent."""

    outcome: Text
    notes: LongText | None = None


class Transfer(Acted):
    """To whom, and why: a user or a squad."""

    user_id: UUID | None = None
    squad_id: UUID | None = None
    note: Text

    @model_validator(mode="after")
    def _one_receiver(self) -> "Transfer":
        if (self.user_id is None) == (self.squad_id is None):
            raise ValueError("name either user_id or squad_id")
        return self


class Snooze(Acted):
    """Until when."""

    until: Time


class Pin(Acted):
    """Before everything in order, or back into it."""

    pinned: Flag = True


@router.get("")
async def list_handoffs(
    act: ActDep, state: Annotated[State | None, Query()] = None, squad_id: UUID | None = None,
    source: Annotated[SourceKind | None, Query()] = None, limit: Limited = 50, cursor: Cursor = None,
) -> Page[HandoffOut]:  # fmt: skip
    """Handoffs the caller may read, in the order of the queue: pinned first, then by due time.

    With `state=closed`, what ended last is first.
    """
    if source not in (None, "case"):
        return Page(items=[])
    query, is_closed = queries.listed(act.caller, state, squad_id), state == "closed"
    order = queries.CLOSED_ORDER if is_closed else queries.ORDER
    rows, following = await page(act.session, query, order, limit, cursor, newest_first=is_closed)
    return Page(items=await shown_all(act, [(row[0], row[1]) for row in rows]), next_cursor=following)


@router.get("/{handoff_id}")
async def get_one(act: ActDep, handoff_id: UUID) -> HandoffOut:
    """A handoff with its context package and assessment."""
    return await shown(act, await get_handoff(act.session, act.caller, handoff_id))


@router.post("/{handoff_id}/claim")
async def claim(act: ActDep, handoff_id: UUID, body: Acted | None = None) -> HandoffOut:
    """Take it. The loser gets 409 with `claimed_by` and `claimed_at`."""
    return await shown(act, await claims.claim(act.session, act.caller, handoff_id, act.now, _epoch(body)))


@router.post("/{handoff_id}/heartbeat")
async def heartbeat(act: ActDep, handoff_id: UUID, body: Acted | None = None) -> HandoffOut:
    """Renew the lease."""
    return await shown(act, await renew(act.session, act.caller, handoff_id, _epoch(body), act.now))


@router.post("/{handoff_id}/release")
async def release(act: ActDep, handoff_id: UUID, body: Acted | None = None) -> HandoffOut:
    """Give it back to the queue."""
    return await shown(act, await hold.release(act.session, act.caller, handoff_id, _epoch(body), act.now))


@router.post("/{handoff_id}/close")
async def close(act: ActDep, handoff_id: UUID, body: Close) -> HandoffOut:
    """End it, with a reason of the organization's list."""
    args = (body.reason, body.notes, body.fields, body.epoch, act.now)
    return await shown(act, await end.close(act.session, act.caller, handoff_id, *args))


@router.post("/{handoff_id}/return-to-agent")
async def return_to_agent(act: ActDep, handoff_id: UUID, body: Return) -> HandoffOut:
    """Give the case back to its agent, with what was found out."""
    args = (body.outcome, body.notes, body.epoch, act.now)
    return await shown(act, await end.return_to_agent(act.session, act.caller, handoff_id, *args))


@router.post("/{handoff_id}/transfer")
async def transfer(act: ActDep, handoff_id: UUID, body: Transfer) -> HandoffOut:
    """Pass it on to a person or to a squad."""
    args = (body.note, body.epoch, act.now)
    if body.user_id is not None:
        handoff = await hold.transfer_to_user(act.session, act.caller, handoff_id, body.user_id, *args)
    else:
        assert body.squad_id is not None
        handoff = await hold.transfer_to_squad(act.session, act.caller, handoff_id, body.squad_id, *args)
    return await shown(act, handoff)


@router.post("/{handoff_id}/snooze")
async def snooze(act: ActDep, handoff_id: UUID, body: Snooze) -> HandoffOut:
    """Put it off; it comes back by itself."""
    return await shown(act, await hold.snooze(act.session, act.caller, handoff_id, body.until, body.epoch, act.now))


@router.post("/{handoff_id}/pin")
async def pin(act: ActDep, handoff_id: UUID, body: Pin | None = None) -> HandoffOut:
    """Put it before everything in order (`pinned: false`: back)."""
    body = body or Pin()
    return await shown(act, await hold.pin(act.session, act.caller, handoff_id, body.pinned, body.epoch, act.now))


@router.post("/{handoff_id}/analysis")
async def ask_for_an_analysis(act: ActDep, handoff_id: UUID, body: Acted | None = None) -> HandoffOut:
    """Have the case read anew, as it is now. The assessment is pending, and fills in by itself."""
    return await shown(act, await reading.ask_anew(act.session, act.caller, handoff_id, _epoch(body), act.now))


def _epoch(body: Acted | None) -> int | None:
    return body.epoch if body else None


def present(
    handoff: Handoff, package: Package, assessment: Assessment | None, names: dict[UUID, str], since: Sequence[Change]
) -> HandoffOut:
    """From rows to what the API shows."""
    columns = {name: getattr(handoff, name) for name in COLUMNS}
    texts = {
        name: getattr(package, name) for name in ("title", "reason", "notes", "topic", "context", "outcome", "fields")
    }
    return HandoffOut(
        **columns,
        **texts,
        source=Source(kind="case", id=handoff.case_id),
        scheduled_until=handoff.wakes_at if handoff.state in ("scheduled", "parked") else None,
        escalated_by=_escalator(handoff, names),
        target_user=_person(handoff.target_user_id, names),
        claimed_by=_person(handoff.claimed_by, names),
        transfer_note=package.note,
        changes=[changed(one, names) for one in since],
        assessment=assessed(assessment),
    )


def _escalator(handoff: Handoff, names: dict[UUID, str]) -> Actor:
    id = handoff.escalated_by_member_id or handoff.escalated_by_user_id
    kind = "member" if handoff.escalated_by_member_id else "user"
    return Actor(kind=kind, id=str(id), name=names.get(id) if id else None)


def _person(id: UUID | None, names: dict[UUID, str]) -> Person | None:
    return Person(id=str(id), name=names.get(id, "somebody")) if id else None


async def shown(act: Act, handoff: Handoff) -> HandoffOut:
    """A handoff as the API shows it."""
    return (await shown_all(act, [(handoff, await queries.package_of(act.session, handoff))]))[0]


async def shown_all(act: Act, rows: Sequence[tuple[Handoff, Package]]) -> list[HandoffOut]:
    """Several, with a few further queries for all of them."""
    organization_id = act.caller.organization_id
    assessments = await fill.of_all(act.session, organization_id, [handoff.id for handoff, _ in rows])
    since = await changes(act.session, organization_id, rows)
    names = await names_of(act.session, organization_id, people(rows, since))
    return [
        present(handoff, package, assessments.get(handoff.id), names, since[handoff.id]) for handoff, package in rows
    ]
