"""Claim next, for everybody who asks at the same time, with one transaction.

Why: SKIP LOCKED gets slower the more connections race, each stepping over what the others have locked. Here the
waiters of one process and organization gather while the batch before theirs runs; nobody waits for company. Between
processes SKIP LOCKED still guards. Each keeps their exclusions: nobody is given what they escalated themselves.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, all_, and_, any_, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments.model import Assessment
from warmline.caller import Caller
from warmline.db.together import Together
from warmline.db.transaction import Database, tenant
from warmline.flows.changes import Change, changes, people
from warmline.flows.events import about
from warmline.handoffs.access import check_may_claim
from warmline.handoffs.due import lease_end
from warmline.handoffs.model import Handoff, Package
from warmline.handoffs.queries import ORDER, WITH_PACKAGE, waiting
from warmline.squads.names import names_of
from warmline.timeline.record import record_all

TRIES = 20  # how often somebody asks again while others hold all that waits
PAUSE = 0.01  # seconds between
LOOKED_AT = (Handoff.id, Handoff.escalated_by_user_id)
WITH_ASSESSMENT = and_(Assessment.organization_id == Handoff.organization_id, Assessment.handoff_id == Handoff.id)

TAKE = text("""
WITH pair AS (SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:whos AS uuid[])) AS pair (id, who)),
taken AS (
    UPDATE warmline.handoffs AS h SET state = 'claimed', claimed_by = who, claimed_at = :now, wakes_at = :lease,
        first_action_at = NULL, epoch = epoch + 1
    FROM pair WHERE h.organization_id = :organization AND h.id = pair.id AND h.state = 'ready'
    RETURNING h.id, h.case_id, h.epoch, who)
UPDATE warmline.cases AS c SET status = 'active', handler_user_id = who, epoch = taken.epoch
FROM taken WHERE c.organization_id = :organization AND c.id = taken.case_id AND c.status = 'escalated'
RETURNING taken.id, c.owner_member_id
""")


@dataclass(frozen=True)
class Waiter:
    """Somebody who asks for the next one."""

    caller: Caller
    squad_id: UUID | None


@dataclass(frozen=True)
class Claimed:
    """A handoff that has just become its claimer's, with all that is shown of it."""

    handoff: Handoff
    package: Package
    assessment: Assessment | None
    names: dict[UUID, str]
    since: list[Change]


class Held(Enum):
    """Nothing is free for them just now, but what waits is held by transactions that may yet let go of it."""

    BY_OTHERS = "by others"


class NextClaims:
    """Serves all waiters of this process, an organization at a time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._queues: dict[UUID, Together[Waiter, Claimed | Held | None]] = {}

    async def next(self, caller: Caller, squad_id: UUID | None) -> Claimed | None:
        """The handoff that is the caller's from now on; None where nothing waits for them. Raises Forbidden."""
        check_may_claim(caller)
        if (queue := self._queues.get(caller.organization_id)) is None:
            queue = self._queues[caller.organization_id] = Together(self._serve)
        for _ in range(TRIES):
            if not isinstance(found := await queue.ask(Waiter(caller, squad_id)), Held):
                return found
            await asyncio.sleep(PAUSE)
        return None

    async def _serve(self, batch: Sequence[Waiter]) -> list[Claimed | Held | None]:
        async with self.database.transaction(tenant(batch[0].caller.organization_id)) as unit:
            return await give(unit.session, batch, unit.now)


async def claim_next(session: AsyncSession, caller: Caller, squad_id: UUID | None, now: datetime) -> Claimed | None:
    """The next one of the caller's queue, claimed, in this transaction; None where nothing waits for them."""
    check_may_claim(caller)
    waiter = Waiter(caller, squad_id)
    for _ in range(TRIES):
        found = (await give(session, [waiter], now))[0]
        if not isinstance(found, Held):
            return found
        await _wait_for_first(session, waiter)  # we hold nothing, so nobody waits for us
    return None


async def give(session: AsyncSession, batch: Sequence[Waiter], now: datetime) -> list[Claimed | Held | None]:
    """Match waiters of one organization with what is ready, in the order of the queue, and take it for them."""
    ids = await _matched(session, batch)
    whos = {id: waiter.caller for id, waiter in zip(ids, batch, strict=True) if id is not None}
    claimed = await _take(session, whos, now) if whos else {}
    unserved = [waiter for id, waiter in zip(ids, batch, strict=True) if id is None]
    held = await _held(session, unserved) if unserved else set()
    return [
        claimed[id] if id is not None else Held.BY_OTHERS if waiter in held else None
        for id, waiter in zip(ids, batch, strict=True)
    ]


async def _held(session: AsyncSession, unserved: Sequence[Waiter]) -> set[Waiter]:
    """For whom something waits all the same: SKIP LOCKED also passes over what others hold and may not take."""
    found = set()
    for squad_id in {one.squad_id for one in unserved}:
        asking = [one for one in unserved if one.squad_id == squad_id]
        if await session.scalar(_ready(asking[0], squad_id).limit(1)):  # mostly not, for any of them
            found |= {one for one in asking if await session.scalar(_suited(one))}
    return found


async def _wait_for_first(session: AsyncSession, waiter: Waiter) -> None:
    """Until whoever holds the first one lets go of it, or takes it."""
    await session.execute(_suited(waiter).with_for_update(key_share=True))


async def _matched(session: AsyncSession, batch: Sequence[Waiter]) -> list[UUID | None]:
    """For each waiter the first that suits them and that nobody of the batch before them has; locked."""
    many = Counter(one.squad_id for one in batch)  # no more than they need: what is locked, others pass over
    free = {squad_id: await _first(session, batch[0], squad_id, most) for squad_id, most in many.items()}
    seen_all = {squad_id for squad_id, rows in free.items() if len(rows) < many[squad_id]}
    given: list[UUID | None] = []
    taken: set[UUID] = set()
    for waiter in batch:
        found = _suiting(free[waiter.squad_id], waiter, taken)
        if found is None and waiter.squad_id not in seen_all:  # there may be more behind what was looked at
            found = await _further(session, waiter, taken)
        given.append(found)
        taken |= {found} if found else set()
    return given


def _suiting(rows: list[Row[Any]], waiter: Waiter, taken: Set[UUID]) -> UUID | None:
    """The first of these rows that the waiter may have; it leaves the list."""
    for place, row in enumerate(rows):
        is_own = row.escalated_by_user_id is not None and row.escalated_by_user_id == waiter.caller.user_id
        if not is_own and row.id not in taken:  # it may have been taken from another squad's list
            del rows[place]
            return cast("UUID", row.id)
    return None


async def _first(session: AsyncSession, one: Waiter, squad_id: UUID | None, most: int) -> list[Row[Any]]:
    locked = _ready(one, squad_id).limit(most).with_for_update(skip_locked=True, key_share=True)
    return list(await session.execute(locked))


def _ready(one: Waiter, squad_id: UUID | None) -> Select[UUID, UUID | None]:
    """Whoever escalated it. In the order of the queue, whose index is then used, whatever the statistics say."""
    query = select(*LOOKED_AT).where(Handoff.organization_id == one.caller.organization_id, Handoff.state == "ready")
    return (query.where(Handoff.squad_id == squad_id) if squad_id else query).order_by(*ORDER)


def _suited(waiter: Waiter) -> Select[UUID]:
    """Without what they escalated themselves."""
    return select(Handoff.id).where(*waiting(waiter.caller, waiter.squad_id)).order_by(*ORDER).limit(1)


async def _further(session: AsyncSession, waiter: Waiter, taken: Set[UUID]) -> UUID | None:
    """The first for this waiter in the whole queue; SKIP LOCKED does not pass over what we hold ourselves."""
    query = _suited(waiter).where(Handoff.id != all_(_ids(list(taken))))
    return (await session.scalars(query.with_for_update(skip_locked=True, key_share=True))).one_or_none()


async def _take(session: AsyncSession, whos: Mapping[UUID, Caller], now: datetime) -> dict[UUID, Claimed]:
    """Give locked, ready handoffs to their new owners; cases and events with them, in a few statements for all."""
    organization_id = next(iter(whos.values())).organization_id
    values: dict[str, Any] = {
        "organization": organization_id, "now": now, "lease": await lease_end(session, organization_id, now),
        "ids": list(whos), "whos": [caller.user_id for caller in whos.values()],
    }  # fmt: skip
    owners = {row.id: row.owner_member_id for row in await session.execute(TAKE, values)}
    if len(owners) != len(whos):
        raise RuntimeError("a ready handoff whose case is not escalated: the two have come apart")
    claimed = await _read(session, organization_id, list(whos))
    told = [
        (whos[id], about(one.handoff, owners[id], "handoff.claimed", "ready")) for id, one in claimed.items()
    ]  # fmt: skip
    await record_all(session, organization_id, now, told)
    return claimed


async def _read(session: AsyncSession, organization_id: UUID, ids: list[UUID]) -> dict[UUID, Claimed]:
    """What the claimers are shown, for all of them at once."""
    query = select(Handoff, Package, Assessment).join(Package, WITH_PACKAGE).outerjoin(Assessment, WITH_ASSESSMENT)
    mine = query.where(Handoff.organization_id == organization_id, Handoff.id == any_(_ids(ids)))
    rows = (await session.execute(mine.execution_options(populate_existing=True))).all()
    pairs = [(row[0], row[1]) for row in rows]
    since = await changes(session, organization_id, pairs)
    names = await names_of(session, organization_id, people(pairs, since))
    return {row[0].id: Claimed(row[0], row[1], row[2], names, since[row[0].id]) for row in rows}


def _ids(ids: list[UUID]) -> ColumnElement[Any]:
    """One array, so that the statement is the same however many there are, and stays prepared."""
    return literal(ids, ARRAY(Uuid))
