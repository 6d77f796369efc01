"""What has changed since a handoff was made, as the API shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from warmline.cases.model import Fact, Message
from warmline.flows.changes import Change
from warmline.web.api.schema import Actor


class ChangeOut(BaseModel):
    """What was added or changed after the package was frozen, and before the claim.

    `id` and `text` are those of what was written; `before` and `after` of what moved: a time, a priority, a squad's id.
    """

    kind: Literal["message", "step", "fact", "task", "task_done", "task_open", "priority", "due", "squad"]
    at: datetime
    by: Actor
    id: UUID | None = None
    text: str | None = None
    before: str | None = None
    after: str | None = None


def changed(one: Change, names: Mapping[UUID, str]) -> ChangeOut:
    """From a change to what the API shows."""
    by = Actor(kind=one.actor_kind, id=str(one.actor_id) if one.actor_id else None, name=_name(one.actor_id, names))
    note = one.note
    said = {"id": note.id, "text": note.text if isinstance(note, (Message, Fact)) else note.title} if note else {}
    moved = {"before": one.before, "after": one.after}
    return ChangeOut(kind=one.kind, at=one.at, by=by, **said, **moved)


def _name(id: UUID | None, names: Mapping[UUID, str]) -> str | None:
    return names.get(id, "Warmline") if id else "Warmline"
