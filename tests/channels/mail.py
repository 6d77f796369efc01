"""A mail server that keeps what it gets, or refuses it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """`refusing` says how it answers a recipient it does not want, `says` how it takes an e-mail."""

    def __init__(self) -> None:
        self.refusing: dict[str, str] = {}
        self.raw: list[bytes] = []
        self.to: list[list[str]] = []
        self.says = b"250 taken"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Take the recipient, or not."""
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> bytes:  # noqa: N802
        """Take the e-mail."""
        self.raw.append(envelope.content)
        self.to.append(list(envelope.rcpt_tos))
        return self.says

    @property
    def mails(self) -> list[EmailMessage]:
        """What came, read as a mail program reads it."""
        return [BytesParser(EmailMessage, policy=default).parsebytes(raw) for raw in self.raw]


@contextmanager
def sink() -> Iterator[tuple[Sink, str]]:
    """A server on a port of its own, and its URL."""
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield handler, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
