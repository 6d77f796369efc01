"""Handoffs written straight into their tables, with their cases, in any state: many at once, and without a server."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from tests.world import Tenant
from warmline.cases.model import Case
from warmline.handoffs.lifecycle import WAKING
from warmline.handoffs.model import Handoff
from warmline.ids import new_id

STATUS = {"ready": "escalated", "claimed": "active", "scheduled": "escalated", "parked": "parked", "closed": "closed"}


async def put(
    session: AsyncSession, who: Tenant, rows: Sequence[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """`rows` have a state, and may have wakes_in (seconds), priority and epoch. Returns the handoffs' columns."""
    made = [_handoff(who, row, now) for row in rows]
    place = {"organization_id": who.id, "squad_id": who.squad, "created_at": now}
    if made:
        await session.execute(insert(Case).values([place | _case(who, one, now) for one in made]))
        await session.execute(insert(Handoff).values([place | one for one in made]))
    return made


def _case(who: Tenant, one: dict[str, Any], now: datetime) -> dict[str, Any]:
    closed = one["state"] == "closed"
    return {
        "id": one["case_id"], "owner_member_id": who.agent.id, "title": "t", "problem": "p", "epoch": one["epoch"],
        "status": STATUS[one["state"]], "handler_user_id": one["claimed_by"],
        "ended_at": now if closed else None, "closure_reason": "other" if closed else None,
    }  # fmt: skip


def _handoff(who: Tenant, row: dict[str, Any], now: datetime) -> dict[str, Any]:
    held, closed = row["state"] == "claimed", row["state"] == "closed"
    wakes_at = now + timedelta(seconds=row.get("wakes_in", -1))
    return {
        "id": new_id(), "case_id": new_id(), "state": row["state"], "priority": row.get("priority", "normal"),
        "epoch": row.get("epoch", 0), "due_at": now - timedelta(minutes=1), "intent": "escalate",
        "wakes_at": wakes_at if row["state"] in WAKING else None,
        "claimed_by": who.ben.id if held else None, "claimed_at": now if held else None,
        "first_action_at": now if held else None,
        "owner_member_id": who.agent.id, "escalated_by_member_id": who.agent.id,
        "closed_at": now if closed else None, "closure_reason": "other" if closed else None,
    }  # fmt: skip
