"""An e-mail made of a message. What people wrote goes into it as text, never as a header's second line or as HTML."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from warmline.channels.message import Message

TEMPLATES = Path(__file__).with_name("templates")
LONGEST_SUBJECT = 200


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def one_line(text: str) -> str:
    """Without anything that ends a line, or that cannot be seen; no longer than a subject should be.

    `=?` begins an encoded word (RFC 2047): Python's library would decode it, and write the line ends that come out.
    """
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain.replace("=?", "= ?")[:LONGEST_SUBJECT]


def header_safe(address: str) -> str:
    """An address as any mail server takes it: its domain as the name service knows it. Raises ValueError.

    Not all servers know letters outside ASCII before the @; and `=?` there begins what others decode.
    """
    ascii_only = validate_email(address, check_deliverability=False, test_environment=True).ascii_email
    if ascii_only is None or "=?" in ascii_only:
        raise ValueError("expected plain letters of ASCII before the @: not every mail server takes others")
    return ascii_only


def compose(message: Message, to: str, mail_from: str, address: str, now: datetime) -> EmailMessage:
    """The e-mail: plain text, and simple HTML. Its Message-ID is the same at every try."""
    mail = EmailMessage(policy=SMTP)
    name, sender = parseaddr(mail_from)
    mail["From"] = Address(one_line(name), addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = one_line(message.headline)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{urlsplit(address).hostname or 'warmline'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_rendered("txt", message))
    mail.add_alternative(_rendered("html", message), subtype="html")
    return mail


def _rendered(kind: str, message: Message) -> str:
    return _environment().get_template(f"message.{kind}").render(message=message)
