"""What has changed since a handoff was made: appended by the agent, done by whoever had it before, moved.

The package is frozen at the hand-off; this is the rest of the story up to the claim. It is read from the history, so
it holds what nothing else keeps: that a task was ticked, that the due time was another one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.cases.model import Fact, Message, Step, Task
from warmline.cases.queries import Note
from warmline.handoffs.model import Handoff, Package

WRITTEN: Mapping[str, type[Note]] = {"message": Message, "step": Step, "fact": Fact, "task": Task}
MOVED = {"priority": "priority", "due_at": "due", "squad_id": "squad"}  # in an event's data, and what it is called here
# The handoff's own events from its making on, for each says how it was before the next; of the case's, what is later.
SINCE = text("""
SELECT h.id AS handoff_id, e.id, e.type, e.at, e.actor_kind, e.actor_id, e.data
FROM unnest(CAST(:ids AS uuid[]), CAST(:cases AS uuid[]), CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[]))
    AS h (id, case_id, since, until)
JOIN warmline.events e ON e.organization_id = :organization AND e.thread_id = h.case_id AND e.at >= h.since
    AND e.at <= coalesce(h.until, 'infinity')
    AND (e.subject_id = h.id OR e.at > h.since
        AND e.type IN ('case.message', 'case.step', 'case.fact', 'case.task'))
ORDER BY e.id
""")


@dataclass(frozen=True)
class Change:
    """One thing that changed; `id` is its event's. Of what was written there is the `note`; of what moved, from where
    to where: the priority, the due time (RFC 3339), the squad (its id).
    """

    id: UUID
    kind: str  # message, step, fact, task; task_done, task_open; priority, due, squad
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    note: Note | None = None
    before: str | None = None
    after: str | None = None


Changes = dict[UUID, list[Change]]


async def changes(session: AsyncSession, organization_id: UUID, rows: Sequence[tuple[Handoff, Package]]) -> Changes:
    """Of each of these handoffs, oldest first; up to the claim, or to the end."""
    if not rows:
        return {}
    found = (await session.execute(SINCE, _spans(organization_id, rows))).all()
    notes = await _notes(session, organization_id, found)
    return {
        handoff.id: list(_read([row for row in found if row.handoff_id == handoff.id], notes)) for handoff, _ in rows
    }


def people(rows: Sequence[tuple[Handoff, Package]], since: Changes) -> list[UUID | None]:
    """Everybody who is named with these handoffs."""
    return [id for handoff, _ in rows for id in (*handoff.people, *(one.actor_id for one in since[handoff.id]))]


def _spans(organization_id: UUID, rows: Sequence[tuple[Handoff, Package]]) -> dict[str, Any]:
    return {
        "organization": organization_id,
        "ids": [handoff.id for handoff, _ in rows],
        "cases": [handoff.case_id for handoff, _ in rows],
        "since": [package.frozen_at for _, package in rows],
        "until": [handoff.claimed_at or handoff.closed_at for handoff, _ in rows],
    }


async def _notes(session: AsyncSession, organization_id: UUID, found: Sequence[Row[Any]]) -> dict[UUID, Note]:
    """What was written, one statement for each kind there is."""
    notes: dict[UUID, Note] = {}
    for word, kind in WRITTEN.items():
        ids = [id for row in found if (id := _note_id(row, word))]
        if ids:
            these = kind.id == any_(literal(ids, ARRAY(Uuid)))
            found_notes: Iterable[Any] = await session.scalars(
                select(kind).where(kind.organization_id == organization_id, these)
            )
            notes |= {note.id: note for note in found_notes}
    return notes


def _note_id(row: Row[Any], word: str) -> UUID | None:
    return UUID(row.data[f"{word}_id"]) if row.type == f"case.{word}" else None


def _read(rows: Sequence[Row[Any]], notes: Mapping[UUID, Note]) -> Iterator[Change]:
    """The events of one handoff, as changes; the first of its own only says how it was."""
    was: Mapping[str, Any] = {}
    for row in rows:
        if row.type.startswith("case."):
            yield _written(row, notes)
        else:
            yield from _moved(row, was)
            was = {**was, **row.data}  # what is said of its assessment names none of these


def _written(row: Row[Any], notes: Mapping[UUID, Note]) -> Change:
    word = row.type.removeprefix("case.")
    note = notes[UUID(row.data[f"{word}_id"])]
    if word == "task" and note.created_at != row.at:  # it was there before, and is ticked now, or taken up again
        word = "task_done" if row.data["done"] else "task_open"
    return Change(row.id, word, row.at, row.actor_kind, row.actor_id, note)


def _moved(row: Row[Any], was: Mapping[str, Any]) -> Iterator[Change]:
    for name, kind in MOVED.items():
        if name in was and name in row.data and was[name] != row.data[name]:
            who = (row.at, row.actor_kind, row.actor_id)
            yield Change(row.id, kind, *who, before=was[name], after=row.data[name])
