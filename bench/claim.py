"""Claim next: 100 people racing (row 6), and what it costs with a million waiting (row 8). See docs/benchmarks.md."""

import asyncio
import http.client
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from _common import app_database, durable, in_process, percentile, run, serving, spread, table, verdict
from _depth import depth
from _peer import CLAIM_NEXT
from _stage import PEER_PORT, Stage, stage
from warmline.caller import Caller
from warmline.db.transaction import Database, tenant
from warmline.flows.claim_next import NextClaims, claim_next

RACERS, ROUNDS, WAITING, WARM_UP = 100, 3, 3000, 500
PORT, PATH = 8461, "/api/v1/handoffs/claim-next"
POOLS = (10, 2)  # asyncpg's default; and about what SKIP LOCKED likes best, which is little company
HEAD = ("100 people at once", "claims/s: median (least to greatest)", "p50 ms", "p99 ms")
Claim = Callable[[int], Awaitable[Any]]  # for the person of that number; what they got, or None


@dataclass
class Racing:
    """What came of the rounds of one contestant."""

    name: str
    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def add(self, seconds: float, latencies: Sequence[float], ids: Sequence[Any]) -> None:
        """One round; it counts if each handoff was claimed, and once."""
        assert len(ids) == len(set(ids)) == WAITING, f"{WAITING} waited: {len(ids)} claims, {len(set(ids))} distinct"
        self.rates.append(WAITING / seconds)
        self.p50.append(percentile(latencies, 0.5) * 1000)
        self.p99.append(percentile(latencies, 0.99) * 1000)

    def row(self) -> tuple[str, ...]:
        """For the table."""
        return self.name, spread(self.rates), spread(self.p50, ".1f"), spread(self.p99, ".1f")


def times(ours: Racing, peer: Racing) -> tuple[float, float]:
    """How many times the throughput, and how many times shorter the p99."""
    return (
        statistics.median(ours.rates) / statistics.median(peer.rates),
        statistics.median(peer.p99) / statistics.median(ours.p99),
    )


async def over_http(on: Stage) -> tuple[float, float]:
    """Row 6: the real server and the peer's take turns; the load comes from a process of its own."""
    ours, peers = Racing("ours, over HTTP"), {pool: Racing(f"the peer, over HTTP, pool of {pool}") for pool in POOLS}
    with serving(on.urls, PORT):
        await on.fill_ours(WARM_UP)
        await _load(PORT, PATH, _tokens(on))
        for _ in range(ROUNDS):
            await on.fill_ours(WAITING)
            ours.add(**await _load(PORT, PATH, _tokens(on)))
            for pool, racing in peers.items():
                racing.add(**await _peer_round(on, pool))
    await on.check()
    table(HEAD, ours.row(), *(racing.row() for racing in peers.values()))
    return times(ours, peers[POOLS[0]])


async def _peer_round(on: Stage, pool: int) -> dict[str, Any]:
    with on.peer_server(pool):
        for many in (WARM_UP, WAITING):
            await on.fill_peer(many)
            answer = await _load(PEER_PORT, "/claim-next", [f"who: {number}\r\n" for number in range(RACERS)])
    return answer


def _tokens(on: Stage) -> list[str]:
    return [f"authorization: Bearer {token}\r\n" for token in on.people.tokens]


async def _load(port: int, path: str, heads: list[str]) -> dict[str, Any]:
    task = {"port": port, "path": path, "heads": heads}
    answer: dict[str, Any] = await asyncio.to_thread(in_process, "_racers.py", task)
    return answer


def escalations(on: Stage, many: int = 100) -> None:
    """A side figure: how long an escalation takes over HTTP where nothing else goes on, of one agent."""
    connection, spent = http.client.HTTPConnection("127.0.0.1", PORT), []
    for _ in range(many):
        body = {"squad_id": str(on.people.squad_id), "title": "The mail", "problem": "It does not arrive."}
        case = _post(connection, on.people.agent_token, "/api/v1/cases", body)
        start = time.perf_counter()
        _post(connection, on.people.agent_token, f"/api/v1/cases/{case['id']}/escalate",
              {"intent": "escalate", "reason": "I may not change their devices."})  # fmt: skip
        spent.append((time.perf_counter() - start) * 1000)
    print(f"escalate over HTTP, one agent: p50 {percentile(spent, 0.5):.1f} ms, p99 {percentile(spent, 0.99):.1f} ms")


def _post(connection: http.client.HTTPConnection, token: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 201, content
    return json.loads(content)


async def in_one_process(on: Stage) -> None:
    """The same without HTTP, where the statements alone count: beside the peer's, ours with and without company."""
    database = app_database(on.urls)
    async with asyncpg.create_pool(on.postgres.url(database="peer"), min_size=10, max_size=10) as pool:
        ours, alone, peer = (Racing(name) for name in ("ours, in process", "ours, each alone", "one SKIP LOCKED each"))
        for _ in range(ROUNDS):
            for racing, claim in ((ours, _together(on, database)), (alone, _alone(on, database))):
                await on.fill_ours(WAITING)
                racing.add(*await _race(claim))
            await on.fill_peer(WAITING)
            peer.add(*await _race(lambda number: pool.fetchval(CLAIM_NEXT, number)))
    await database.close()
    await on.check()
    table(HEAD, ours.row(), alone.row(), peer.row())
    for racing in (alone, peer):
        more, shorter = times(ours, racing)
        print(f"in process, against {racing.name}: {more:.1f} x the claims/s, p99 1/{shorter:.1f}")


def _together(on: Stage, database: Database) -> Claim:
    claims = NextClaims(database)

    async def claim(number: int) -> UUID | None:
        found = await claims.next(on.people.callers[number], None)
        return found.handoff.id if found else None

    return claim


def _alone(on: Stage, database: Database) -> Claim:
    """The same work (the claim, the case, the event, what is shown), in a transaction for each."""

    async def claim(number: int) -> UUID | None:
        caller: Caller = on.people.callers[number]
        async with database.transaction(tenant(caller.organization_id)) as unit:
            found = await claim_next(unit.session, caller, None, unit.now)
        return found.handoff.id if found else None

    return claim


async def _race(claim: Claim) -> tuple[float, list[float], list[Any]]:
    latencies: list[float] = []
    got: list[Any] = []

    async def person(number: int) -> None:
        while True:
            asked = time.perf_counter()
            if (found := await claim(number)) is None:
                return
            latencies.append(time.perf_counter() - asked)
            got.append(found)

    start = time.perf_counter()
    await asyncio.gather(*(person(number) for number in range(RACERS)))
    return time.perf_counter() - start, latencies, got


async def main() -> None:
    """The whole script."""
    with durable() as postgres:
        on = await stage(postgres, RACERS)
        more, shorter = await over_http(on)
        await in_one_process(on)
        with serving(on.urls, PORT):
            await asyncio.to_thread(escalations, on)
        await depth(postgres)
    verdict(
        6,
        f"{more:.1f} x the claims/s and p99 1/{shorter:.1f}, no doubles",
        ">= 10 x, <= 1/15",
        more >= 10 and shorter >= 15,
    )


if __name__ == "__main__":
    run(main())
