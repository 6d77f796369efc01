"""Live updates: from the commit to 1,000 operators' streams on one process (row 5). See docs/benchmarks.md."""

import asyncio
import http.client
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from _common import HERE, People, app_database, durable, migrated, people, percentile, run, serving, superuser, table
from _fill import CASES

from warmline.db.connections import Urls

OPERATORS, RATE, SECONDS, ROUNDS = 1000, 5, 7, 3
PORT, PATH = 8463, "/api/v1/events/stream"


async def main() -> None:
    with durable(max_connections="1200") as postgres:
        urls = await migrated(postgres, "ours")
        database = app_database(urls)
        who = await people(database, OPERATORS)
        await database.close()
        admin = await superuser(postgres, "ours")
        cases = [str(row["id"]) for row in await admin.fetch(CASES, who.id, who.squad_id, who.agent.id, RATE*SECONDS*ROUNDS)]
        with serving(urls, PORT, sys.executable, str(HERE / "_stamped.py")) as server:
            for _ in range(ROUNDS):
                mine = [cases.pop() for _ in range(RATE*SECONDS)]
                print(await asyncio.to_thread(one_round, server, who, mine))


def one_round(server, who, cases):
    task = {"port": PORT, "path": PATH, "tokens": list(who.tokens)}
    command = [sys.executable, str(HERE / "_listeners.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as listeners:
        listeners.stdin.write(json.dumps(task) + "\n"); listeners.stdin.flush()
        assert listeners.stdout.readline() == "open\n"
        committed = escalate(server, who, cases)
        time.sleep(1)
        out,_ = listeners.communicate()
        heard = json.loads(out)
    lat=[]; last=[]
    for id, at in committed.items():
        assert len(heard[id]) == OPERATORS, len(heard[id])
        lat += [(t-at)/1e6 for t in heard[id]]
        last.append((max(heard[id])-at)/1e6)
    return f"all p50 {percentile(lat,.5):.1f} p99 {percentile(lat,.99):.1f}; first {min(lat):.1f}  last p50 {percentile(last,.5):.1f} p99 {percentile(last,.99):.1f}"


def escalate(server, who, cases):
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    headers = {"Authorization": f"Bearer {who.agent_token}", "Content-Type": "application/json"}
    out={}
    for case in cases:
        t=time.time()
        connection.request("POST", f"/api/v1/cases/{case}/escalate", json.dumps({"intent": "escalate", "reason": "x"}), headers)
        r=connection.getresponse(); body=r.read(); assert r.status==201, body
        out[json.loads(body)["id"]] = int(server.stdout.readline())
        time.sleep(max(0, 1/RATE-(time.time()-t)))
    return out

if __name__ == "__main__":
    run(main())
