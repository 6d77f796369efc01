"""Taking what is due: a lease moves its due time ahead, and whoever is killed meanwhile leaves it due again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LEASE = timedelta(seconds=60)  # longer than any way may take for one try

# Channel by channel, each a few: what is stuck behind one target takes nobody else's turn.
TAKE = text("""
WITH room AS (SELECT * FROM unnest(CAST(:busy AS uuid[]), CAST(:used AS integer[])) AS room (id, used)),
due AS MATERIALIZED (
    SELECT d.id FROM warmline.channels c LEFT JOIN room ON room.id = c.id
    CROSS JOIN LATERAL (
        SELECT d.id, d.next_at FROM warmline.deliveries d
        WHERE d.organization_id = :organization AND d.channel_id = c.id AND d.next_at <= :now
        ORDER BY d.next_at LIMIT greatest(0, CASE WHEN c.id = ANY (CAST(:slow AS uuid[])) THEN 1 ELSE :each END
            - coalesce(room.used, 0))
        FOR UPDATE SKIP LOCKED) AS d
    WHERE c.organization_id = :organization
    ORDER BY d.next_at LIMIT :most)
UPDATE warmline.deliveries AS d SET next_at = :lease FROM due
WHERE d.organization_id = :organization AND d.id = due.id
RETURNING d.id, d.channel_id, d.event_id, d.attempts
""")


@dataclass(frozen=True)
class Taken:
    """A delivery whose try is ours until the lease ends. `attempts` were made before."""

    organization_id: UUID
    id: UUID
    channel_id: UUID
    event_id: UUID
    attempts: int
    lease: datetime


@dataclass(frozen=True)
class Room:
    """How much may be begun: `most` in all, `each` on one channel, one on those that are slow; what is being done."""

    most: int
    each: int
    used: dict[UUID, int]
    slow: frozenset[UUID]


async def take(session: AsyncSession, organization_id: UUID, now: datetime, room: Room) -> Sequence[Taken]:
    """Take what is due and has room. Safe beside other processes that do the same."""
    lease = now + LEASE
    values: dict[str, Any] = {
        "organization": organization_id, "now": now, "lease": lease, "most": room.most, "each": room.each,
        "busy": list(room.used), "used": list(room.used.values()), "slow": list(room.slow),
    }  # fmt: skip
    rows = await session.execute(TAKE, values)
    return [Taken(organization_id, row.id, row.channel_id, row.event_id, row.attempts, lease) for row in rows]
