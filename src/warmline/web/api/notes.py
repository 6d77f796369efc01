"""What gathers in a case: messages, steps, facts and tasks."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from warmline.cases.model import Task
from warmline.flows import work
from warmline.flows.package import noted
from warmline.squads.names import names_of
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Epoch, Flag, Line, LongText, Text

router = APIRouter(prefix="/cases/{case_id}", tags=["cases"], route_class=ActRoute, responses=ALL)


class NoteBy(BaseModel):
    """Who wrote a note."""

    kind: str
    id: str
    name: str | None


class NoteOut(BaseModel):
    """What every note has."""

    id: UUID
    at: datetime
    by: NoteBy | None


class MessageOut(NoteOut):
    """Something said."""

    role: str
    text: str


class StepOut(NoteOut):
    """Something tried."""

    title: str
    kind: str | None
    result: str
    evidence: str | None


class FactOut(NoteOut):
    """Something known."""

    text: str
    origin: str
    source: str | None


class TaskOut(NoteOut):
    """Something to do."""

    title: str
    done: bool


class NewMessage(Body):
    """Something said."""

    role: Literal["customer", "agent", "operator", "system"]
    text: LongText
    epoch: Epoch | None = None


class NewStep(Body):
    """Something tried."""

    title: Line
    kind: Line | None = None
    result: Literal["worked", "failed", "inconclusive"]
    evidence: Text | None = None
    epoch: Epoch | None = None


class NewFact(Body):
    """Something known, and how."""

    text: Text
    origin: Literal["said", "looked_up", "inferred"]
    source: Line | None = None
    epoch: Epoch | None = None


class NewTask(Body):
    """Something to do."""

    title: Line
    done: Flag = False
    epoch: Epoch | None = None


class Tick(Body):
    """Done, or not after all."""

    done: Flag
    epoch: Epoch | None = None


@router.post("/messages", status_code=201)
async def post_message(act: ActDep, case_id: UUID, body: NewMessage) -> MessageOut:
    """Say something in the case."""
    note = await work.post_message(act.session, act.caller, case_id, body.role, body.text, body.epoch, act.now)
    return MessageOut(**noted(note, _self(act)))


@router.post("/steps", status_code=201)
async def add_step(act: ActDep, case_id: UUID, body: NewStep) -> StepOut:
    """Tell what was tried, and what came of it."""
    note = await work.add_step(act.session, act.caller, case_id, now=act.now, **body.model_dump())
    return StepOut(**noted(note, _self(act)))


@router.post("/facts", status_code=201)
async def add_fact(act: ActDep, case_id: UUID, body: NewFact) -> FactOut:
    """Note what is known, and how."""
    note = await work.add_fact(act.session, act.caller, case_id, now=act.now, **body.model_dump())
    return FactOut(**noted(note, _self(act)))


@router.post("/tasks", status_code=201)
async def add_task(act: ActDep, case_id: UUID, body: NewTask, response: Response) -> TaskOut:
    """Note what is to do."""
    note = await work.add_task(act.session, act.caller, case_id, now=act.now, **body.model_dump())
    return tagged(response, TaskOut(**noted(note, _self(act))))


@router.patch("/tasks/{task_id}")
async def tick_task(
    act: ActDep, case_id: UUID, task_id: UUID, body: Tick, response: Response, if_match: IfMatch = None
) -> TaskOut:
    """Mark a task as done, or as not done after all."""

    async def check(task: Task) -> None:
        check_match(if_match, await _task(act, task))

    args = (body.done, body.epoch, act.now, check)
    return tagged(response, await _task(act, await work.tick_task(act.session, act.caller, case_id, task_id, *args)))


async def _task(act: Act, task: Task) -> TaskOut:
    names = await names_of(act.session, task.organization_id, [task.by_user_id, task.by_member_id])
    return TaskOut(**noted(task, names))


def _self(act: Act) -> dict[UUID, str]:
    """The caller has just written this: their own name is all that is needed."""
    return {id: act.caller.name for id in (act.caller.user_id, act.caller.member_id) if id}
