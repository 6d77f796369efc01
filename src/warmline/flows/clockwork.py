"""What happens by itself, job by job: leases lapse, put-off work returns, old keys are dropped."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import job
from warmline.cases.lifecycle import Act
from warmline.cases.model import Case
from warmline.cases.move import locked, move
from warmline.flows.notify import told
from warmline.handoffs.lifecycle import WAKING, State
from warmline.handoffs.sweep import Woken, wake
from warmline.organizations import settings
from warmline.organizations.model import IdempotencyKey
from warmline.timeline.record import Entry, record
from warmline.times import rfc3339

CHUNK = 500


async def wake_handoffs(session: AsyncSession, organization_id: UUID, now: datetime) -> int:
    """Move one chunk of handoffs whose time has come, each with its case and its event; returns how many."""
    due_seconds = (await settings.get(session, organization_id)).due_seconds.model_dump_json()
    woken = await wake(session, organization_id, due_seconds, now, CHUNK)
    cases = await locked(session, organization_id, [one.case_id for one in woken])
    entries = [await _back_in_the_queue(session, one, cases[one.case_id]) for one in woken]
    entries += [entry for one in woken for entry in _on_the_bell(one)]
    if entries:
        await record(session, job("clock", organization_id), now, *entries)
    return len(woken)


async def _back_in_the_queue(session: AsyncSession, one: Woken, case: Case) -> Entry:
    await move(session, case, Act.ESCALATE if one.was == State.PARKED else Act.GIVE_BACK, epoch=one.epoch)
    _, type = WAKING[State(one.was)]
    data = {
        "handoff_id": str(one.id), "case_id": str(one.case_id), "squad_id": str(one.squad_id), "epoch": one.epoch,
        "priority": one.priority, "due_at": rfc3339(one.due_at),
    }  # fmt: skip
    return Entry(
        type,
        ("handoff", one.id),
        one.was,
        "ready",
        thread_id=case.id,
        member_id=case.owner_member_id,
        hidden_from=one.escalated_by_user_id,
        data=data | ({"held_by": str(one.held_by)} if one.held_by else {}),
    )


def _on_the_bell(one: Woken) -> list[Entry]:
    """What was parked is an escalation now; who let a claim lie is told that it is gone."""
    if one.was == State.PARKED:
        return [told(one.id, "escalation", None, one.escalated_by_user_id)]
    return [told(one.id, "lapse", one.held_by)] if one.was == State.CLAIMED else []


async def drop_old_keys(session: AsyncSession, organization_id: UUID, now: datetime) -> int:
    """Forget idempotency keys whose day has passed; returns 0, for there is never a second round."""
    old = (IdempotencyKey.organization_id == organization_id, IdempotencyKey.expires_at < now)
    await session.execute(delete(IdempotencyKey).where(*old))
    return 0
