"""What the pages of channels and deliveries show, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from warmline.web.pages.happened import DELIVERIES
from warmline.web.pages.settings.telling import Why
from warmline.web.pages.views import Choice, Link, Who

KINDS = (
    Choice("webhook", "Webhook", "For programs: each event as signed JSON"),
    Choice("email", "E-mail", "To one address, in words"),
    Choice("chat", "Chat", "Slack, Teams, Discord and others"),
    Choice("ticket", "Ticket system", "Notes in the ticket a case came from"),
)
KIND = {one.value: one.label for one in KINDS}
STATES = {state: words.capitalize() for state, words in DELIVERIES.items()}


@dataclass(frozen=True)
class Filter:
    """Something to narrow a list by. `count` is in words: what was sent is not counted through."""

    label: str
    href: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True)
class Try:
    """One attempt."""

    number: int
    at: datetime
    ok: bool
    said: str
    milliseconds: int
    why: Why | None = None


@dataclass(frozen=True)
class Sending:
    """A delivery: what it tells, on which channel, and how that goes."""

    id: UUID
    state: str
    attempts: int
    who: Who
    words: str
    channel: Link
    kind: str
    made_at: datetime
    thing: Link | None = None
    next_at: datetime | None = None
    finished_at: datetime | None = None
    why: Why | None = None
    closed: bool = False  # its channel is out of use: it cannot be sent again
    tries: tuple[Try, ...] = ()

    @property
    def label(self) -> str:
        """Its state, in words."""
        return STATES[self.state]

    @property
    def again(self) -> bool:
        """Whether it can be sent again by hand."""
        return self.state in ("failed", "dead") and not self.closed

    @property
    def open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in ("pending", "failed")


@dataclass(frozen=True)
class Sendings:
    """A page of deliveries. `here` is its own address, at which it looks again."""

    rows: tuple[Sending, ...]
    states: tuple[Filter, ...]
    channels: tuple[Choice, ...]
    here: str
    state: str = ""
    channel_id: str = ""
    first: bool = True
    next: str = ""


@dataclass(frozen=True)
class Way:
    """A channel in the list; never with a secret."""

    id: UUID
    kind: str
    name: str
    where: str
    tells: str
    squad: str = ""
    failed: int = 0
    dead: int = 0
    pending: int = 0
    last: str = ""  # the state of what went out last
    last_at: datetime | None = None
    last_why: Why | None = None
    disabled_at: datetime | None = None
    disabled_reason: str = ""

    @property
    def label(self) -> str:
        """Its kind, in words."""
        return KIND[self.kind]
