"""Row 8: what claiming the next one costs with a thousand, and with a million, waiting in one organization."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from _common import People, app_database, migrated, people, spread, superuser, table, verdict
from _fill import arrive, fill
from warmline.db.embedded import EmbeddedPostgres
from warmline.db.transaction import Database, tenant
from warmline.flows.claim_next import Claimed, Waiter, give

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS, SINGLES, BATCH = 20, 10, 50  # a round is ten claims and one batch, at each size
LOOK = """
SELECT id, escalated_by_user_id FROM warmline.handoffs WHERE organization_id = $1 AND state = 'ready'
ORDER BY place, due_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""


@dataclass
class Depth:
    """A database in which so many wait; the milliseconds of each claim, and of each batch."""

    size: int
    database: Database
    people: People
    admin: asyncpg.Connection
    single: list[float] = field(default_factory=list)
    batch: list[float] = field(default_factory=list)

    async def claim(self, many: int) -> float:
        """The milliseconds it takes, in a transaction of its own; then as many come in as were claimed."""
        waiters = [Waiter(caller, None) for caller in self.people.callers[:many]]
        start = time.perf_counter()
        async with self.database.transaction(tenant(self.people.id)) as unit:
            given = await give(unit.session, waiters, unit.now)
        spent = time.perf_counter() - start
        assert len({one.handoff.id for one in given if isinstance(one, Claimed)}) == many
        await arrive(self.admin, self.people, many)
        return spent * 1000

    async def check(self) -> None:
        """So many still wait, and the look at the head of the queue goes by its index, under row-level security."""
        assert await self.admin.fetchval("SELECT count(*) FROM warmline.handoffs WHERE state = 'ready'") == self.size
        async with self.database.transaction(tenant(self.people.id)) as unit:
            query = "EXPLAIN " + LOOK.replace("$1", f"'{self.people.id}'")
            rows = (await (await unit.session.connection()).exec_driver_sql(query)).scalars().all()
        plan = "\n".join(rows)
        assert "Index Scan using handoffs_queue_idx" in plan, plan
        assert "Sort" not in plan, plan


async def depth(postgres: EmbeddedPostgres) -> None:
    """One database per size, on one server; they take turns claim by claim, so that what disturbs one disturbs all."""
    depths = [await _made(postgres, size) for size in SIZES]
    for _ in range(ROUNDS):
        for _ in range(SINGLES):
            for one in depths:
                one.single.append(await one.claim(1))
        for one in depths:
            one.batch.append(await one.claim(BATCH))
    for one in depths:
        await one.check()
        await one.admin.close()
        await one.database.close()
    _print(depths)


async def _made(postgres: EmbeddedPostgres, size: int) -> Depth:
    name = f"depth_{size}"
    database = app_database(await migrated(postgres, name))
    made = Depth(size, database, await people(database, BATCH), await superuser(postgres, name))
    await fill(made.admin, made.people, size)
    for many in (1, BATCH, 1, BATCH):  # to warm up
        await made.claim(many)
    return made


def _print(depths: Sequence[Depth]) -> None:
    table(
        ("waiting", "claim one, ms: median (least to greatest)", "a batch of 50, ms"),
        *((f"{one.size:,}", spread(one.single, ".2f"), spread(one.batch, ".1f")) for one in depths),
    )
    one, fifty = (middle(depths[-1], kind) / middle(depths[0], kind) for kind in ("single", "batch"))
    measured = f"{one:.2f} x for one, {fifty:.2f} x for a batch of 50, from 1,000 to 1,000,000 waiting"
    verdict(8, measured, "<= 1.3 x", max(one, fifty) <= 1.3)


def middle(depth: Depth, kind: str) -> float:
    """The median."""
    values = sorted(getattr(depth, kind))
    return float(values[len(values) // 2])
