"""Live updates: from the commit to 1,000 operators' streams on one process (row 5). See docs/benchmarks.md."""

import asyncio
import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from _common import (
    HERE,
    People,
    app_database,
    durable,
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
from _fill import CASES

OPERATORS, ROUNDS, EVENTS, EVERY = 1000, 3, 25, 0.2  # 25 in 5 seconds
PORT = 8463
STREAM = ("/api/v1/events/stream", r'"type":"handoff.created","subject":\{"kind":"handoff","id":"([0-9a-f-]{36})"')
DESK = ("/live?view=desk", r'hx-target="#arrivals".*?/handoffs/([0-9a-f-]{36})')
HEAD = ("from the commit to", "p50 ms of all: median (least to greatest)", "p99 ms of all", "p99 ms of the last one")
Heard = Mapping[str, Sequence[int]]
Times = dict[str, int]


@dataclass
class Delivering:
    """The milliseconds of the deliveries of one contestant, round by round."""

    name: str
    many: int
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)

    def add(self, began: Times, heard: Heard) -> None:
        """One round; it counts if everybody had everything, once."""
        assert {id: len(heard.get(id, ())) for id in began} == dict.fromkeys(began, self.many)
        spent = {id: [(at - begin) / 1e6 for at in heard[id]] for id, begin in began.items()}
        everything = [one for each in spent.values() for one in each]
        self.p50.append(percentile(everything, 0.5))
        self.p99.append(percentile(everything, 0.99))
        self.last.append(percentile([max(each) for each in spent.values()], 0.99))

    def row(self) -> tuple[str, ...]:
        """For the table."""
        return self.name, *(spread(values, ".1f") for values in (self.p50, self.p99, self.last))


class Ears:
    """A process that listens and says what it heard."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self.to, self.back = child.stdin, child.stdout

    def report(self) -> Heard:
        """What was heard since the last report."""
        self.say("report")
        heard: Heard = json.loads(self.back.readline())
        return heard

    def say(self, line: str) -> None:
        """One line."""
        self.to.write(line + "\n")
        self.to.flush()


@contextmanager
def ears(script: str, **task: Any) -> Iterator[Ears]:
    """Somebody who listens, from now on."""
    with process(sys.executable, str(HERE / script), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        listening = Ears(child)
        listening.say(json.dumps(task))
        assert listening.back.readline() == "open\n"
        yield listening


class Agent:
    """Escalates its cases over HTTP; the server says when each commit came back."""

    def __init__(self, who: People, cases: list[str], server: subprocess.Popen[str]) -> None:
        assert server.stdout is not None
        self.who, self.cases, self.stamps = who, cases, server.stdout

    async def escalate(self) -> Times:
        """A round's events: the time of each commit, by its handoff."""
        return await asyncio.to_thread(self._escalate)

    def _escalate(self) -> Times:
        connection, committed = http.client.HTTPConnection("127.0.0.1", PORT), Times()
        for _ in range(EVENTS):
            handoff = self._hand_over(connection, self.cases.pop())
            committed[handoff] = int(self.stamps.readline())
            time.sleep(EVERY)
        return committed

    def _hand_over(self, connection: http.client.HTTPConnection, case: str) -> str:
        headers = {"Authorization": f"Bearer {self.who.agent_token}", "Content-Type": "application/json"}
        body = json.dumps({"intent": "escalate", "reason": "I may not change their devices."})
        connection.request("POST", f"/api/v1/cases/{case}/escalate", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 201, content
        return str(json.loads(content)["id"])


async def notify(connection: asyncpg.Connection, tag: str) -> Times:
    """A round of bare NOTIFY: the time of each, before it was sent, for its return can come after its arrival."""
    sent = Times()
    for number in range(EVENTS):
        sent[f"{tag}{number}"] = time.perf_counter_ns()
        await connection.execute(f"NOTIFY bench, '{tag}{number}'")
        await asyncio.sleep(EVERY)
    return sent


async def round_of(one: Delivering, ear: Ears, act: Callable[[], Awaitable[Times]]) -> None:
    """Act, wait until the last one surely has it, and take the times."""
    began = await act()
    await asyncio.sleep(1)
    one.add(began, await asyncio.to_thread(ear.report))


async def race(dsn: str, agent: Agent, tokens: Sequence[str]) -> tuple[Delivering, ...]:
    """Everybody listens all the time; the rounds take turns."""
    ours = Delivering("ours: 1,000 streams of the API", OPERATORS)
    one, thousand = Delivering("bare LISTEN, one", 1), Delivering("bare LISTEN, 1,000 connections", OPERATORS)
    behind = Delivering("bare LISTEN, 1,000 tasks behind one", OPERATORS)
    connection = await asyncpg.connect(dsn)
    path, pattern = STREAM
    with ears("_listeners.py", port=PORT, path=path, tokens=tokens, pattern=pattern) as streams:
        for number in range(ROUNDS):
            await round_of(ours, streams, agent.escalate)
            for peer, many, tasks in ((one, 1, 0), (behind, 1, OPERATORS), (thousand, OPERATORS, 0)):
                with ears("_hearers.py", dsn=dsn, connections=many, tasks=tasks) as hearers:
                    await round_of(peer, hearers, lambda number=number: notify(connection, f"{number}-"))  # type: ignore[misc]
    await connection.close()
    return ours, one, behind, thousand


async def desks(agent: Agent, tokens: Sequence[str]) -> Delivering:
    """The same for 1,000 open desks, which get HTML."""
    pages, (path, pattern) = Delivering("ours: 1,000 open desks (HTML)", OPERATORS), DESK
    with ears("_listeners.py", port=PORT, path=path, tokens=tokens, pattern=pattern) as streams:
        for _ in range(ROUNDS):
            await round_of(pages, streams, agent.escalate)
    return pages


async def main() -> None:
    """The whole script."""
    with durable(max_connections=str(OPERATORS + 200)) as postgres:
        urls = await migrated(postgres, "ours")
        database = app_database(urls)
        who = await people(database, OPERATORS)
        await database.close()
        admin = await superuser(postgres, "ours")
        made = await admin.fetch(CASES, who.id, who.squad_id, who.agent.id, 2 * ROUNDS * EVENTS)
        with serving(urls, PORT, sys.executable, str(HERE / "_stamped.py")) as server:
            agent = Agent(who, [str(row["id"]) for row in made], server)
            ours, one, behind, thousand = await race(postgres.url(), agent, who.tokens)
            pages = await desks(agent, who.tokens)
    table(HEAD, *(each.row() for each in (ours, pages, one, behind, thousand)))
    streams, html, alone, like = (statistics.median(each.p99) for each in (ours, pages, one, thousand))
    measured = ", ".join(
        f"p99 {p99:.1f} ms to 1,000 {who} is {p99 / like:.2f} x bare LISTEN by 1,000 and {p99 / alone:.1f} x by one"
        for p99, who in ((streams, "streams of the API"), (html, "open desks"))
    )
    verdict(5, measured, "both <= 3 x by 1,000", max(streams, html) <= 3 * like)


if __name__ == "__main__":
    run(main())
