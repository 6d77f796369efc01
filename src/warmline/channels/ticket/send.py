"""One try at a note in a ticket system."""

from datetime import datetime

from warmline.channels.message import Message, json_bytes
from warmline.channels.outcome import Outcome
from warmline.channels.target import Means, Target
from warmline.channels.ticket import connectwise
from warmline.channels.webhook.send import post

NO_TICKET = "The case names no ticket: there was nothing to write to."
IS_TEST = "channel.tested"
ENDED = frozenset({"case.resolved", "case.closed"})


def kind_of(event_type: str) -> str:
    """What the note is: of the escalation, the documentation of what ended, or of something in between."""
    return {"handoff.created": "escalation", IS_TEST: "test"}.get(
        event_type, "documentation" if event_type in ENDED else "note"
    )


async def send(means: Means, target: Target, message: Message, now: datetime) -> Outcome:
    """Write the note. A case without a ticket has none to write to, which is no failure."""
    kind = kind_of(message.event["type"])
    if message.ticket is None and kind != "test":
        return Outcome(True, NO_TICKET)
    if target.config["system"] == "connectwise":
        return await connectwise.send(means, target, message, kind, now)
    note = {"kind": kind, "ticket": message.ticket, "text": message.note, "url": message.url}
    return await post(means, target, message, json_bytes(note | {"event": message.event}), now)
