"""What the clock does by itself: leases lapse, snoozed work returns, parked work becomes ready. In chunks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.handoffs.lifecycle import ARROWS, WAKING

# The arrows are data that is joined, so that this statement and the table in Python cannot disagree. Parked work gets
# a new promise when it becomes ready (the old one was the escalator's to themselves); the rest keeps its due time. What
# was parked had no owner but its escalator, so its epoch stays, and their agent goes on adding to the case.
SWEEP = text("""
WITH arrow AS (SELECT * FROM unnest(CAST(:was AS text[]), CAST(:became AS text[])) AS arrow (was, became)),
due AS MATERIALIZED (
    SELECT h.id, h.state, h.priority, h.claimed_by FROM warmline.handoffs h
    WHERE h.organization_id = :organization AND h.wakes_at <= :now AND h.state = ANY (CAST(:was AS text[]))
    ORDER BY h.wakes_at LIMIT :most FOR UPDATE SKIP LOCKED)
UPDATE warmline.handoffs AS handoff SET state = became, wakes_at = NULL, claimed_by = NULL, claimed_at = NULL,
    first_action_at = NULL, epoch = CASE due.state WHEN 'parked' THEN epoch ELSE epoch + 1 END,
    due_at = CASE due.state WHEN 'parked' THEN
        :now + make_interval(secs => CAST(CAST(:due_seconds AS jsonb) ->> due.priority AS integer)) ELSE due_at END
FROM due JOIN arrow ON arrow.was = due.state
WHERE handoff.organization_id = :organization AND handoff.id = due.id
RETURNING handoff.id, handoff.case_id, handoff.squad_id, handoff.epoch, handoff.due_at, handoff.priority,
    handoff.escalated_by_member_id, handoff.escalated_by_user_id, due.state AS was, due.claimed_by AS held_by
""")


@dataclass(frozen=True)
class Woken:
    """One handoff that the clock has moved to the queue."""

    id: UUID
    case_id: UUID
    squad_id: UUID
    epoch: int
    due_at: datetime
    priority: str
    escalated_by_member_id: UUID | None
    escalated_by_user_id: UUID | None
    was: str
    held_by: UUID | None


async def wake(
    session: AsyncSession, organization_id: UUID, due_seconds: str, now: datetime, most: int
) -> Sequence[Woken]:
    """Move up to `most` handoffs whose time has come; `due_seconds` is JSON by priority. Safe beside other sweepers."""
    was = [state.value for state in WAKING]
    values: dict[str, Any] = {
        "organization": organization_id,
        "now": now,
        "most": most,
        "due_seconds": due_seconds,
        "was": was,
        "became": [ARROWS[state, act].value for state, (act, _) in WAKING.items()],
    }
    return [Woken(**row) for row in (await session.execute(SWEEP, values)).mappings()]
