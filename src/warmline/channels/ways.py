"""What sending takes, once a process: the HTTP client, the mail server, where people reach us."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from warmline.channels.chat.send import send as chat
from warmline.channels.email.send import send as email
from warmline.channels.message import Message
from warmline.channels.outcome import Outcome
from warmline.channels.outgoing import Outgoing
from warmline.channels.target import Means, Target
from warmline.channels.ticket.send import send as ticket
from warmline.channels.webhook.send import send as webhook
from warmline.settings import Settings

Send = Callable[[Means, Target, Message, datetime], Awaitable[Outcome]]
SENDING: dict[str, Send] = {"webhook": webhook, "email": email, "chat": chat, "ticket": ticket}


def means(settings: Settings) -> Means:
    """What these settings allow."""
    smtp_url = settings.smtp_url.get_secret_value() if settings.smtp_url else None
    return Means(
        Outgoing(settings.allow_private_targets), smtp_url, settings.mail_from, settings.address,
        settings.allow_private_targets,
    )  # fmt: skip


async def send(means: Means, target: Target, message: Message, now: datetime) -> Outcome:
    """One try, on whichever way; what goes wrong is in the outcome."""
    return await SENDING[target.kind](means, target, message, now)
