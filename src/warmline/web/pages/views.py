"""What each screen shows, as plain data. A page fills these in from queries; the templates only lay them out.

All times are UTC and aware. Nothing in an `Item`, `Left` or `Assessment` depends on who looks: those are rendered
once and pushed to everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

# --- shared ---


@dataclass(frozen=True)
class Who:
    """Somebody: agents are drawn square and cool, people round and warm."""

    name: str
    kind: Literal["agent", "user", "customer", "system"] = "user"

    @property
    def first(self) -> str:
        """The name to call them by."""
        return self.name.split()[0] if self.kind in ("user", "customer") and self.name.split() else self.name


@dataclass(frozen=True)
class Link:
    """A place to go, or something to choose. `count` and `current` are for filters."""

    label: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Ask:
    """Something that is asked for with a choice; `name` is its field in the form."""

    name: str
    label: str
    required: bool = False


@dataclass(frozen=True)
class Choice:
    """An option of a select or a list of radio buttons."""

    value: str
    label: str
    help: str = ""
    needs_notes: bool = False
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A toast: what happened, what it means, and one act; `undo` is where the act is taken back."""

    text: str
    detail: str = ""
    who: Who | None = None
    act: Link | None = None
    undo: str = ""


@dataclass(frozen=True)
class Sure:
    """How sure: the word first, one to three bars, the figure second."""

    word: str
    bars: int
    figure: str


@dataclass(frozen=True)
class Me:
    """Who is signed in."""

    id: UUID
    name: str
    role: Literal["viewer", "operator", "admin", "owner"]
    organization: str
    presence: str = "offline"
    capacity: int = 0

    @property
    def who(self) -> Who:
        """As they are drawn."""
        return Who(self.name)

    @property
    def acts(self) -> bool:
        """Whether they may claim; a viewer reads."""
        return self.role != "viewer"

    @property
    def manages(self) -> bool:
        """Whether the settings are open to them."""
        return self.role in ("admin", "owner")


@dataclass(frozen=True)
class Shell:
    """What surrounds every signed-in page. `stream` is where its live updates come from, `seen` how far it shows."""

    me: Me
    place: Literal["desk", "cases", "history", "start", "settings", "profile", "notifications"]
    waiting: int
    stream: str = ""
    seen: str = ""
    here: str = "/desk"  # where an act of the frame leads back to, where there are no scripts
    unread: int = 0  # on the bell
    says_live: bool = False  # the page says how its stream is; elsewhere the stream is the bell's alone


@dataclass(frozen=True)
class Draft:
    """What was typed into a form that was refused, so that nothing typed is lost, and what is wrong with it."""

    form: str
    values: Mapping[str, str]
    errors: Mapping[str, str]


# --- signing in ---


@dataclass(frozen=True)
class SignIn:
    """`organizations` and the one-time `ticket` are set once the password fits more than one organization."""

    email: str = ""
    error: str = ""
    next: str = ""
    ticket: str = ""
    organizations: tuple[Choice, ...] = ()
    demo: tuple[Choice, ...] = ()  # value: e-mail address, label: name, help: role
    provider: str = ""  # what the button says that leads to it


@dataclass(frozen=True)
class SetPassword:
    """A one-time link; `usable` is False once it was used or is too old."""

    token: str
    name: str = ""
    email: str = ""
    organization: str = ""
    error: str = ""
    usable: bool = True


@dataclass(frozen=True)
class FirstOwner:
    """The way into an empty server: the organization and its first owner."""

    token: str
    organization: str = ""
    name: str = ""
    email: str = ""
    error: str = ""


# --- the desk ---


@dataclass(frozen=True)
class Counts:
    """What the heading says: how many wait, how many of them are late, how many have just come in."""

    waiting: int
    late: int = 0
    fresh: int = 0


@dataclass(frozen=True)
class Item:
    """One row of the queue."""

    id: UUID
    title: str
    created_at: datetime
    due_at: datetime
    by: Who
    kind: str = "case"
    priority: str = "normal"
    pinned: bool = False
    customer: str = ""
    ticket: str = ""
    squad: str = ""  # only where there is more than one
    target: str = ""  # whom it was meant for first
    quote: str = ""  # the reason; it is shortened where it is shown
    mark: str = ""  # how it came back: "released by Ana", "lease ran out"


@dataclass(frozen=True)
class Left:
    """A row that leaves: who took it, or what else became of it. `word` is from `words.LEFT`."""

    id: UUID
    title: str
    word: str
    at: datetime
    by: Who | None = None
    kind: str = "case"
    customer: str = ""


@dataclass(frozen=True)
class Held:
    """Something I have claimed, and how long it is mine."""

    id: UUID
    title: str
    until: datetime
    lease_seconds: int
    customer: str = ""
    ticket: str = ""
    acted_at: datetime | None = None
    summary: str = ""  # of the assessment, once there is one


# --- start, errors ---


@dataclass(frozen=True)
class Start:
    """The way from an empty organization to the first handoff. What is "" or None is still to do."""

    squad_id: UUID | None = None
    squad: str = ""
    member_id: UUID | None = None
    agent: str = ""
    role: str = ""
    token: str = ""  # shown once
    paste: str = ""  # a command that opens a case and escalates it
    arrived: Item | None = None
    draft: Draft | None = None


@dataclass(frozen=True)
class Error:
    """What went wrong, and what to do next."""

    status: int
    title: str
    detail: str
    acts: tuple[Link, ...] = ()
    request_id: str = ""
