"""The desk with 1,000 waiting: its first byte, and the start of the command (row 18). See docs/benchmarks.md."""

import asyncio
import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import asyncpg

from _common import (
    People,
    app_database,
    durable,
    migrated,
    people,
    percentile,
    run,
    serving,
    spread,
    superuser,
    table,
    verdict,
)
from _fill import fill
from warmline.db.transaction import Database, tenant
from warmline.organizations.sign_in import open_session
from warmline.web.cookies import SESSION

PORT, WAITING, ROUNDS, PEOPLE = 8464, 1000, 5, 20
SHOWN, PAGES, STARTS = 100, 100, 9
GOAL_MS, GOAL_SECONDS = 50.0, 1.0
WARMLINE = str(Path(sys.executable).with_name("warmline"))
HEAD = ("what is waited for", "p50 ms: median (least to greatest)", "p95 ms")
# What no page about this queue can do without: its rows with their titles, and how many there are.
BARE = """
SELECT h.*, p.title, p.reason, (SELECT count(*) FROM warmline.handoffs WHERE organization_id = $1 AND state = 'ready')
FROM warmline.handoffs h
JOIN warmline.handoff_packages p ON p.organization_id = h.organization_id AND p.handoff_id = h.id
WHERE h.organization_id = $1 AND h.state = 'ready' ORDER BY h.due_at, h.id LIMIT 100
"""
Times = list[float]


async def signed_in(database: Database, who: People) -> list[str]:
    """The cookies of everybody."""
    async with database.transaction(tenant(who.id)) as unit:
        return [await open_session(unit.session, one, unit.now, timedelta(hours=1)) for one in who.callers]


def pages(sessions: Sequence[str]) -> tuple[Times, Times]:
    """Milliseconds to the first byte and to the last one of each page, one after the other, by people in turn."""
    connection, first, last = http.client.HTTPConnection("127.0.0.1", PORT), Times(), Times()
    for number in range(PAGES):
        headers = {"Cookie": f"{SESSION}={sessions[number % len(sessions)]}"}
        start = time.perf_counter()
        connection.request("GET", "/desk", headers=headers)
        answer = connection.getresponse()
        first.append((time.perf_counter() - start) * 1000)
        shown = answer.read().count(b'class="item')
        last.append((time.perf_counter() - start) * 1000)
        assert (answer.status, shown >= SHOWN) == (200, True), (answer.status, shown)
    return first, last


async def bare(connection: asyncpg.Connection, who: People) -> Times:
    """Milliseconds of the statement alone, prepared, with nobody's rights to look after."""
    statement, spent = await connection.prepare(BARE), Times()
    for _ in range(PAGES):
        start = time.perf_counter()
        assert len(await statement.fetch(who.id)) == SHOWN
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def starts(*command: str) -> Times:
    """Seconds that a command takes, again and again."""
    spent = Times()
    for _ in range(STARTS):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        spent.append(time.perf_counter() - start)
    return spent


async def main() -> None:
    """The whole script."""
    with durable() as postgres:
        urls = await migrated(postgres, "ours")
        database = app_database(urls)
        who = await people(database, PEOPLE)
        sessions = await signed_in(database, who)
        await database.close()
        connection = await superuser(postgres, "ours")
        await fill(connection, who, WAITING)
        first, last, alone = [], [], []
        with serving(urls, PORT):
            await asyncio.to_thread(pages, sessions)  # warm
            for _ in range(ROUNDS):
                to_first, to_last = await asyncio.to_thread(pages, sessions)
                first.append(to_first)
                last.append(to_last)
                alone.append(await bare(connection, who))
        await connection.close()
    report(first, last, alone)


def report(first: list[Times], last: list[Times], alone: list[Times]) -> None:
    """What came of it."""
    named = (("desk, first byte", first), ("desk, last byte", last), ("the bare statement", alone))
    rows = [(name, share(rounds, 0.5), share(rounds, 0.95)) for name, rounds in named]
    table(HEAD, *((name, spread(p50, ".1f"), spread(p95, ".1f")) for name, p50, p95 in rows))
    p95, bare_p95 = statistics.median(rows[0][2]), statistics.median(rows[2][2])
    helped, python = starts(WARMLINE, "--help"), starts(sys.executable, "-c", "pass")
    table(
        ("command", "seconds: median (least to greatest)"),
        ("warmline --help", spread(helped, ".2f")),
        ("python -c pass", spread(python, ".2f")),
    )
    start = statistics.median(helped)
    measured = f"p95 {p95:.1f} ms to the first byte ({p95 / bare_p95:.1f} x the bare statement), {start:.2f} s to start"
    reached = p95 <= GOAL_MS and start <= GOAL_SECONDS
    verdict(18, measured, f"<= {GOAL_MS:.0f} ms, <= {GOAL_SECONDS:.0f} s", reached)


def share(rounds: list[Times], of: float) -> Times:
    """A percentile of each round."""
    return [percentile(one, of) for one in rounds]


if __name__ == "__main__":
    run(main())
