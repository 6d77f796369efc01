"""One try at an e-mail."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from warmline.channels.email.compose import compose, header_safe
from warmline.channels.message import Message
from warmline.channels.outcome import Outcome, cut, failed
from warmline.channels.target import Means, Target

SECONDS = 20.0
PORTS = {"smtp": 25, "smtps": 465}
NO_SERVER = "This server has no mail server: its operator sets WARMLINE_SMTP_URL."
NOBODY = "Nobody was written to: the person has left."
LOCAL = ("localhost", "127.0.0.1", "::1")


async def send(means: Means, target: Target, message: Message, now: datetime) -> Outcome:
    """Hand it to the mail server. What that refuses for good (a 5xx) is not tried again."""
    if "whom" in target.config and message.to is None:
        return failed(NOBODY, lasting=True)
    if means.smtp_url is None:
        return failed(NO_SERVER)
    try:
        to = header_safe(message.to or target.config["to"])
    except ValueError as problem:  # of a person's own address: a channel's was looked at when it was entered
        return failed(f"This e-mail address cannot be written to: {problem}.", lasting=True)
    mail = compose(message, to, means.mail_from, means.address, now)
    try:
        async with asyncio.timeout(SECONDS):
            _, said = await aiosmtplib.send(mail, **server(means.smtp_url))
    except TimeoutError:
        return failed(f"The mail server did not answer within {SECONDS:g} s.")
    except aiosmtplib.SMTPRecipientsRefused as problem:
        refusal = problem.recipients[0]
        return _refused(refusal.code, f"The mail server refuses {to}: {refusal.code} {refusal.message}")
    except aiosmtplib.SMTPResponseException as problem:
        return _refused(problem.code, f"The mail server refuses: {problem.code} {problem.message}")
    except (aiosmtplib.SMTPException, OSError) as problem:
        return failed(f"The mail server cannot be reached: {problem}")
    return Outcome(True, cut(said) or "taken", 250)


def _refused(code: int, words: str) -> Outcome:
    # A wrong password, too, is a 5xx: it is the operator's to mend, and no reason to give the e-mail up.
    return failed(words, code, lasting=code >= 500 and code not in (530, 534, 535, 538))


def server(url: str) -> dict[str, Any]:
    """How aiosmtplib is told of the mail server; a password goes over TLS alone, or stays on this machine."""
    parts = urlsplit(url)
    given: dict[str, Any] = {
        "hostname": parts.hostname or "localhost",
        "port": parts.port or PORTS.get(parts.scheme, 25),
        "use_tls": parts.scheme == "smtps",
        "timeout": SECONDS,
    }
    if parts.username:
        given |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
    if parts.scheme != "smtps" and parts.username and parts.hostname not in LOCAL:
        given["start_tls"] = True  # else it is used where the server offers it
    return given
