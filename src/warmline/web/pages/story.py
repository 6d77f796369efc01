"""What the pickup screen and the room of work show, as plain data. All times are UTC and aware."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from warmline.web.pages.views import Choice, Draft, Item, Sure, Who


@dataclass(frozen=True)
class Step:
    """Something that was tried."""

    id: UUID
    title: str
    result: Literal["worked", "failed", "inconclusive"]
    at: datetime
    evidence: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Since:
    """Something that came, or was changed, after the package was frozen. `was` is how it was before it moved."""

    id: UUID
    kind: Literal["message", "step", "fact", "task", "task_done", "task_open", "priority", "due", "squad"]
    who: Who
    text: str
    at: datetime
    was: str = ""
    due: datetime | None = None


@dataclass(frozen=True)
class Fact:
    """Something known, and how firmly."""

    id: UUID
    text: str
    origin: Literal["said", "looked_up", "inferred"]
    at: datetime
    source: str = ""


@dataclass(frozen=True)
class Customer:
    """Whom the case is for. `pairs` are all fields there are, in words: (Role, Practice manager)."""

    name: str
    company: str = ""
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """Name and company in one line."""
        return f"{self.name}, {self.company}" if self.name and self.company else self.name or self.company


@dataclass(frozen=True)
class Suggestion:
    """A suggested step, with its command where there is one."""

    title: str
    command: str = ""


@dataclass(frozen=True)
class Assessment:
    """The one structured reading; a missing one is a normal state."""

    state: Literal["pending", "ready", "failed", "skipped"]
    extractive: bool = False
    why: str = ""  # why no model read it, where one should have
    summary: str = ""
    likely_cause: str = ""
    known: tuple[str, ...] = ()
    suggested: tuple[Suggestion, ...] = ()
    sure: Sure | None = None
    read_at: datetime | None = None


@dataclass(frozen=True)
class Text:
    """A text for others; `source` is who found its words."""

    handoff_id: UUID
    kind: str
    text: str
    source: str


@dataclass(frozen=True)
class Entry:
    """One thing in a thread. `title` and `result` are a step's; `text` is a message's, or what came of the step."""

    id: UUID
    kind: Literal["message", "step", "call", "note", "took_over"]
    at: datetime
    who: Who
    text: str = ""
    title: str = ""
    result: str = ""
    mine: bool = False


@dataclass(frozen=True)
class Glance:
    """A row opened in place: why, what was tried, how sure, which ticket."""

    id: UUID
    reason: str
    steps: tuple[Step, ...]
    ticket: str = ""
    sure: Sure | None = None
    summary: str = ""


@dataclass(frozen=True)
class Ways:
    """What is possible now. `who` and `at`: who holds, escalated or closed it, and since when."""

    state: Literal["open", "mine", "taken", "own", "reading", "away", "closed"]
    id: UUID
    who: Who | None = None
    at: datetime | None = None
    agent: Who | None = None
    customer: str = ""
    open_tasks: int = 0
    next: Item | None = None
    outcome: str = ""  # closed: the reason's label; away: "snoozed until 11:30", "parked"
    note: str = ""  # closed: what did it


@dataclass(frozen=True)
class Handoff:
    """The pickup screen."""

    id: UUID
    case_id: UUID
    title: str
    reason: str
    by: Who
    priority: str
    created_at: datetime
    due_at: datetime
    assessment: Assessment
    ways: Ways
    ticket: str = ""
    notes: str = ""
    problem: str = ""
    squad: str = ""
    customer: Customer | None = None
    steps: tuple[Step, ...] = ()
    since: tuple[Since, ...] = ()
    facts: tuple[Fact, ...] = ()
    messages: tuple[Entry, ...] = ()  # the last words
    message_count: int = 0
    removed_at: datetime | None = None  # since when what was written is gone
    removed_by: str = ""  # a person's name; nothing where it was retention


@dataclass(frozen=True)
class Task:
    """Something still to do, or done."""

    id: UUID
    title: str
    done: bool = False
    by: str = ""  # "from Jane"; once done "you, 10:45"


@dataclass(frozen=True)
class Work:
    """The room in which a claimed handoff is worked on."""

    id: UUID
    case_id: UUID
    epoch: int
    title: str
    by: Who
    priority: str
    until: datetime
    lease_seconds: int
    assessment: Assessment
    ticket: str = ""
    customer: Customer | None = None
    entries: tuple[Entry, ...] = ()
    earlier: int = 0  # entries before the first one shown
    tasks: tuple[Task, ...] = ()
    facts: tuple[Fact, ...] = ()
    since: tuple[Since, ...] = ()  # what changed between the hand-off and the claim
    chips: tuple[Suggestion, ...] = ()  # none after the first action
    reasons: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    squads: tuple[Choice, ...] = ()
    draft: Draft | None = None


@dataclass(frozen=True)
class Lost:
    """A claim that is mine no more: who has it now, or nobody."""

    id: UUID
    who: Who | None = None
    at: datetime | None = None
    why: str = ""  # "Your lease ran out", "It was released"
    again: bool = False  # whether it waits on the desk, and can be claimed again
