"""Claim next: 100 people racing (row 6), and what it costs with a million waiting (row 8); see docs/benchmarks.md."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from _common import (
    HERE,
    People,
    answered,
    app_database,
    durable,
    in_process,
    migrated,
    people,
    percentile,
    process,
    run,
    serving,
    spread,
    superuser,
    table,
    verdict,
)
from _fill import agent, fill, settle
from _peer import CLAIM_NEXT, SCHEMA
from _peer import FILL as PEER_FILL

import sys

from warmline.db.connections import Urls
from warmline.db.embedded import EmbeddedPostgres
from warmline.flows.claim_next import NextClaims

RACERS, ROUNDS = 100, 3
HTTP, BARE = 3000, 5000  # handoffs waiting at the start of a round
PORT, PEER_PORT = 8461, 8462
POOLS = (10, 2)  # asyncpg's default; and about the best for SKIP LOCKED, which likes little company


@dataclass
class Racing:
    """What came of the rounds of one contestant."""

    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def add(self, waiting: int, seconds: float, latencies: Sequence[float], ids: Sequence[str]) -> None:
        """One round; it counts if each handoff was claimed, and once."""
        assert len(ids) == len(set(ids)) == waiting, f"{waiting} waited; {len(ids)} claims of {len(set(ids))}"
        self.rates.append(waiting / seconds)
        self.p50.append(percentile(latencies, 0.5) * 1000)
        self.p99.append(percentile(latencies, 0.99) * 1000)

    def row(self, name: str) -> tuple[str, ...]:
        """For the table."""
        return name, spread(self.rates), spread(self.p50, ".1f"), spread(self.p99, ".1f")


HEAD = ("claims by 100 people at once", "claims/s: median (least to greatest)", "p50 ms", "p99 ms")


def times(ours: Racing, peer: Racing) -> tuple[float, float]:
    """How many times the throughput, and how many times shorter the p99."""
    return (
        statistics.median(ours.rates) / statistics.median(peer.rates),
        statistics.median(peer.p99) / statistics.median(ours.p99),
    )


class Stage:
    """A database with our schema and one with the peer's, on the same server."""

    def __init__(self, postgres: EmbeddedPostgres, urls: Urls, who: People, admin: Any, peer: Any, member: UUID) -> None:
        self.postgres, self.urls, self.people, self.admin, self.peer, self.member = postgres, urls, who, admin, peer, member

    async def fill_ours(self, many: int) -> None:
        """Handoffs for the next round."""
        await fill(self.admin, self.people.id, self.people.squad_id, self.member, many)

    async def fill_peer(self, many: int) -> None:
        """The same for the peer."""
        await self.peer.execute(PEER_FILL, many)
        await settle(self.peer, "handoffs")

    async def check(self) -> None:
        """Our claims in the database: each with its case and its event, none twice."""
        row = await self.admin.fetchrow("""
            SELECT count(*) AS claimed, count(*) FILTER (WHERE c.status = 'active' AND c.handler_user_id = h.claimed_by) AS cases,
                (SELECT count(DISTINCT subject_id) FROM warmline.events WHERE type = 'handoff.claimed') AS told,
                (SELECT count(*) FROM warmline.events WHERE type = 'handoff.claimed') AS events
            FROM warmline.handoffs h JOIN warmline.cases c ON c.id = h.case_id WHERE h.state = 'claimed'""")
        assert row["claimed"] == row["cases"] == row["told"] == row["events"] > 0, dict(row)


async def stage(postgres: EmbeddedPostgres) -> Stage:
    """Set it."""
    urls = await migrated(postgres, "ours")
    database = app_database(urls)
    who = await people(database, RACERS)
    await database.close()
    admin = await superuser(postgres, "ours")
    await admin.execute("CREATE DATABASE peer")
    peer = await superuser(postgres, "peer")
    await peer.execute(SCHEMA)
    return Stage(postgres, urls, who, admin, peer, await agent(admin, who.id, who.squad_id))


async def over_http(stage: Stage) -> None:
    """Both servers up all the time; the rounds take turns."""
    ours, peers = Racing(), {size: Racing() for size in POOLS}
    heads = [f"authorization: Bearer {token}\r\n" for token in stage.people.tokens]
    numbers = [f"who: {number}\r\n" for number in range(RACERS)]
    with serving(stage.urls, PORT):
        for _ in range(ROUNDS):
            await stage.fill_ours(HTTP)
            task = {"port": PORT, "path": "/api/v1/handoffs/claim-next", "heads": heads}
            ours.add(HTTP, **await asyncio.to_thread(in_process, "_racers.py", task))
            for size, racing in peers.items():
                await stage.fill_peer(HTTP)
                with peer_server(stage, size):
                    task = {"port": PEER_PORT, "path": "/claim-next", "heads": numbers}
                    racing.add(HTTP, **await asyncio.to_thread(in_process, "_racers.py", task))
    await stage.check()
    table(
        HEAD,
        ours.row("ours, over HTTP"),
        *(racing.row(f"one SKIP LOCKED a request, pool of {size}") for size, racing in peers.items()),
    )
    more, shorter = times(ours, peers[POOLS[0]])
    print(f"row 6: {more:.1f} x the claims/s, p99 1/{shorter:.1f} (goal >= 10 x, <= 1/15), no doubles")


def peer_server(stage: Stage, size: int) -> Any:
    """The peer, up."""
    url = stage.postgres.url(database="peer")
    env = {"PEER_DATABASE": url, "PEER_POOL": str(size), "PEER_PORT": str(PEER_PORT)}
    return answering(process(sys.executable, str(HERE / "_peer.py"), env=env))


from contextlib import contextmanager


@contextmanager
def answering(child):
    with child:
        answered(f"http://127.0.0.1:{PEER_PORT}/readyz")
        yield


async def main() -> None:
    """The whole script."""
    with durable() as postgres:
        set_up = await stage(postgres)
        await over_http(set_up)


if __name__ == "__main__":
    run(main())
