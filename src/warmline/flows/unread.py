"""What is unread on the bell: told, not read, and still waiting for somebody.

An escalation and a lapse wait while the handoff is on the desk, a transfer while whom it was passed to holds it. So
what is unread is found from the open handoffs, which are few, and never from all that anybody was ever told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LOOKED_AT = 1000  # the newest open handoffs: a bell counts no further than a hundred
TOLD = """
WITH open AS MATERIALIZED (
    SELECT h.id, h.state, h.claimed_by FROM warmline.handoffs h
    WHERE h.organization_id = :organization AND h.state IN ('ready', 'claimed') ORDER BY h.id DESC LIMIT :most),
told AS MATERIALIZED (
    SELECT n.id, n.user_id, n.hidden_from, n.named, n.created_at
    FROM open JOIN warmline.notifications n ON n.organization_id = :organization AND n.handoff_id = open.id
    WHERE CASE n.kind WHEN 'transfer' THEN open.claimed_by = n.user_id ELSE open.state = 'ready' END),
marked AS MATERIALIZED (
    SELECT r.user_id, r.notification_id FROM told
    JOIN warmline.notification_reads r ON r.organization_id = :organization AND r.notification_id = told.id
    WHERE CAST(:me AS uuid) IS NULL OR r.user_id = :me)
"""
# Who is left out of what all are told is a pair, and each pair counts once: somebody may be left out for two reasons.
COUNTS = text(f"""{TOLD},
apart AS (
    SELECT hidden_from AS who, id FROM told WHERE user_id IS NULL AND hidden_from IS NOT NULL
    UNION SELECT named, id FROM told WHERE user_id IS NULL AND named IS NOT NULL
    UNION SELECT m.user_id, told.id FROM told JOIN marked m ON m.notification_id = told.id WHERE told.user_id IS NULL
    UNION SELECT u.id, told.id FROM warmline.users u JOIN told ON told.created_at < u.created_at
        WHERE u.organization_id = :organization AND told.user_id IS NULL
            AND (CAST(:me AS uuid) IS NULL OR u.id = :me)),
own AS (
    SELECT user_id AS who FROM told WHERE user_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM marked m WHERE m.notification_id = told.id AND m.user_id = told.user_id))
SELECT CAST(NULL AS uuid) AS who, count(*) AS many FROM told WHERE user_id IS NULL
UNION ALL SELECT who, -count(*) FROM apart GROUP BY who
UNION ALL SELECT who, count(*) FROM own GROUP BY who
""")
MINE = text(f"""{TOLD}
SELECT id FROM told WHERE (user_id = :me OR (user_id IS NULL AND hidden_from IS DISTINCT FROM :me
        AND named IS DISTINCT FROM :me AND created_at >= (SELECT created_at FROM warmline.users
            WHERE organization_id = :organization AND id = :me)))
    AND NOT EXISTS (SELECT FROM marked m WHERE m.notification_id = told.id)
ORDER BY id DESC
""")


@dataclass(frozen=True)
class Unread:
    """How many all are told of, and by how much somebody's count is another one."""

    many: int = 0
    apart: Mapping[UUID, int] = field(default_factory=dict)

    def of(self, user_id: UUID | None) -> int:
        """The count of one person."""
        return max(0, self.many + self.apart.get(user_id, 0)) if user_id else 0


async def unread(session: AsyncSession, organization_id: UUID, user_id: UUID | None = None) -> Unread:
    """The counts of all who work the queue, or (faster) of one person alone."""
    rows = (await session.execute(COUNTS, _of(organization_id, user_id))).all()
    apart: dict[UUID, int] = {}
    for who, many in rows:
        if who is not None:
            apart[who] = apart.get(who, 0) + many
    return Unread(next(many for who, many in rows if who is None), apart)


async def unread_ids(session: AsyncSession, organization_id: UUID, user_id: UUID) -> list[UUID]:
    """What one person has not read and still waits, newest first."""
    return list((await session.scalars(MINE, _of(organization_id, user_id))).all())


def _of(organization_id: UUID, user_id: UUID | None) -> dict[str, object]:
    return {"organization": organization_id, "me": user_id, "most": LOOKED_AT}
