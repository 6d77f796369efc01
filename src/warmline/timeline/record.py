"""Recording: one statement for all events of an act, in the transaction of the act."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.ids import new_id

# What has to go out, and what is put on the bell, is written by the same statement: it costs no round trip, and is
# there exactly if the event is. What is private to somebody goes out to nobody else: told to them by name, it goes out
# to themselves. Nor do deliveries go out, without end.
RECORD = text("""
WITH told AS (
    INSERT INTO warmline.events (organization_id, id, at, type, subject_kind, subject_id, thread_id,
        from_state, to_state, actor_kind, actor_id, request_id, data, member_id, private_to, hidden_from)
    SELECT :organization, id, :at, type, subject_kind, subject_id, thread_id,
        from_state, to_state, actor_kind, actor_id, request_id, data, member_id, private_to, hidden_from
    FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e (id uuid, type text, subject_kind text, subject_id uuid,
        thread_id uuid, from_state text, to_state text, actor_kind text, actor_id uuid, request_id text, data jsonb,
        member_id uuid, private_to uuid, hidden_from uuid)
    RETURNING id, type, subject_kind, subject_id, data, private_to, hidden_from),
due AS (
    INSERT INTO warmline.deliveries (organization_id, id, channel_id, event_id, event_type, subject_kind, subject_id,
        next_at, created_at)
    SELECT :organization, warmline.new_id(), c.id, told.id, type, subject_kind, subject_id, :at, :at
    FROM told JOIN warmline.channels c ON c.organization_id = :organization AND c.disabled_at IS NULL
        AND CASE type WHEN 'channel.tested' THEN c.id = subject_id
            WHEN 'notification.created' THEN c.config ->> 'whom' = 'named'
            ELSE c.event_types && ARRAY[CAST(type AS text), split_part(type, '.', 1) || '.*', '*']
                AND c.id <> subject_id AND (c.squad_id IS NULL OR CAST(c.squad_id AS text) = data ->> 'squad_id') END
    WHERE private_to IS NULL AND subject_kind NOT IN ('notification', 'delivery')
        OR private_to IS NOT NULL AND type = 'notification.created' AND data ->> 'kind' IN ('escalation', 'transfer')),
bell AS (
    INSERT INTO warmline.notifications (organization_id, id, event_id, kind, handoff_id, user_id, hidden_from, named,
        created_at)
    SELECT :organization, subject_id, id, data ->> 'kind', CAST(data ->> 'handoff_id' AS uuid), private_to,
        hidden_from, CAST(data ->> 'named' AS uuid), :at
    FROM told WHERE type = 'notification.created')
INSERT INTO warmline.event_inbox (organization_id, event_id) SELECT :organization, id FROM told ORDER BY id
""")


@dataclass(frozen=True)
class Entry:
    """What happened to one thing. `data` holds ids, states and figures, never what somebody wrote."""

    type: str
    subject: tuple[str, UUID]
    from_state: str | None = None
    to_state: str | None = None
    thread_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    member_id: UUID | None = None
    private_to: UUID | None = None
    hidden_from: UUID | None = None

    def row(self, actor: Caller) -> dict[str, Any]:
        """As the statement takes it."""
        kind, subject = self.subject
        rest = {name: getattr(self, name) for name in ("thread_id", "member_id", "private_to", "hidden_from", "data")}
        what = {"type": self.type, "subject_kind": kind, "subject_id": subject}
        who = {"actor_kind": actor.kind, "actor_id": actor.id, "request_id": actor.request_id}
        return {"id": new_id(), "from_state": self.from_state, "to_state": self.to_state} | what | who | rest


async def record(session: AsyncSession, caller: Caller, now: datetime, *entries: Entry) -> None:
    """Add events to the history; the streams look again when the transaction has committed."""
    await record_all(session, caller.organization_id, now, [(caller, entry) for entry in entries])


async def record_all(
    session: AsyncSession, organization_id: UUID, now: datetime, told: Sequence[tuple[Caller, Entry]]
) -> None:
    """The same for events of several actors of one organization."""
    rows = json.dumps([entry.row(actor) for actor, entry in told], default=str)
    await session.execute(RECORD, {"organization": organization_id, "at": now, "entries": rows})
    session.info["told"] = True
