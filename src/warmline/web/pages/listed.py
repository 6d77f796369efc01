"""What the lists show, of cases and of what has happened, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from warmline.flows.bell import Bell
from warmline.web.pages.views import Choice, Link, Who


@dataclass(frozen=True)
class Notifications:
    """A page of what one was told, newest first."""

    told: tuple[Bell, ...]
    unread: int
    next: str = ""


@dataclass(frozen=True)
class Line:
    """One event, in words: who did what to which thing, from which state to which, and when."""

    id: UUID
    at: datetime
    who: Who
    words: str
    from_state: str = ""
    to_state: str = ""
    thing: Link | None = None  # where it is not plain from the page


@dataclass(frozen=True)
class Chosen:
    """What the filters of the history say, and whom one can choose from."""

    what: str = ""
    who: str = ""
    period: str = ""
    ticket: str = ""
    people: tuple[Choice, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether they leave something out."""
        return bool(self.what or self.who or self.period or self.ticket)


@dataclass(frozen=True)
class History:
    """The events of one thing, oldest first; or of everything, newest first, where `thing` is None."""

    lines: tuple[Line, ...]
    thing: Link | None = None
    ref: str = ""
    next: str = ""  # where the following page is
    chosen: Chosen = Chosen()


@dataclass(frozen=True)
class CaseRow:
    """One case in the list."""

    id: UUID
    href: str
    title: str
    status: str
    owner: Who
    created_at: datetime
    handler: Who | None = None
    ticket: str = ""
    customer: str = ""
    squad: str = ""


@dataclass(frozen=True)
class Cases:
    """A page of cases."""

    rows: tuple[CaseRow, ...]
    statuses: tuple[Link, ...] = ()
    whose: tuple[Link, ...] = ()
    text: str = ""  # what is looked for
    kept: tuple[tuple[str, str], ...] = ()  # what a search keeps of the other filters
    next: str = ""
    filtered: bool = False
