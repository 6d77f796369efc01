"""One try at a webhook."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warmline.channels.message import Message, json_bytes
from warmline.channels.outcome import Outcome, failed, of_http
from warmline.channels.outgoing import Unreachable
from warmline.channels.target import Means, Target
from warmline.channels.webhook.sign import signatures


async def send(means: Means, target: Target, message: Message, now: datetime) -> Outcome:
    """Post the event, signed."""
    return await post(means, target, message, json_bytes(message.event), now)


async def post(means: Means, target: Target, message: Message, body: bytes, now: datetime) -> Outcome:
    """Post a body to the target's address, signed afresh."""
    headers: Mapping[str, Any] = {"Content-Type": "application/json"} | signatures(
        target.secrets, message.id, now, body
    )
    try:
        answer = await means.outgoing.send("POST", target.config["url"], headers, body)
    except Unreachable as problem:
        return failed(str(problem))
    return of_http(answer.status, answer.headers.get("retry-after"), answer.text, now)
