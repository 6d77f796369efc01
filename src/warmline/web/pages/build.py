"""From rows to what the screens show. Pure but for the queries it is handed the answers of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from warmline.assessments.model import Assessment as AssessmentRow
from warmline.cases.model import Case, Fact, Message, Step, Task
from warmline.cases.queries import Gathered, Note
from warmline.flows.changes import Change
from warmline.handoffs.model import Handoff, Package
from warmline.web.pages import story, views, words

Names = Mapping[UUID, str]
CUSTOMER_WORDS = (("role", "Role"), ("company", "Company"), ("email", "E-mail"), ("phone", "Phone"))
TICKED = ("task_done", "task_open")
CALL = "call"  # the kind of a step that was a telephone call


def escalator(handoff: Handoff, names: Names) -> views.Who:
    """Who handed it over."""
    if handoff.escalated_by_member_id:
        return views.Who(names.get(handoff.escalated_by_member_id, "An agent"), "agent")
    return views.Who(names.get(handoff.escalated_by_user_id or UUID(int=0), "Somebody"))


def people_of(handoff: Handoff) -> list[UUID | None]:
    """Everybody whose name a handoff is shown with."""
    return [handoff.escalated_by_member_id, handoff.escalated_by_user_id, handoff.claimed_by, handoff.target_user_id]


def company(context: Mapping[str, Any]) -> str:
    """The customer in a word: the company, or else the name."""
    customer = context.get("customer") or {}
    return str(customer.get("company") or customer.get("name") or "")


def item(handoff: Handoff, package: Package, names: Names, squads: Names, mark: str = "") -> views.Item:
    """A row of the queue."""
    target = names.get(handoff.target_user_id, "") if handoff.target_user_id else ""
    return views.Item(
        id=handoff.id,
        title=package.title,
        created_at=handoff.created_at,
        due_at=handoff.due_at,
        by=escalator(handoff, names),
        priority=handoff.priority,
        pinned=handoff.pinned,
        customer=company(package.context),
        ticket=package.context.get("ticket") or "",
        squad=squads.get(handoff.squad_id, "") if len(squads) > 1 else "",
        target=target.split()[0] if target else "",
        quote=package.reason,
        mark=mark,
    )


def held(handoff: Handoff, package: Package, lease_seconds: int, reading: AssessmentRow | None = None) -> views.Held:
    """A card of what is mine."""
    assert handoff.wakes_at is not None  # a claim has its lease's end
    return views.Held(
        id=handoff.id,
        title=package.title,
        until=handoff.wakes_at,
        lease_seconds=lease_seconds,
        customer=company(package.context),
        ticket=package.context.get("ticket") or "",
        acted_at=handoff.first_action_at,
        summary=reading.content["summary"] if reading and reading.content else "",
    )


def customer(data: Mapping[str, Any] | None) -> story.Customer | None:
    """Whom the case is for."""
    if not data:
        return None
    pairs = tuple((label, str(data[key])) for key, label in CUSTOMER_WORDS if data.get(key))
    return story.Customer(str(data.get("name") or ""), str(data.get("company") or ""), pairs)


def assessment(row: AssessmentRow | None) -> story.Assessment:
    """The reading; a missing one is a normal state."""
    if row is None:
        return story.Assessment("skipped")
    why = words.WHY_NO_MODEL.get(row.reason or "", "")
    if row.content is None:
        return story.Assessment(row.state, row.source == "extractive", why)  # type: ignore[arg-type]
    found = row.content
    return story.Assessment(
        row.state,  # type: ignore[arg-type]
        extractive=row.source == "extractive",
        why=why,
        summary=found["summary"],
        likely_cause=found["likely_cause"],
        known=tuple(found["what_we_know"]),
        suggested=tuple(story.Suggestion(one["title"], one["command"] or "") for one in found["suggested_steps"]),
        sure=words.sure(found["confidence"]),
        read_at=row.finished_at,
    )


def author(note: Note, case: Case, names: Names) -> views.Who:
    """Who wrote a note; what a customer said is the customer's, whoever brought it."""
    if isinstance(note, Message) and note.role == "customer":
        about = case.customer or {}
        return views.Who(str(about.get("name") or about.get("company") or "The customer"), "customer")
    if note.by_user_id:
        return views.Who(names.get(note.by_user_id, "Somebody"))
    return views.Who(names.get(note.by_member_id or UUID(int=0), "An agent"), "agent")


def frozen_step(step: Mapping[str, Any]) -> story.Step:
    """A step of the frozen package."""
    at = datetime.fromisoformat(step["at"])
    kind = step["kind"] or ""
    return story.Step(UUID(step["id"]), step["title"], step["result"], at, step["evidence"] or "", kind)


def frozen_fact(fact: Mapping[str, Any]) -> story.Fact:
    """A fact of the frozen package."""
    at = datetime.fromisoformat(fact["at"])
    return story.Fact(UUID(fact["id"]), fact["text"], fact["origin"], at, fact["source"] or "")


def fact(note: Fact) -> story.Fact:
    """A fact."""
    return story.Fact(note.id, note.text, note.origin, note.created_at, note.source or "")  # type: ignore[arg-type]


def since(change: Change, case: Case, names: Names, squads: Names) -> story.Since:
    """Something that came after the freeze, or was changed."""
    note, kind = change.note, change.kind
    if note is not None:
        who = author(note, case, names) if kind not in TICKED else _actor(change, names)
        return story.Since(change.id, kind, who, _said(note), change.at)  # type: ignore[arg-type]
    now, was, due = change.after or "", change.before or "", None
    if kind == "due":
        now, was, due = "", "", datetime.fromisoformat(now)
    elif kind == "squad":
        now, was = squads.get(UUID(now), "another squad"), squads.get(UUID(was), "another squad")
    return story.Since(change.id, kind, _actor(change, names), now, change.at, was, due)  # type: ignore[arg-type]


def _said(note: Note) -> str:
    if isinstance(note, Step):
        return f"{note.title}: {words.RESULTS[note.result].lower()}"
    return note.title if isinstance(note, Task) else note.text


def _actor(change: Change, names: Names) -> views.Who:
    name = names.get(change.actor_id) if change.actor_id else None
    if name is None:
        return views.Who("Warmline", "system")
    return views.Who(name, "agent" if change.actor_kind == "member" else "user")


def entry(note: Message | Step, case: Case, names: Names, me: UUID | None) -> story.Entry:
    """One thing in a thread."""
    who, mine = author(note, case, names), note.by_user_id is not None and note.by_user_id == me
    if isinstance(note, Message):
        kind = "note" if note.role == "system" else "message"
        return story.Entry(note.id, kind, note.created_at, who, note.text, mine=mine and kind == "message")  # type: ignore[arg-type]
    if note.kind == CALL:
        return story.Entry(note.id, "call", note.created_at, who, note.evidence or "", note.title, mine=mine)
    return story.Entry(note.id, "step", note.created_at, who, note.evidence or "", note.title, note.result, mine)


def took_over(handoff: Handoff, names: Names, me: UUID | None) -> story.Entry | None:
    """The moment it changed hands."""
    if handoff.claimed_by is None or handoff.claimed_at is None:
        return None
    who, by = views.Who(names.get(handoff.claimed_by, "Somebody")), escalator(handoff, names)
    return story.Entry(handoff.id, "took_over", handoff.claimed_at, who, by.first, mine=handoff.claimed_by == me)


def thread(
    whole: Gathered, case: Case, handoff: Handoff, names: Names, me: UUID | None, *, everything: bool, last: int = 6
) -> tuple[tuple[story.Entry, ...], int]:
    """The thread from the last words before the claim on (or all of it), and how many entries lie before."""
    written: list[Message | Step] = [*whole.messages, *(step for step in whole.steps if _in_thread(step, handoff))]
    entries = [entry(note, case, names, me) for note in sorted(written, key=lambda note: note.id)]
    at = handoff.claimed_at or handoff.created_at
    before = [one for one in entries if one.at <= at]
    after = [one for one in entries if one.at > at]
    change = took_over(handoff, names, me)
    shown = before if everything else before[-last:]
    return (*shown, *([change] if change else []), *after), len(before) - len(shown)


def _in_thread(step: Step, handoff: Handoff) -> bool:
    """A person's steps are told in the thread; the agent's are on the pickup screen, as what was tried."""
    return step.by_user_id is not None and step.created_at >= (handoff.claimed_at or handoff.created_at)


def task(note: Task, names: Names, me: UUID | None) -> story.Task:
    """Something to do, and from whom."""
    author_id = note.by_user_id or note.by_member_id
    name = "you" if author_id == me else names.get(author_id or UUID(int=0), "")
    return story.Task(note.id, note.title, note.done, f"from {name.split()[0]}" if name else "")


def authors(notes: Sequence[Note]) -> list[UUID | None]:
    """Everybody who wrote."""
    return [id for note in notes for id in (note.by_user_id, note.by_member_id)]
