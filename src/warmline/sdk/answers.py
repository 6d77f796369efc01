"""What the server answers, as frozen dataclasses. Fields they do not know are left out, for the server may grow.

Ids are texts, times know their zone. What is one of a few words (a state, a role) is a text, for there may be more.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """Somebody, by id and name."""

    id: str
    name: str


@dataclass(frozen=True)
class Actor:
    """Who did it: a user, a member's seat, or a job of the server's own."""

    kind: str
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Thing:
    """What a handoff comes from, or what an event is about."""

    kind: str
    id: str


@dataclass(frozen=True)
class Note:
    """What every note of a case has."""

    id: str
    at: datetime
    by: Actor | None = None


@dataclass(frozen=True, kw_only=True)
class Message(Note):
    """Something said. `role` is customer, agent, operator or system."""

    role: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Step(Note):
    """Something tried. `result` is worked, failed or inconclusive."""

    title: str
    result: str
    kind: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fact(Note):
    """Something known. `origin` is said, looked_up or inferred."""

    text: str
    origin: str
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Task(Note):
    """Something to do. `version` is there where it was ticked just now: see `house`."""

    title: str
    done: bool
    version: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class CaseData:
    """A case. What gathered in it (messages, steps, facts, tasks) is there where it was read by itself."""

    id: str
    squad_id: str
    title: str
    problem: str
    status: str
    epoch: int
    created_at: datetime
    customer: dict[str, Any] | None = None
    ticket: str | None = None
    domain: str | None = None
    owner: Person | None = None
    handler: Person | None = None
    handoff_id: str | None = None
    closure_reason: str | None = None
    summary: str | None = None
    ended_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    steps: tuple[Step, ...] = ()
    facts: tuple[Fact, ...] = ()
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Documentation:
    """The account of a case; `text` is all of it as Markdown."""

    case_id: str
    title: str
    problem: str
    status: str
    text: str
    what_was_tried: tuple[dict[str, Any], ...] = ()
    what_solved_it: str | None = None
    facts: tuple[dict[str, Any], ...] = ()
    closure_reason: str | None = None
    ticket: str | None = None


@dataclass(frozen=True)
class Erasure:
    """What was erased of a customer, or would be; what has not ended has to be closed first."""

    dry_run: bool
    erased: int
    not_ended: int
    cases: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The one structured reading of a handoff; empty until its state is ready."""

    state: str
    source: str | None = None
    summary: str | None = None
    what_we_know: tuple[str, ...] = ()
    likely_cause: str | None = None
    suggested_steps: tuple[dict[str, Any], ...] = ()
    confidence: float | None = None
    reason: str | None = None
    usage: dict[str, Any] | None = None


@dataclass(frozen=True)
class Text:
    """A text for others; `source` is who found its words: the assessment itself, a model, or a template."""

    kind: str
    text: str
    source: str


@dataclass(frozen=True)
class Change:
    """What was added or changed in a handoff after it was made, and before it was claimed."""

    kind: str
    at: datetime
    by: Actor
    id: str | None = None
    text: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class HandoffData:
    """Work offered to people. `state` is ready, claimed, scheduled, parked or closed."""

    id: str
    state: str
    source: Thing
    squad_id: str
    title: str
    reason: str
    intent: str
    priority: str
    epoch: int
    created_at: datetime
    due_at: datetime
    escalated_by: Actor
    assessment: Assessment
    level: int = 0
    pinned: bool = False
    notes: str | None = None
    topic: str | None = None
    scheduled_until: datetime | None = None
    target_user: Person | None = None
    claimed_by: Person | None = None
    claimed_at: datetime | None = None
    claim_expires_at: datetime | None = None
    first_action_at: datetime | None = None
    context: dict[str, Any] = field(default_factory=dict)
    closure_reason: str | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    fields: dict[str, Any] | None = None
    transfer_note: str | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    id: str
    type: str
    subject: Thing
    actor: Actor
    at: datetime
    thread_id: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Me:
    """Whom a token belongs to."""

    kind: str
    id: str
    name: str
    role: str
    organization_id: str
    user_id: str | None = None
    member_id: str | None = None
    presence: str | None = None
    capacity: int | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `next_cursor` is None on the last."""

    items: tuple[T, ...]
    next_cursor: str | None = None
