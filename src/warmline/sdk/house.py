"""What the server answers about an organization: its people, squads and tokens, its settings and close reasons.

`version` is what a change may bring as `if_match`: it is refused (Stale) where somebody else's came in between. It is
there where a thing was read or changed by itself.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

VERSION: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Presence:
    """How one is there to take work: available, busy, away or offline; and how many handoffs one would hold."""

    status: str
    capacity: int
    since: datetime | None = None
    version: str | None = VERSION


@dataclass(frozen=True)
class Squad:
    """A squad."""

    id: str
    name: str
    created_at: datetime
    version: str | None = VERSION


@dataclass(frozen=True)
class Member:
    """A seat in a squad."""

    id: str
    squad_id: str
    kind: str
    role: str
    name: str
    created_at: datetime
    user_id: str | None = None


@dataclass(frozen=True)
class User:
    """A person who signs in; how they are there, and how many handoffs they hold, where they were read."""

    id: str
    email: str
    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None = None
    presence: str | None = field(default=None, compare=False)
    presence_since: datetime | None = field(default=None, compare=False)
    capacity: int | None = field(default=None, compare=False)
    holding: int | None = field(default=None, compare=False)
    version: str | None = VERSION


@dataclass(frozen=True)
class Token:
    """A token, without its secret."""

    id: str
    name: str
    created_at: datetime
    user_id: str | None = None
    member_id: str | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class NewToken:
    """A token that was made just now.

    `token` is None where the answer was lost on its way and asked for again: the secret is shown once. Revoke it, and
    make another one.
    """

    id: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PasswordLink:
    """A one-time link, to be given to the person; None where the answer was lost on its way, as with a token."""

    set_password_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Organization:
    """The organization, with the settings in force."""

    id: str
    name: str
    created_at: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    version: str | None = VERSION


@dataclass(frozen=True)
class ReasonField:
    """What one is asked for when one closes with a reason."""

    key: str
    label: str
    required: bool = False


@dataclass(frozen=True)
class CloseReason:
    """A way for work to end. What is retired is no longer offered."""

    key: str
    label: str
    help: str = ""
    requires_notes: bool = False
    fields: tuple[ReasonField, ...] = ()
    retired_at: datetime | None = None
    version: str | None = VERSION
