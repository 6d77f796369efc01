"""Ending a handoff, with a reason of the organization's own list."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.errors import Invalid
from warmline.handoffs.hold import change
from warmline.handoffs.lifecycle import Act
from warmline.handoffs.model import Handoff, Package
from warmline.organizations.close_reasons import missing_fields, offered


async def check_reason(
    session: AsyncSession, organization_id: UUID, reason: str, notes: str | None, fields: dict[str, Any] | None
) -> None:
    """A reason the organization offers, with the notes and fields it wants. Raises Invalid with what is left out."""
    known = {row.key: row for row in await offered(session, organization_id)}
    if reason not in known:
        raise Invalid.field("reason", f"expected one of {', '.join(known)}")
    errors = missing_fields(known[reason], fields)
    if known[reason].requires_notes and not (notes or "").strip():
        errors.append({"field": "notes", "message": f"the reason “{known[reason].label}” wants a line that says more"})
    if errors:
        raise Invalid("; ".join(f"{error['field']}: {error['message']}" for error in errors), errors)


async def close(
    session: AsyncSession, handoff: Handoff, reason: str, outcome: str | None, fields: dict[str, Any] | None,
    now: datetime, *, raise_epoch: bool = False,
) -> Handoff:  # fmt: skip
    """End it, keeping who held it. The caller was checked; `raise_epoch` where the ownership passes on."""
    ended: dict[str, Any] = {"state": "closed", "closed_at": now, "closure_reason": reason, "wakes_at": None}
    if raise_epoch:
        ended["epoch"] = Handoff.epoch + 1
    if handoff.claimed_by is None:
        ended["claimed_at"] = None
    closed = await change(session, handoff, Act.CLOSE, ended)
    mine = (Package.organization_id == closed.organization_id, Package.handoff_id == closed.id)
    await session.execute(update(Package).where(*mine).values(outcome=outcome, fields=fields))
    return closed
