"""What side channels cost an escalation, and how fast what is behind goes out. See docs/benchmarks.md."""

import asyncio
import http.client
import json
import statistics
import threading
import time
from typing import Any

import asyncpg

from _common import People, app_database, durable, migrated, people, percentile, run, serving, spread, superuser, table
from _receiver import Receiver, in_trouble, receiving, webhook, without_answers
from warmline.ids import new_id

PORT, MANY, ROUNDS, EACH, FLOOD = 8463, 60, 5, 5, 200
VARIANTS = ("no channel", "five webhooks that answer", "five webhooks that hang")
TROUBLE = "eight in trouble, and a model that never answers"
GOAL = 50.0  # ms: what a handoff may take to be made
ADD = """
INSERT INTO warmline.channels (organization_id, id, kind, name, config, secrets, event_types)
VALUES ($1, $2, $3, 'bench', $4, $5, '{handoff.created}')
"""
OFF = """
UPDATE warmline.channels SET disabled_at = now(), disabled_reason = 'bench' WHERE disabled_at IS NULL;
UPDATE warmline.deliveries SET state = 'dead', next_at = NULL, finished_at = now() WHERE next_at IS NOT NULL
"""


async def switch(connection: asyncpg.Connection, who: People, variant: str, port: int) -> None:
    """Have these channels and no others."""
    await connection.execute(OFF)
    here = f"http://127.0.0.1:{port}"
    made = {
        VARIANTS[0]: [],
        VARIANTS[1]: [webhook(f"{here}/quick") for _ in range(EACH)],
        VARIANTS[2]: [webhook(f"{here}/hang") for _ in range(EACH)],
        TROUBLE: in_trouble(port),
    }
    for kind, config, secrets in made[variant]:
        await connection.execute(ADD, who.id, new_id(), kind, json.dumps(config), json.dumps(secrets))


def escalations(who: People, many: int = MANY) -> list[float]:
    """Milliseconds of each, over HTTP, one after the other."""
    connection, spent = http.client.HTTPConnection("127.0.0.1", PORT), []
    for _ in range(many):
        body = {"squad_id": str(who.squad_id), "title": "The mail", "problem": "It does not arrive."}
        case = post(connection, who.agent_token, "/api/v1/cases", body)
        start = time.perf_counter()
        ask = {"intent": "escalate", "reason": "I may not change their devices."}
        post(connection, who.agent_token, f"/api/v1/cases/{case['id']}/escalate", ask)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def catch_up(who: People) -> float:
    """Deliveries a second: of a flood's, all that is left when it is over, until the last has arrived."""
    before = Receiver.got["/quick"]
    escalations(who, FLOOD)
    left, start = FLOOD * EACH - (Receiver.got["/quick"] - before), time.perf_counter()
    while Receiver.got["/quick"] - before < FLOOD * EACH:
        assert time.perf_counter() - start < 300
        time.sleep(0.005)
    return left / (time.perf_counter() - start)


def alone(port: int) -> float:
    """POSTs a second to the same receiver by as many threads, a connection each time, and nothing written down."""

    def some() -> None:
        for _ in range(FLOOD):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("POST", "/bare", b"{}" * 400)
            connection.getresponse().read()
            connection.close()

    threads, start = [threading.Thread(target=some) for _ in range(EACH)], time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return FLOOD * EACH / (time.perf_counter() - start)


def post(connection: http.client.HTTPConnection, token: str, path: str, body: dict[str, Any]) -> Any:
    """A POST that must make something."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 201, content
    return json.loads(content)


async def main() -> None:
    """The whole script."""
    with durable() as postgres, receiving() as port:
        urls = await migrated(postgres, "ours")
        database = app_database(urls)
        who = await people(database, 3)
        await database.close()
        connection = await superuser(postgres, "ours")
        spent: dict[str, list[list[float]]] = {variant: [] for variant in (*VARIANTS, TROUBLE)}
        with serving(urls, PORT, WARMLINE_ALLOW_PRIVATE_TARGETS="true"):
            await asyncio.to_thread(escalations, who, 100)  # warm
            for _ in range(ROUNDS):
                for variant in VARIANTS:
                    await switch(connection, who, variant, port)
                    spent[variant].append(await asyncio.to_thread(escalations, who))
            quick = "SELECT count(*) FROM warmline.deliveries d JOIN warmline.channels c ON c.id = d.channel_id "
            quick += "WHERE c.config ->> 'url' LIKE '%quick'"
            assert await connection.fetchval(quick) == ROUNDS * MANY * EACH
            await switch(connection, who, VARIANTS[1], port)
            rate = await asyncio.to_thread(catch_up, who)
        with serving(urls, PORT, WARMLINE_ALLOW_PRIVATE_TARGETS="true", **without_answers(port)):
            await switch(connection, who, TROUBLE, port)
            await asyncio.to_thread(escalations, who, 100)  # warm
            for _ in range(ROUNDS):
                await switch(connection, who, TROUBLE, port)
                spent[TROUBLE].append(await asyncio.to_thread(escalations, who))
        bare = await asyncio.to_thread(alone, port)
        await connection.close()
    report(spent)
    print(f"deliveries behind a flood: {rate:,.0f}/s; the same POSTs from {EACH} threads, and no more: {bare:,.0f}/s")


def report(spent: dict[str, list[list[float]]]) -> None:
    """What came of it."""
    rows = [
        (name, *(spread([percentile(one, share) for one in rounds], ".1f") for share in (0.5, 0.99)))
        for name, rounds in spent.items()
    ]
    table(("escalate over HTTP", "p50 ms", "p99 ms"), *rows)
    worst = max(statistics.median(percentile(one, 0.5) for one in rounds) for rounds in spent.values())
    print(f"a handoff is made in {worst:.1f} ms at most, median of p50 (goal < {GOAL:.0f}): {worst < GOAL}", flush=True)


if __name__ == "__main__":
    run(main())
