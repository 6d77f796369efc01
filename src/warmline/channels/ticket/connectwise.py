"""ConnectWise Manage: a note on a service ticket (REST API, `/service/tickets/{id}/notes`).

Its notes have no key of the sender's, so each ends with the id of its delivery: a repeat looks for that first.
"""

import base64
import json
import re
from datetime import datetime
from urllib.parse import quote

from warmline.channels.message import Message, json_bytes
from warmline.channels.outcome import Outcome, failed, of_http
from warmline.channels.outgoing import Answer, Unreachable
from warmline.channels.target import Means, Target

API = "/v4_6_release/apis/3.0"
LONGEST_ANSWER = 256 * 1024
LONGEST_NOTE = 30_000
NUMBER = re.compile(r"\s*#?\s*(\d{1,12})\s*")


async def send(means: Means, target: Target, message: Message, kind: str, now: datetime) -> Outcome:
    """Write the note, unless an earlier try has. A test asks for the system's version, and writes nothing."""
    try:
        if kind == "test":
            return _told(await _ask(means, target, "GET", "/system/info"), now)
        number = NUMBER.fullmatch(message.ticket or "")
        if number is None:
            return failed(f"{message.ticket} is no number of a ConnectWise ticket.", lasting=True)
        path = f"/service/tickets/{number[1]}/notes"
        if await _is_there(means, target, path, message):
            return Outcome(True, "An earlier try has written it.")
        answer = await _ask(means, target, "POST", path, note(message, kind))
    except Unreachable as problem:
        return failed(str(problem))
    return _told(answer, now)


def note(message: Message, kind: str) -> dict[str, object]:
    """As the API wants it: internal while the case goes on; what solved it is the resolution."""
    text = f"{message.note[:LONGEST_NOTE]}\n\n{mark(message)}"
    ended = kind == "documentation"
    return {"text": text, "detailDescriptionFlag": False, "internalAnalysisFlag": not ended, "resolutionFlag": ended}


def mark(message: Message) -> str:
    """What a repeat looks for."""
    return f"[Warmline {message.id}]"


async def _is_there(means: Means, target: Target, path: str, message: Message) -> bool:
    condition = quote(f'text contains "{mark(message)}"')
    answer = await _ask(means, target, "GET", f"{path}?conditions={condition}&pageSize=5&fields=id,text")
    if answer.status != 200:  # the note itself will say what is wrong
        return False
    try:
        found = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(found, list) and any(mark(message) in str(one.get("text")) for one in found)


async def _ask(means: Means, target: Target, method: str, path: str, body: dict[str, object] | None = None) -> Answer:
    keys, config = target.secrets, target.config
    user = f"{config['company']}+{keys['public_key']}:{keys['private_key']}"
    headers = {
        "Authorization": f"Basic {base64.b64encode(user.encode()).decode()}",
        "clientId": str(config["client_id"]),
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    sent = json_bytes(body) if body is not None else b""
    url = str(config["url"]).rstrip("/") + API + path
    return await means.outgoing.send(method, url, headers, sent, LONGEST_ANSWER)


def _told(answer: Answer, now: datetime) -> Outcome:
    said = answer.text
    try:
        said = str(json.loads(answer.body).get("message", ""))
    except (ValueError, AttributeError):
        said = ""
    # A 410 of a ticket is about that ticket: it does not end the channel.
    outcome = of_http(answer.status, answer.headers.get("retry-after"), said, now)
    lasting = answer.status in (400, 404, 410)
    return failed(outcome.detail, answer.status, lasting=True) if lasting else outcome
