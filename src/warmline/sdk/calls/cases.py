"""Cases: an agent's work, from opening it to handing it over.

Acts take `epoch`, the one that the caller knows; a handle fills it in.
"""

from collections.abc import Mapping
from typing import Literal

from warmline.sdk.answers import CaseData, Documentation, Erasure, Fact, HandoffData, Message, Step, Task
from warmline.sdk.flow import Flow, Listed, ask, given, listed

Status = Literal["active", "escalated", "parked", "resolved", "closed"]
Role = Literal["customer", "agent", "operator", "system"]
Result = Literal["worked", "failed", "inconclusive"]
Origin = Literal["said", "looked_up", "inferred"]
Priority = Literal["urgent", "high", "normal", "low"]


def open(
    squad_id: str, title: str, problem: str, *, customer: Mapping[str, str] | None = None, ticket: str | None = None,
    domain: str | None = None,
) -> Flow[CaseData]:  # fmt: skip
    """Open a case. `customer` may have name, email, phone, company and role. Raises Invalid, NotFound, Forbidden."""
    body = given(squad_id=squad_id, title=title, problem=problem, customer=customer, ticket=ticket, domain=domain)
    return ask(CaseData, "POST", "cases", body=body)


def get(case_id: str) -> Flow[CaseData]:
    """A case with its messages, steps, facts and tasks. Raises NotFound."""
    return ask(CaseData, "GET", "cases", case_id)


def list(*, status: Status | None = None, squad_id: str | None = None, page_size: int = 50) -> Listed[CaseData]:
    """The cases the caller may read, newest first."""
    return listed(CaseData, "cases", page_size=page_size, status=status, squad_id=squad_id)


def message(case_id: str, role: Role, text: str, *, epoch: int | None = None) -> Flow[Message]:
    """Say something in the case. Raises Conflict where a person holds it, or the epoch is old; NotFound, Forbidden."""
    return ask(Message, "POST", "cases", case_id, "messages", body=given(role=role, text=text, epoch=epoch))


def step(
    case_id: str, title: str, result: Result, *, kind: str | None = None, evidence: str | None = None,
    epoch: int | None = None,
) -> Flow[Step]:  # fmt: skip
    """Tell what was tried, and what came of it. Raises Conflict, NotFound, Forbidden."""
    body = given(title=title, result=result, kind=kind, evidence=evidence, epoch=epoch)
    return ask(Step, "POST", "cases", case_id, "steps", body=body)


def fact(
    case_id: str, text: str, origin: Origin, *, source: str | None = None, epoch: int | None = None
) -> Flow[Fact]:  # fmt: skip
    """Note what is known, and how. Raises Conflict, NotFound, Forbidden."""
    body = given(text=text, origin=origin, source=source, epoch=epoch)
    return ask(Fact, "POST", "cases", case_id, "facts", body=body)


def task(case_id: str, title: str, *, done: bool = False, epoch: int | None = None) -> Flow[Task]:
    """Note what is to do. Raises Conflict, NotFound, Forbidden."""
    return ask(Task, "POST", "cases", case_id, "tasks", body=given(title=title, done=done, epoch=epoch))


def tick_task(
    case_id: str, task_id: str, *, done: bool = True, epoch: int | None = None, if_match: str | None = None
) -> Flow[Task]:
    """Mark a task as done, or as not done after all. Raises Conflict, Stale, NotFound, Forbidden."""
    body = given(done=done, epoch=epoch)
    return ask(Task, "PATCH", "cases", case_id, "tasks", task_id, body=body, if_match=if_match)


def escalate(
    case_id: str, reason: str, *, notes: str | None = None, priority: Priority | None = None,
    target_user_id: str | None = None, topic: str | None = None, epoch: int | None = None,
) -> Flow[HandoffData]:  # fmt: skip
    """Hand the case to people; the open handoff where there is one. Raises Conflict, Invalid, NotFound, Forbidden."""
    return _hand_over(case_id, "escalate", reason, notes, priority, target_user_id, topic, epoch)


def park(
    case_id: str, reason: str, *, notes: str | None = None, priority: Priority | None = None,
    target_user_id: str | None = None, topic: str | None = None, epoch: int | None = None,
) -> Flow[HandoffData]:  # fmt: skip
    """Keep the case to oneself until its due time; then it goes to people. Raises what `escalate` raises."""
    return _hand_over(case_id, "park", reason, notes, priority, target_user_id, topic, epoch)


def _hand_over(
    case_id: str, intent: str, reason: str, notes: str | None, priority: str | None, target_user_id: str | None,
    topic: str | None, epoch: int | None,
) -> Flow[HandoffData]:  # fmt: skip
    target = given(target_user_id=target_user_id, topic=topic, epoch=epoch)
    body = given(intent=intent, reason=reason, notes=notes, priority=priority) | target
    return ask(HandoffData, "POST", "cases", case_id, "escalate", body=body)


def resolve(case_id: str, *, summary: str | None = None, epoch: int | None = None) -> Flow[CaseData]:
    """Resolve the case; an open handoff of it ends, too. Raises Conflict, NotFound, Forbidden."""
    return ask(CaseData, "POST", "cases", case_id, "resolve", body=given(summary=summary, epoch=epoch))


def documentation(case_id: str) -> Flow[Documentation]:
    """The account of the case for others: the problem, what was tried, what solved it. Raises NotFound."""
    return ask(Documentation, "GET", "cases", case_id, "documentation")


def erase(case_id: str) -> Flow[CaseData]:
    """Remove what was written in a case that has ended; again is the same. Admins. Raises Conflict, NotFound."""
    return ask(CaseData, "POST", "cases", case_id, "erase")


def erase_all(
    *, email: str | None = None, ticket: str | None = None, customer: Mapping[str, str] | None = None,
    dry_run: bool = True, expected: int | None = None,
) -> Flow[Erasure]:  # fmt: skip
    """Erase all cases of a customer, or none; with `dry_run`, only say which. Admins. Raises Conflict, Invalid."""
    body = given(email=email, ticket=ticket, customer=customer, dry_run=dry_run, expected=expected)
    return ask(Erasure, "POST", "erasures", body=body)
