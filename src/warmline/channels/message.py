"""What goes out: an event, and what it means in words for those who do not read events."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Message:
    """`id` is the delivery's, the same at every try. `event` is as in `GET /events`.

    `headline` is one line, `parts` are labelled texts, `url` leads to where it goes on, `closing` ends an e-mail,
    `to` is whom it is written to, where the channel does not say.
    `ticket` is the reference of the case in its own ticket system; `note` what is written there.
    """

    id: UUID
    event: Mapping[str, Any]
    headline: str
    parts: tuple[tuple[str, str], ...] = ()
    url: str = ""
    ticket: str | None = None
    note: str = ""
    closing: str = ""
    to: str | None = None

    @property
    def text(self) -> str:
        """The parts, and the link, as plain text."""
        parts = [f"{label}: {text}" if label else text for label, text in self.parts]
        return "\n\n".join([*parts, *([self.url] if self.url else [])])


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """As it is sent and signed."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
