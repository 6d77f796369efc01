"""Which tokens and sessions are still good; streams ask, for they outlive the request that opened them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

STILL_GOOD = text("""
SELECT t.id FROM warmline.tokens t
LEFT JOIN warmline.members m ON m.organization_id = t.organization_id AND m.id = t.member_id
LEFT JOIN warmline.users u ON u.organization_id = t.organization_id AND u.id = coalesce(t.user_id, m.user_id)
WHERE t.organization_id = :organization AND t.id = ANY (CAST(:ids AS uuid[]))
    AND t.revoked_at IS NULL AND m.left_at IS NULL AND u.disabled_at IS NULL
UNION ALL
SELECT s.id FROM warmline.sessions s
JOIN warmline.users u ON u.organization_id = s.organization_id AND u.id = s.user_id
WHERE s.organization_id = :organization AND s.id = ANY (CAST(:ids AS uuid[]))
    AND s.ended_at IS NULL AND s.expires_at > :now AND u.disabled_at IS NULL
""")


async def still_good(
    session: AsyncSession, organization_id: UUID, credential_ids: Iterable[UUID], now: datetime
) -> set[UUID]:
    """Those of the credentials that may still be used."""
    values = {"organization": organization_id, "ids": list(credential_ids), "now": now}
    return {row.id for row in await session.execute(STILL_GOOD, values)}
