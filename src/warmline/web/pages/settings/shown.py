"""What the settings show, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from warmline.web.pages.views import Choice, Who

ROLES = (
    Choice("viewer", "Viewer", "Reads everything, takes nothing"),
    Choice("operator", "Operator", "Claims and works what comes in"),
    Choice("admin", "Admin", "Also settings, people and agents"),
    Choice("owner", "Owner", "Also other owners"),
)


@dataclass(frozen=True)
class Colleague:
    """A person of the organization. `state` is "", "disabled", "invited", or "pending" without a link."""

    id: UUID
    name: str
    email: str
    role: str
    state: str = ""
    signed_in_at: datetime | None = None
    is_me: bool = False

    @property
    def who(self) -> Who:
        """As they are drawn."""
        return Who(self.name)


@dataclass(frozen=True)
class Colleagues:
    """A page of people; `next` leads to the following one."""

    rows: tuple[Colleague, ...]
    next: str = ""


@dataclass(frozen=True)
class OneColleague:
    """One person: `open_to` says whether the caller may change them, `link` is a one-time link, shown once."""

    person: Colleague
    open_to: bool
    roles: tuple[Choice, ...]
    holding: int = 0
    link: str = ""


@dataclass(frozen=True)
class SquadRow:
    """A squad in the list."""

    id: UUID
    name: str
    people: int
    agents: int


@dataclass(frozen=True)
class TokenRow:
    """A token without its secret, and who holds it."""

    id: UUID
    name: str
    holder: Who
    made_at: datetime
    squad: str = ""
    href: str = ""
    closed: bool = False  # it is an owner's, and only owners end it


@dataclass(frozen=True)
class Seat:
    """One seat of a squad; an agent's with its tokens."""

    id: UUID
    who: Who
    role: str
    user_id: UUID | None = None
    tokens: tuple[TokenRow, ...] = ()


@dataclass(frozen=True)
class OneSquad:
    """A squad with its seats. `token` and `paste` are there once, for the seat `token_of`."""

    id: UUID
    name: str
    agents: tuple[Seat, ...]
    people: tuple[Seat, ...]
    free: tuple[Choice, ...] = ()  # people who have no seat in it yet
    token: str = ""
    paste: str = ""
    token_of: UUID | None = None


@dataclass(frozen=True)
class ReasonRow:
    """A close reason in the list."""

    key: str
    label: str
    help: str = ""
    requires_notes: bool = False
    fields: tuple[str, ...] = ()
    retired_at: datetime | None = None


@dataclass(frozen=True)
class ToErase:
    """A case of somebody who is to be erased."""

    href: str
    title: str
    ticket: str
    status: str
    ended_at: datetime | None
    redacted_at: datetime | None


@dataclass(frozen=True)
class Erasing:
    """Who was looked for, and what was found: how many can be erased, and how many have to end first."""

    email: str = ""
    ticket: str = ""
    name: str = ""
    error: str = ""
    looked: bool = False
    cases: tuple[ToErase, ...] = ()
    many: int = 0
    unended: int = 0
