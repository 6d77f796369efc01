"""kill -9, again and again, of the server, its PostgreSQL and its backends, under load: nothing is lost."""

import asyncio
import os
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.races.killing import Account, Client, Victim, escalate_on, organization, work_on
from tests.world import until

pytestmark = [pytest.mark.xdist_group("heavy"), pytest.mark.timeout(1800)]
KILLS = int(os.environ.get("WARMLINE_CHAOS_KILLS", "10"))
TENANTS, AGENTS, PEOPLE = 3, 2, 4  # the latter two in each organization
LEASE = 5  # seconds; short, so that what was forgotten comes back within the test


@pytest_asyncio.fixture
async def victim() -> AsyncIterator[Victim]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # the server's own user passes through
        victim = Victim(Path(folder) / "data")
        try:
            await victim.start()
            yield victim
        finally:
            victim.stop()
            print((Path(folder) / "serve.log").read_text()[-20_000:])  # shown where the test fails


async def crew(victim: Victim, account: Account) -> tuple[list[tuple[Client, str]], list[Client]]:
    """(agents with their squads, people) of all organizations."""
    agents, people = [], []
    for number in range(TENANTS):
        made = await asyncio.to_thread(organization, victim, f"tenant-{number}")
        owner = Client(victim.address, made["token"], account)
        settings = {"settings": {"claim_lease_seconds": LEASE}}
        assert (await owner.http.patch("organization", json=settings)).status_code == 200
        squad = (await owner.write("squads", {"name": "Support"})).json()["id"]
        for agent in range(AGENTS):
            seat = {"kind": "agent", "role": "support", "name": f"Agent {agent}"}
            member = (await owner.write(f"squads/{squad}/members", seat)).json()["id"]
            token = (await owner.http.post(f"members/{member}/tokens")).json()["token"]
            agents.append((Client(victim.address, token, account), squad))
        for person in range(PEOPLE):
            user = {"email": f"p{person}@tenant-{number}.example", "name": f"Person {person}", "role": "operator"}
            id = (await owner.write("users", user)).json()["id"]
            token = (await owner.http.post(f"users/{id}/tokens")).json()["token"]
            people.append(Client(victim.address, token, account))
        await owner.http.aclose()
    return agents, people


async def test_kills_lose_nothing_double_nothing_and_leave_nothing_stuck(victim: Victim, capsys: Any) -> None:
    account, stopping = Account(), asyncio.Event()
    agents, people = await crew(victim, account)
    recovered = await _live_through(victim, agents, people, stopping)
    database = await asyncpg.connect(victim.server.url(database="warmline"))
    try:
        await until(lambda: _settled(database), LEASE + 30)
        await _nothing_lost(database, account)
        await _nothing_twice(database, account)
        await _all_agree(database)
    finally:
        await database.close()
    with capsys.disabled():
        print(
            f"\n{KILLS} kills ({_words(recovered)}): {account.acknowledged} acknowledged writes, "
            f"{account.retried} unknown "
            f"and repeated, {account.refused} refused after a lapse: 0 lost, 0 twice, 0 stuck"
        )


async def _live_through(
    victim: Victim, agents: list[tuple[Client, str]], people: list[Client], stopping: asyncio.Event
) -> list[tuple[str, float]]:
    """The load, and the kills in it; ends when every answer is known."""
    try:
        async with asyncio.TaskGroup() as load:
            for agent, squad in agents:
                load.create_task(escalate_on(agent, squad, stopping))
            for person in people:
                load.create_task(work_on(person, stopping))
            recovered = await kill_on(victim)
            stopping.set()
        return recovered
    finally:
        for client in [*people, *(agent for agent, _ in agents)]:
            await client.http.aclose()


async def kill_on(victim: Victim) -> list[tuple[str, float]]:
    """Kill one after the other, with some work in between; returns what was killed and the seconds until ready."""
    recovered = []
    for number in range(KILLS):
        await asyncio.sleep(random.uniform(0.3, 1.5))  # the load goes on: this is how long, not for what
        kind = ("postgres", "web", "backend")[number % 3]
        recovered.append((kind, await getattr(victim, f"kill_{kind}")()))
    return recovered


def _words(recovered: list[tuple[str, float]]) -> str:
    parts = []
    for kind in ("web", "postgres", "backend"):
        took = [seconds for name, seconds in recovered if name == kind]
        if took:
            parts.append(
                f"{len(took)} {kind}, ready again in {statistics.median(took):.1f} s, at most {max(took):.1f} s"
            )
    return "; ".join(parts)


async def _settled(database: asyncpg.Connection) -> bool:
    """No lease that has run out is still held, no assessment is open, no event is without its place."""
    stuck = await database.fetchval("""
        SELECT (SELECT count(*) FROM warmline.handoffs WHERE state = 'claimed')
            + (SELECT count(*) FROM warmline.assessments WHERE state = 'pending')
            + (SELECT count(*) FROM warmline.event_inbox)""")
    return bool(stuck == 0)


async def _nothing_lost(database: asyncpg.Connection, account: Account) -> None:
    messages = set(account.messages.values())
    for table, ids in (("cases", account.cases), ("handoffs", account.handoffs), ("case_messages", messages)):
        found = await database.fetch(f"SELECT id::text FROM warmline.{table}")
        assert ids <= {row["id"] for row in found}, table
    closed = await database.fetch("SELECT id::text FROM warmline.handoffs WHERE state = 'closed'")
    assert account.closed <= {row["id"] for row in closed}
    claimed = await database.fetch("""
        SELECT subject_id::text, (data ->> 'epoch')::int AS epoch, data ->> 'claimed_by' AS who
        FROM warmline.events WHERE type = 'handoff.claimed'""")
    assert set(account.claims) <= {(row["subject_id"], row["epoch"], row["who"]) for row in claimed}


async def _nothing_twice(database: asyncpg.Connection, account: Account) -> None:
    owners = Counter((handoff, epoch) for handoff, epoch, _ in account.claims)
    assert [claim for claim, many in owners.items() if many > 1] == []
    for table, what in (
        ("case_messages", "text"),
        ("cases", "title"),
        ("handoffs", "case_id"),
        ("events WHERE type = 'handoff.claimed'", "subject_id, data ->> 'epoch'"),
        ("events WHERE type = 'handoff.closed'", "subject_id"),
    ):
        twice = await database.fetch(f"SELECT {what} FROM warmline.{table} GROUP BY {what} HAVING count(*) > 1")
        assert twice == [], table


async def _all_agree(database: asyncpg.Connection) -> None:
    """Every case agrees with its handoff, every event has its place, every reading came."""
    apart = """
        SELECT h.id, h.state, c.status, h.epoch, c.epoch FROM warmline.handoffs h
        JOIN warmline.cases c ON c.organization_id = h.organization_id AND c.id = h.case_id
        WHERE h.epoch <> c.epoch OR c.handler_user_id IS DISTINCT FROM h.claimed_by
            OR (h.state, c.status) NOT IN (('ready', 'escalated'), ('claimed', 'active'), ('closed', 'resolved'))"""
    assert await database.fetch(apart) == []
    without = """
        SELECT e.id FROM warmline.events e LEFT JOIN warmline.event_positions p ON p.event_id = e.id
        WHERE p.event_id IS NULL"""
    assert await database.fetch(without) == []
    unread = """
        SELECT h.id FROM warmline.handoffs h
        LEFT JOIN warmline.assessments a ON a.handoff_id = h.id AND a.state = 'ready' WHERE a.id IS NULL"""
    assert await database.fetch(unread) == []
