"""The organization's own baseline: stopwatch entries of how long a pickup took without Warmline."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import NotFound
from warmline.ids import new_id
from warmline.measures.model import Baseline
from warmline.squads.seats import get_squad
from warmline.timeline.record import Entry, record


def entries(caller: Caller, squad_id: UUID | None = None) -> Select[Baseline]:
    """The query for the entries that count; of one squad, those for everybody count, too."""
    query = select(Baseline).where(Baseline.organization_id == caller.organization_id, Baseline.withdrawn_at.is_(None))
    return query.where((Baseline.squad_id == squad_id) | Baseline.squad_id.is_(None)) if squad_id else query


async def add(
    session: AsyncSession, caller: Caller, seconds: int, note: str | None, squad_id: UUID | None, now: datetime
) -> Baseline:
    """Note what one pickup took, in seconds; operators and above. Raises Forbidden, NotFound for the squad."""
    caller.must_be("operator")
    assert caller.user_id is not None  # an operator is a person
    if squad_id is not None:
        await get_squad(session, caller, squad_id)
    made = Baseline(
        organization_id=caller.organization_id, id=new_id(), seconds=seconds, note=note, squad_id=squad_id,
        by_user_id=caller.user_id, created_at=now,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    await record(session, caller, now, Entry("baseline.added", ("baseline", made.id), data={"seconds": seconds}))
    return made


async def withdraw(session: AsyncSession, caller: Caller, baseline_id: UUID, now: datetime) -> None:
    """It counts no more; admins, or who noted it. Raises NotFound, Forbidden."""
    found = await _locked(session, caller, baseline_id)
    if found.withdrawn_at is not None:
        raise NotFound("There is no such entry, or it was withdrawn.")
    await _set(session, caller, baseline_id, now)
    await record(session, caller, now, Entry("baseline.withdrawn", ("baseline", baseline_id)))


async def restore(session: AsyncSession, caller: Caller, baseline_id: UUID, now: datetime) -> Baseline:
    """It counts again, as it was noted; admins, or who noted it. Safe to call again. Raises NotFound, Forbidden."""
    found = await _locked(session, caller, baseline_id)
    if found.withdrawn_at is not None:
        await _set(session, caller, baseline_id, None)
        await record(session, caller, now, Entry("baseline.restored", ("baseline", baseline_id)))
        await session.refresh(found)
    return found


async def _locked(session: AsyncSession, caller: Caller, baseline_id: UUID) -> Baseline:
    mine = (Baseline.organization_id == caller.organization_id, Baseline.id == baseline_id)
    found = (await session.scalars(select(Baseline).where(*mine).with_for_update())).one_or_none()
    if found is None:
        raise NotFound("There is no such entry.")
    if found.by_user_id != caller.user_id:
        caller.must_be("admin")
    return found


async def _set(session: AsyncSession, caller: Caller, baseline_id: UUID, withdrawn_at: datetime | None) -> None:
    mine = (Baseline.organization_id == caller.organization_id, Baseline.id == baseline_id)
    await session.execute(update(Baseline).where(*mine).values(withdrawn_at=withdrawn_at))
