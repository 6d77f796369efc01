"""Where to, and with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from warmline.channels.outgoing import Outgoing


@dataclass(frozen=True)
class Means:
    """What a process sends with: its HTTP client, its mail server, and the address at which people reach us."""

    outgoing: Outgoing
    smtp_url: str | None = None
    mail_from: str = ""
    address: str = ""
    allow_private: bool = False


@dataclass(frozen=True)
class Target:
    """A channel, as one try needs it."""

    id: UUID
    kind: str
    name: str
    config: Mapping[str, Any]
    secrets: Mapping[str, Any]
