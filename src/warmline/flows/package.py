"""The context package: everything that gathered in a case, frozen as it is handed over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.cases.model import Case, Fact, Message, Step, Task
from warmline.cases.queries import Gathered, Note, gathered
from warmline.squads.names import names_of
from warmline.times import rfc3339

LAST_MESSAGES = 50
WRITTEN = {
    Message: ("role", "text"),
    Step: ("title", "kind", "result", "evidence"),
    Fact: ("text", "origin", "source"),
    Task: ("title", "done"),
}


async def freeze(session: AsyncSession, case: Case, now: datetime) -> dict[str, Any]:
    """The package as JSON: problem, customer, ticket, steps, facts, tasks and the last messages."""
    whole = await gathered(session, case)
    names = await names_of(session, case.organization_id, {_author(note) for note in whole.notes})
    return {
        "problem": case.problem,
        "customer": case.customer,
        "ticket": case.ticket,
        "domain": case.domain,
        "frozen_at": rfc3339(now),
    } | parts(whole, names, LAST_MESSAGES)


def parts(whole: Gathered, names: Mapping[UUID, str], messages: int | None = None) -> dict[str, Any]:
    """The notes as JSON, oldest first; of the messages, the last so many."""
    said = whole.messages[-messages:] if messages else whole.messages
    return {
        "steps": [noted(note, names) for note in whole.steps],
        "facts": [noted(note, names) for note in whole.facts],
        "tasks": [noted(note, names) for note in whole.tasks],
        "messages": [noted(note, names) for note in said],
    }


def noted(note: Note, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One note as JSON, with its author and time."""
    author = _author(note)
    by = (
        {"kind": "user" if note.by_user_id else "agent", "id": str(author), "name": names.get(author)}
        if author
        else None
    )
    written = {name: getattr(note, name) for name in WRITTEN[type(note)]}
    return {"id": str(note.id)} | written | {"by": by, "at": rfc3339(note.created_at)}


def _author(note: Note) -> UUID | None:
    return note.by_user_id or note.by_member_id
