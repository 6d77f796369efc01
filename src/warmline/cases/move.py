"""Moving a case along the arrows, with its epoch. The flows call this beside the handoff's own move."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.cases.lifecycle import Act, after
from warmline.cases.model import Case

UNOWNED = (Act.GIVE_BACK, Act.ESCALATE, Act.PARK, Act.RETURN)


async def lock(session: AsyncSession, organization_id: UUID, case_id: UUID) -> Case:
    """The case, held until the transaction ends. A handoff that exists is locked before its case, always."""
    query = select(Case).where(Case.organization_id == organization_id, Case.id == case_id)
    held = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(held)).one()


async def move(
    session: AsyncSession, case: Case, act: Act, *, epoch: int | None = None, handler: UUID | None = None
) -> str:
    """Take one arrow; returns the status before. Raises Conflict where none leads on."""
    before = case.status
    values = {"status": after(before, act), "epoch": case.epoch if epoch is None else epoch, "handler_user_id": handler}
    await _update(session, case, values)
    return before


async def end(
    session: AsyncSession,
    case: Case,
    act: Act,
    reason: str,
    summary: str | None,
    now: datetime,
    epoch: int | None = None,
) -> str:
    """Resolve or close, with the reason; the handler stays, as the one who did it. Returns the status before."""
    before = case.status
    ended = {"status": after(before, act), "ended_at": now, "closure_reason": reason, "summary": summary}
    await _update(session, case, ended | ({} if epoch is None else {"epoch": epoch}))
    return before


async def _update(session: AsyncSession, case: Case, values: dict[str, object]) -> None:
    mine = (Case.organization_id == case.organization_id, Case.id == case.id)
    await session.execute(update(Case).where(*mine).values(**values), execution_options={"synchronize_session": False})
    await session.refresh(case)


async def locked(session: AsyncSession, organization_id: UUID, case_ids: Sequence[UUID]) -> dict[UUID, Case]:
    """Several cases, locked in the order of their ids, so that two batches never wait for each other in a circle."""
    query = select(Case).where(Case.organization_id == organization_id, Case.id.in_(case_ids)).order_by(Case.id)
    held = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {case.id: case for case in await session.scalars(held)}
