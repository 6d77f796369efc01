"""What people do in the room of a claimed handoff: say, try, ring, tick, end, pass on."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from warmline.cases.access import get_case
from warmline.cases.queries import gathered
from warmline.errors import FieldError, Invalid
from warmline.flows import end, hold
from warmline.flows import work as flow
from warmline.handoffs import queries
from warmline.handoffs.access import check_epoch, check_holder, get_handoff
from warmline.handoffs.hold import heartbeat as renew
from warmline.handoffs.model import Handoff
from warmline.squads.names import names_of
from warmline.web import problems
from warmline.web.act import Act, ActDep
from warmline.web.api.schema import Line, LongText, Slug, Storable, Text
from warmline.web.masking import AsIs
from warmline.web.pages import build
from warmline.web.pages.door import PageRoute, by_scripts, go, toast
from warmline.web.pages.views import Draft, Link, Notice
from warmline.web.pages.work import asked, room, tasks
from warmline.web.templating import render

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Plain = Annotated[str, Form(max_length=200_000)]
Short = Annotated[str, Form(max_length=2000)]
Epoch = Annotated[int | None, Form(ge=0, lt=2**31)]
Answer = Annotated[str, Field(max_length=2000), Storable]


class Said(BaseModel):
    """A message."""

    text: LongText


class Tried(BaseModel):
    """A step; `text` is what was seen."""

    title: Line
    result: Literal["worked", "failed", "inconclusive"]
    text: Text | None = None


class Rang(BaseModel):
    """A call: whom, for how long, and what came of it."""

    who: Line
    text: Text


class NewTask(BaseModel):
    """Something to do."""

    title: Line


class Closing(BaseModel):
    """How it ended."""

    reason: Line
    what: Line | None = None
    notes: LongText | None = None


class Returning(BaseModel):
    """What the agent should know."""

    outcome: Line
    notes: LongText | None = None


class Passing(BaseModel):
    """To whom, and why."""

    to: Annotated[str, "user:ID or squad:ID"]
    note: Text


async def holding(act: Act, handoff_id: UUID, epoch: int | None) -> Handoff:
    """The handoff, held by the caller at this epoch. Raises NotFound, Forbidden, Conflict."""
    handoff = await get_handoff(act.session, act.caller, handoff_id)
    check_epoch(handoff, epoch)
    check_holder(act.caller, handoff, epoch, or_admin=False)
    return handoff


def checked(kind: Any, values: dict[str, str]) -> Any:
    """The form's fields, checked; what is empty is left out. Raises Invalid with the fields."""
    try:
        return TypeAdapter(kind).validate_python({name: value for name, value in values.items() if value.strip()})
    except ValidationError as problem:
        errors = problems.field_errors(problem.errors())
        raise Invalid("Please look at what is marked.", [_plainly(error) for error in errors]) from None


def _plainly(error: FieldError) -> FieldError:
    missing = error["message"] == "Field required"
    message = "This is needed." if missing else error["message"].removeprefix("Value error, ")
    return {"field": error["field"], "message": message}


async def refused(act: Act, handoff_id: UUID, form: str, values: dict[str, str], problem: Invalid) -> Response:
    """What was typed stays; a toast says what is missing, or, without scripts, the form comes back."""
    if by_scripts(act.request):
        raise problem
    errors = {error["field"]: error["message"] for error in problem.errors}
    typed = {name: AsIs(text) for name, text in values.items()}
    return await room(act, handoff_id, draft=Draft(form, typed, errors), status=422)


def _back(act: Act, handoff_id: UUID, notice: Notice | None = None, part: str = "#thread") -> Response:
    """Done: the stream shows it; without scripts, the page does."""
    if by_scripts(act.request):
        return toast(notice, now=act.now) if notice else Response(status_code=204)
    return go(act.request, f"/handoffs/{handoff_id}/work{part}", notice)


@router.post("/handoffs/{handoff_id}/say")
async def say(
    act: ActDep, handoff_id: UUID, kind: Annotated[Literal["message", "step", "call"], Form()] = "message",
    text: Plain = "", title: Short = "", result: Short = "", who: Short = "", duration: Short = "", epoch: Epoch = None,
) -> Response:  # fmt: skip
    """A message, a step, or a call that was made."""
    handoff = await holding(act, handoff_id, epoch)
    given = {"kind": kind, "text": text, "title": title, "result": result, "who": who, "duration": duration}
    try:
        if kind == "message":
            said = checked(Said, {"text": text}).text
            await flow.post_message(act.session, act.caller, handoff.case_id, "operator", said, epoch, act.now)
        else:
            step = _step(kind, given)
            await flow.add_step(act.session, act.caller, handoff.case_id, epoch, act.now, **step)
    except Invalid as problem:
        return await refused(act, handoff_id, "say", given, problem)
    return _back(act, handoff_id)


def _step(kind: str, given: dict[str, str]) -> dict[str, Any]:
    if kind == "step":
        tried = checked(Tried, {name: given[name] for name in ("title", "result", "text")})
        return {"title": tried.title, "kind": None, "result": tried.result, "evidence": tried.text}
    rang = checked(Rang, {name: given[name] for name in ("who", "text")})
    long = f", {given['duration'].strip()}" if given["duration"].strip() else ""
    title = checked(NewTask, {"title": f"{rang.who}{long}"}).title
    return {"title": title, "kind": build.CALL, "result": "worked", "evidence": rang.text}


@router.post("/handoffs/{handoff_id}/tasks")
async def add_task(act: ActDep, handoff_id: UUID, title: Short = "", epoch: Epoch = None) -> Response:
    """Something to do."""
    handoff = await holding(act, handoff_id, epoch)
    task = checked(NewTask, {"title": title})
    await flow.add_task(act.session, act.caller, handoff.case_id, epoch, act.now, task.title, False)
    return await _tasks(act, handoff)


@router.post("/handoffs/{handoff_id}/tasks/{task_id}")
async def tick(
    act: ActDep, handoff_id: UUID, task_id: UUID, done: Annotated[bool, Form()], epoch: Epoch = None
) -> Response:
    """Done, or not after all."""
    handoff = await holding(act, handoff_id, epoch)
    await flow.tick_task(act.session, act.caller, handoff.case_id, task_id, done, epoch, act.now)
    return await _tasks(act, handoff)


async def _tasks(act: Act, handoff: Handoff) -> Response:
    if not by_scripts(act.request):
        return go(act.request, f"/handoffs/{handoff.id}/work#tasks")
    whole = await gathered(act.session, await get_case(act.session, act.caller, handoff.case_id))
    package = await queries.package_of(act.session, handoff)
    names = await names_of(act.session, handoff.organization_id, build.authors(whole.tasks))
    shown = tasks(whole, package, handoff, names, act.caller.user_id)
    return HTMLResponse(render("push/tasks.html", tasks=shown, work_id=handoff.id, now=act.now))


@router.post("/handoffs/{handoff_id}/heartbeat")
async def heartbeat(act: ActDep, handoff_id: UUID, epoch: Epoch = None) -> Response:
    """Somebody is reading or typing: the lease is renewed."""
    handoff = await renew(act.session, act.caller, handoff_id, epoch, act.now)
    return HTMLResponse(render("push/lease.html", until=handoff.wakes_at, now=act.now))


@router.post("/handoffs/{handoff_id}/release")
async def release(act: ActDep, handoff_id: UUID, epoch: Epoch = None) -> Response:
    """Back to the desk, for whoever is free."""
    await hold.release(act.session, act.caller, handoff_id, epoch, act.now)
    again = Link("Take it back", f"/handoffs/{handoff_id}")
    return go(act.request, "/desk", Notice("Released", "It is on the desk again, for whoever is free.", act=again))


@router.post("/handoffs/{handoff_id}/close")
async def close(
    act: ActDep, handoff_id: UUID, reason: Short = "", what: Short = "", notes: Plain = "", epoch: Epoch = None
) -> Response:
    """End it, with a reason and what the reason asks for."""
    given = {"reason": reason, "what": what, "notes": notes} | await _answers(act)
    try:
        closing = checked(Closing, {name: given[name] for name in ("reason", "what", "notes")})
        told = "\n\n".join(part for part in (closing.what, closing.notes) if part) or None
        fields = _fields(closing.reason, given)
        handoff = await end.close(act.session, act.caller, handoff_id, closing.reason, told, fields, epoch, act.now)
    except Invalid as problem:
        wrong = Invalid(problem.detail, [_in_dialog(error, reason) for error in problem.errors])
        return await refused(act, handoff_id, "close", given, wrong)
    by = await names_of(act.session, handoff.organization_id, [handoff.escalated_by_member_id])
    who = next(iter(by.values()), "The history")
    return go(
        act.request,
        "/desk",
        Notice("Closed", f"{who} knows how it ended.", act=Link("Look", f"/handoffs/{handoff_id}")),
    )


async def _answers(act: Act) -> dict[str, str]:
    """What was typed into the fields of all reasons: some may belong to one that was chosen before."""
    typed = [(name, text) for name, text in (await act.request.form()).items() if asked("", "") in name]
    return {name: text for name, text in typed if isinstance(text, str)}


def _fields(reason: str, given: dict[str, str]) -> dict[str, str] | None:
    """The answers that belong to this reason, by their keys. Raises Invalid."""
    begun = asked(reason, "")
    mine = {name.removeprefix(begun): text for name, text in given.items() if name.startswith(begun) and text.strip()}
    return checked(dict[Slug, Answer], mine) or None


def _in_dialog(error: FieldError, reason: str) -> FieldError:
    """At the field of the dialog: `fields.serial`, or `serial`, is `spare_part__serial` there."""
    key = error["field"].removeprefix("fields.")
    ours = key in Closing.model_fields
    return error if ours else {"field": asked(reason, key.partition(".")[0]), "message": error["message"]}


@router.post("/handoffs/{handoff_id}/return")
async def return_it(
    act: ActDep, handoff_id: UUID, outcome: Short = "", notes: Plain = "", epoch: Epoch = None
) -> Response:
    """Back to the agent, with what was found out."""
    given = {"outcome": outcome, "notes": notes}
    try:
        told = checked(Returning, given)
        args = (told.outcome, told.notes, epoch, act.now)
        await end.return_to_agent(act.session, act.caller, handoff_id, *args)
    except Invalid as problem:
        return await refused(act, handoff_id, "return", given, problem)
    return go(act.request, "/desk", Notice("Returned to the agent", "It goes on with your words in hand."))


@router.post("/handoffs/{handoff_id}/snooze")
async def snooze(
    act: ActDep, handoff_id: UUID, minutes: Annotated[int, Form(ge=0, le=527_040)] = 0, until: Short = "",
    offset: Annotated[int, Form(ge=-900, le=900)] = 0, epoch: Epoch = None,
) -> Response:  # fmt: skip
    """Put it off; `until` is local time, `offset` minutes east of UTC."""
    try:
        at = act.now + timedelta(minutes=minutes) if minutes else _local(until, offset)
        await hold.snooze(act.session, act.caller, handoff_id, at, epoch, act.now)
    except Invalid as problem:
        return await refused(act, handoff_id, "snooze", {"until": until, "minutes": str(minutes)}, problem)
    return go(act.request, "/desk", Notice("Snoozed", "It comes back to the desk by itself."))


def _local(until: str, offset: int) -> datetime:
    try:
        return datetime.fromisoformat(until).replace(tzinfo=UTC) - timedelta(minutes=offset)
    except (ValueError, OverflowError):
        raise Invalid.field("until", "Say when it should come back.") from None


@router.post("/handoffs/{handoff_id}/transfer")
async def transfer(act: ActDep, handoff_id: UUID, to: Short = "", note: Plain = "", epoch: Epoch = None) -> Response:
    """Pass it on to a person or a squad."""
    given = {"to": to, "note": note}
    try:
        passing = checked(Passing, given)
        kind, receiver = _receiver(passing.to)
        move = hold.transfer_to_user if kind == "user" else hold.transfer_to_squad
        await move(act.session, act.caller, handoff_id, receiver, passing.note, epoch, act.now)
    except Invalid as problem:
        return await refused(act, handoff_id, "transfer", given, problem)
    return go(act.request, "/desk", Notice("Passed on", "They have your note."))


def _receiver(to: str) -> tuple[str, UUID]:
    kind, _, id = to.partition(":")
    try:
        return kind, UUID(id)
    except ValueError:
        raise Invalid.field("to", "Choose who should have it.") from None
