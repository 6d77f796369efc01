"""What the kill test needs: a real server with its PostgreSQL, clients that keep account, and a killer."""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from tests.world import until
from warmline.db.embedded import EmbeddedPostgres
from warmline.ids import new_id

COMMAND = [sys.executable, "-c", "from warmline.cli import main; main()"]
UNKNOWN = (httpx2.HTTPError, OSError)


class Victim:
    """`warmline serve` on a data directory of its own, fsync on; killed and started again as often as asked."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        places = {"WARMLINE_DATA_DIR": str(home), "WARMLINE_PORT": str(self.port), "WARMLINE_LOG_LEVEL": "ERROR"}
        self.environment = {**os.environ, **places, "WARMLINE_TOKEN_REQUESTS": "1000000000"}
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> float:
        """Start it; returns the seconds until it was ready."""
        begun = time.monotonic()
        log = (self.home.parent / "serve.log").open("ab")
        self.process = subprocess.Popen([*COMMAND, "serve"], env=self.environment, stdout=log, stderr=log)
        log.close()
        await self.ready()
        return time.monotonic() - begun

    async def ready(self, seconds: float = 60) -> None:
        """Wait until it says that it is ready."""

        async def answers() -> bool:
            try:
                return (await client.get(f"{self.address}/readyz")).status_code == 200
            except UNKNOWN:
                return False

        async with httpx2.AsyncClient(timeout=5, verify=False) as client:
            await until(answers, seconds)

    def run(self, *arguments: str) -> str:
        """A command beside the running server."""
        done = subprocess.run([*COMMAND, *arguments], env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    @property
    def server(self) -> EmbeddedPostgres:
        """To connect to its PostgreSQL, not to start or stop it."""
        return EmbeddedPostgres(self.home / "postgres")

    def postmaster(self) -> int:
        """The pid of its PostgreSQL, from the data directory that is ours alone."""
        return int((self.home / "postgres/data/postmaster.pid").read_text().split()[0])

    async def kill_web(self) -> float:
        """kill -9 the server process, and start it again; returns the seconds until it was ready."""
        assert self.process is not None
        self.process.kill()
        await asyncio.to_thread(self.process.wait)
        return await self.start()

    async def kill_postgres(self) -> float:
        """kill -9 the postmaster; the server process brings it back."""
        begun = time.monotonic()
        os.kill(self.postmaster(), signal.SIGKILL)
        await asyncio.sleep(0.05)  # let it die before we ask whether it is well
        await self.ready()
        return time.monotonic() - begun

    async def kill_backend(self) -> float:
        """kill -9 one backend: PostgreSQL throws all others out and recovers."""
        begun = time.monotonic()
        connection = await asyncpg.connect(self.server.url(database="warmline"))
        query = (
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
        )
        pid = await connection.fetchval(query)
        connection.terminate()
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.05)
        await self.ready()
        return time.monotonic() - begun

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)


@dataclass
class Account:
    """Everything that was acknowledged, by the clients' own account."""

    cases: set[str] = field(default_factory=set)
    handoffs: set[str] = field(default_factory=set)
    messages: dict[str, str] = field(default_factory=dict)  # text: id
    claims: list[tuple[str, int, str]] = field(default_factory=list)  # handoff, epoch, user
    closed: set[str] = field(default_factory=set)
    retried: int = 0
    refused: int = 0

    @property
    def acknowledged(self) -> int:
        """How many writes were answered with 2xx."""
        parts = (self.cases, self.handoffs, self.messages, self.claims, self.closed)
        return sum(len(part) for part in parts)


class Client:
    """Repeats a write under its key until the answer is known, however often the server dies meanwhile."""

    def __init__(self, address: str, token: str, account: Account) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        base = f"{address}/api/v1/"
        self.http = httpx2.AsyncClient(base_url=base, headers=headers, timeout=20, verify=False)  # plain http
        self.account = account

    async def write(self, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        """The known answer."""
        key = str(uuid.uuid4())
        while True:
            try:
                answer = await self.http.post(path, json=body, headers={"Idempotency-Key": key})
            except UNKNOWN:
                answer = None
            if answer is not None and answer.status_code < 500:
                if answer.status_code == 409 and "being worked on" in answer.text:
                    continue
                return answer
            assert answer is None or answer.status_code == 503, answer.text
            self.account.retried += 1
            await asyncio.sleep(0.2)  # more often would be load on the machine that is to recover


async def escalate_on(client: Client, squad: str, stopping: asyncio.Event) -> None:
    """An agent: opens cases, writes in them, hands them over."""
    account = client.account
    while not stopping.is_set():
        text = str(new_id())
        case = (await client.write("cases", {"squad_id": squad, "title": text, "problem": "It is broken."})).json()
        account.cases.add(case["id"])
        said = await client.write(f"cases/{case['id']}/messages", {"role": "customer", "text": text})
        account.messages[text] = said.json()["id"]
        body = {"intent": "escalate", "reason": "I am stuck.", "priority": random.choice(["urgent", "normal"])}
        handed = await client.write(f"cases/{case['id']}/escalate", body)
        assert handed.status_code == 201, handed.text
        account.handoffs.add(handed.json()["id"])


async def work_on(client: Client, stopping: asyncio.Event) -> None:
    """A person: takes the next, says something, mostly closes it, sometimes forgets it."""
    account = client.account
    while not stopping.is_set():
        answer = await client.write("handoffs/claim-next")
        if answer.status_code == 204:
            await asyncio.sleep(0.05)
            continue
        claimed = answer.json()
        account.claims.append((claimed["id"], claimed["epoch"], claimed["claimed_by"]["id"]))
        if random.random() < 0.15:
            continue
        await _finish(client, claimed)


async def _finish(client: Client, claimed: dict[str, Any]) -> None:
    account, text = client.account, str(new_id())
    body = {"role": "operator", "text": text, "epoch": claimed["epoch"]}
    said = await client.write(f"cases/{claimed['source']['id']}/messages", body)
    if said.status_code == 201:
        account.messages[text] = said.json()["id"]
    done = await client.write(f"handoffs/{claimed['id']}/close", {"reason": "resolved", "epoch": claimed["epoch"]})
    if done.status_code == 200:
        account.closed.add(claimed["id"])
    else:
        assert done.status_code in (403, 409), done.text  # the lease ran out while the server was down
        account.refused += 1


def organization(victim: Victim, name: str) -> Any:
    """Make one beside the running server, as an operator would."""
    return json.loads(victim.run("org", "create", name, "--owner-email", f"olga@{name}.example", "--json"))
