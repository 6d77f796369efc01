"""Claim next, for everybody who asks at the same time, with one statement and one commit.

Why: SKIP LOCKED gets slower the more connections race, each stepping over what the others have locked. Here the
waiters of one process and organization gather while the batch before theirs runs; nobody waits for company. Between
processes SKIP LOCKED still guards. Each keeps their exclusions: nobody is given what they escalated themselves.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.db.transaction import Database, tenant
from warmline.flows.events import about
from warmline.handoffs.access import check_may_claim
from warmline.handoffs.due import lease_end
from warmline.handoffs.model import Handoff
from warmline.handoffs.queries import ORDER, waiting
from warmline.timeline.record import record_all

LARGEST = 200  # waiters of one batch
SPARE = 10  # candidates more than waiters, for exclusions

TAKE = text("""
WITH pair AS (SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:whos AS uuid[])) AS pair (id, who)),
taken AS (
    UPDATE warmline.handoffs AS h SET state = 'claimed', claimed_by = who, claimed_at = :now, wakes_at = :lease,
        first_action_at = NULL, epoch = epoch + 1
    FROM pair WHERE h.organization_id = :organization AND h.id = pair.id AND h.state = 'ready'
    RETURNING h.id, h.case_id, h.epoch, who)
UPDATE warmline.cases AS c SET status = 'active', handler_user_id = who, epoch = taken.epoch
FROM taken WHERE c.organization_id = :organization AND c.id = taken.case_id AND c.status = 'escalated'
RETURNING taken.id, c.id AS case_id, c.owner_member_id
""")


@dataclass(eq=False)
class Waiter:
    """Somebody who asks for the next one."""

    caller: Caller
    squad_id: UUID | None
    future: "asyncio.Future[UUID | None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    gone: bool = False


async def claim_next(session: AsyncSession, caller: Caller, squad_id: UUID | None, now: datetime) -> Handoff | None:
    """The next one of the caller's queue, claimed, in this transaction; None where nothing waits for them."""
    check_may_claim(caller)
    query = select(Handoff).where(*waiting(caller, squad_id)).order_by(*ORDER).limit(1)
    found = (await session.scalars(query.with_for_update(skip_locked=True))).one_or_none()
    if found is None:
        return None
    return (await _take(session, [(found, caller)], now))[0]


async def _take(session: AsyncSession, pairs: Sequence[tuple[Handoff, Caller]], now: datetime) -> list[Handoff]:
    """Give locked, ready handoffs to their new owners; cases and events with them, in three statements for all."""
    organization_id = pairs[0][0].organization_id
    values: dict[str, Any] = {
        "organization": organization_id, "now": now, "lease": await lease_end(session, organization_id, now),
        "ids": [handoff.id for handoff, _ in pairs], "whos": [caller.user_id for _, caller in pairs],
    }  # fmt: skip
    owners = {row.id: row.owner_member_id for row in await session.execute(TAKE, values)}
    if len(owners) != len(pairs):
        raise RuntimeError("a ready handoff whose case is not escalated: the two have come apart")
    query = select(Handoff).where(Handoff.organization_id == organization_id, Handoff.id.in_(values["ids"]))
    await session.execute(query.execution_options(populate_existing=True))
    told = [(caller, about(handoff, owners[handoff.id], "handoff.claimed", "ready")) for handoff, caller in pairs]
    await record_all(session, organization_id, now, told)
    return [handoff for handoff, _ in pairs]


class NextClaims:
    """Serves all waiters of this process, an organization at a time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: dict[UUID, list[Waiter]] = {}
        self._serving: dict[UUID, asyncio.Task[None]] = {}

    async def next(self, caller: Caller, squad_id: UUID | None) -> UUID | None:
        """The id of the handoff that is the caller's from now on; None where nothing waits. Raises Forbidden."""
        check_may_claim(caller)
        waiter = Waiter(caller, squad_id)
        organization = caller.organization_id
        self._waiting.setdefault(organization, []).append(waiter)
        if organization not in self._serving:
            self._serving[organization] = asyncio.create_task(self._serve(organization))
        try:
            return await waiter.future
        except asyncio.CancelledError:
            waiter.gone = True
            raise

    async def _serve(self, organization: UUID) -> None:
        try:
            while batch := self._next_batch(organization):
                try:
                    await self._answer(organization, batch)
                except Exception as problem:  # each waiter hears of it, and the next batch goes on
                    _fail(batch, problem)
        finally:
            del self._serving[organization]
            self._waiting.pop(organization, None)

    def _next_batch(self, organization: UUID) -> list[Waiter]:
        gathered = [waiter for waiter in self._waiting.get(organization, []) if not waiter.gone]
        self._waiting[organization] = gathered[LARGEST:]
        return gathered[:LARGEST]

    async def _answer(self, organization: UUID, batch: list[Waiter]) -> None:
        async with self.database.transaction(tenant(organization)) as unit:
            given = await give(unit.session, batch, unit.now)
        for waiter in batch:
            if not waiter.future.done():
                waiter.future.set_result(given.get(waiter))


def _fail(batch: Sequence[Waiter], problem: Exception) -> None:
    for waiter in batch:
        if not waiter.future.done():
            waiter.future.set_exception(problem)


async def give(session: AsyncSession, batch: Sequence[Waiter], now: datetime) -> dict[Waiter, UUID]:
    """Match waiters with what is ready, in the order of the queue, and take it for them, in this transaction."""
    organization = batch[0].caller.organization_id
    ready = and_(Handoff.organization_id == organization, Handoff.state == "ready")
    query = select(Handoff).where(ready).order_by(*ORDER).limit(len(batch) + SPARE)
    free = list(await session.scalars(query.with_for_update(skip_locked=True)))
    pairs: list[tuple[Handoff, Waiter]] = []
    for waiter in batch:
        found = next((one for one in free if suits(one, waiter)), None)
        if found is not None:
            free.remove(found)
            pairs.append((found, waiter))
    if pairs:
        await _take(session, [(handoff, waiter.caller) for handoff, waiter in pairs], now)
    given = {waiter: handoff.id for handoff, waiter in pairs}
    seen_all = len(free) + len(pairs) < len(batch) + SPARE  # otherwise there may be more behind what was looked at
    for waiter in [] if seen_all else batch:
        if waiter not in given and (one := await claim_next(session, waiter.caller, waiter.squad_id, now)):
            given[waiter] = one.id
    return given


def suits(handoff: Handoff, waiter: Waiter) -> bool:
    """Whether this waiter may have this one."""
    if handoff.escalated_by_user_id is not None and handoff.escalated_by_user_id == waiter.caller.user_id:
        return False
    return waiter.squad_id is None or waiter.squad_id == handoff.squad_id
