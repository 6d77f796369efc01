"""What the server answers about channels and what goes out on them, and about the bell."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from warmline.sdk.answers import Thing
from warmline.sdk.house import VERSION


@dataclass(frozen=True)
class Notification:
    """What a person was told on the bell. `is_unread`: it was not read, and it still waits."""

    id: str
    kind: str
    text: str
    subject: Thing
    url: str
    by_name: bool
    is_unread: bool
    created_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True)
class Channel:
    """A way out, without its secrets."""

    id: str
    kind: str
    name: str
    created_at: datetime
    config: dict[str, Any] = field(default_factory=dict)
    event_types: tuple[str, ...] = ()
    squad_id: str | None = None
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    version: str | None = VERSION


@dataclass(frozen=True)
class NewChannel(Channel):
    """A channel that was made just now, with the secret for the other side, where there is one: it is shown once."""

    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Webhook:
    """Where events are posted, without the secret."""

    id: str
    name: str
    url: str
    created_at: datetime
    event_types: tuple[str, ...] = ()
    squad_id: str | None = None
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    version: str | None = VERSION


@dataclass(frozen=True)
class NewWebhook(Webhook):
    """A webhook that was made just now; None where the answer was lost on its way, as with a token. Then rotate it."""

    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class NewSecret:
    """A secret that signs from now on; the one before signs, too, until `old_until`."""

    id: str
    old_until: datetime | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OnChannel:
    """The channel of a delivery."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True)
class Attempt:
    """One try to deliver; `status` is what the other side answered, where it did."""

    number: int
    at: datetime
    ok: bool
    detail: str
    milliseconds: int
    status: int | None = None


@dataclass(frozen=True)
class Delivery:
    """One event on one channel: pending, sent, failed (and tried again at `next_at`) or dead.

    Every try is there where the delivery was read by itself.
    """

    id: str
    channel: OnChannel
    event_id: str
    event_type: str
    subject: Thing
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime | None = None
    finished_at: datetime | None = None
    last_error: str | None = None
    attempt_log: tuple[Attempt, ...] = ()
