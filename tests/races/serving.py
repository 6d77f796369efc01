"""`warmline serve` as a process of its own, with its own PostgreSQL: to stop it, and to kill it and what it started."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2

from tests.world import until
from warmline.boot import home_of, urls_of
from warmline.db.embedded import EmbeddedPostgres, Phase
from warmline.settings import Settings

COMMAND = str(Path(sys.executable).with_name("warmline"))
BRAKES_OFF = {"WARMLINE_TOKEN_REQUESTS": "1000000000", "WARMLINE_BAD_TOKENS": "1000000000"}


@dataclass(frozen=True)
class Founded:
    """An organization as `warmline org create` made it."""

    id: UUID
    owner_id: UUID
    token: str


class Serving:
    """The server's folder, its port, and its process, which may be killed and started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        chosen = {"WARMLINE_DATA_DIR": str(folder), "WARMLINE_PORT": str(self.port), **BRAKES_OFF, **settings}
        ours = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
        self.environment = ours | chosen
        self.postgres = EmbeddedPostgres(home_of(Settings(data_dir=folder)))  # to know its places; never started here
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; `ready` says when it serves."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen([COMMAND, "serve"], env=self.environment, stdout=log, stderr=log)

    def log(self) -> str:
        """What it has said so far."""
        return (self.folder / "server.log").read_text(errors="replace")

    async def ready(self, seconds: float = 60) -> float:
        """Wait until it serves; how long that took."""
        began = time.monotonic()
        async with httpx2.AsyncClient(verify=False, timeout=5) as http:

            async def answers() -> bool:
                with suppress(httpx2.TransportError):
                    return bool((await http.get(f"{self.address}/readyz")).status_code == 200)
                return False

            await until(answers, seconds)
        return time.monotonic() - began

    async def organization(self, name: str) -> Founded:
        """Make one, while the server runs."""
        command = (COMMAND, "org", "create", name, "--owner-email", f"olga@{name.lower()}.example", "--json")
        made = await asyncio.create_subprocess_exec(
            *command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        told: dict[str, Any] = json.loads((await made.communicate())[0])
        return Founded(UUID(told["organization_id"]), UUID(told["owner_id"]), told["token"])

    def kill(self) -> None:
        """kill -9 the server's process; its PostgreSQL goes on."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM, and wait; the exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(seconds)

    def postmaster(self) -> int | None:
        """The pid of our own PostgreSQL, from its data directory, while it is what it says."""
        with suppress(OSError, ValueError, IndexError):
            lines = (self.postgres.cluster.data / "postmaster.pid").read_text().split("\n")
            pid = int(lines[0])
            if os.readlink(f"/proc/{pid}/cwd") == str(self.postgres.cluster.data) == lines[1]:
                return pid
        return None

    def backend(self) -> int | None:
        """The pid of one of its backends that serves the application."""
        with suppress(OSError):
            for child in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):
                    if _parent(child) == self.postmaster() and b"warmline_app" in (child / "cmdline").read_bytes():
                        return int(child.name)
        return None

    async def connect(self) -> asyncpg.Connection:
        """As the superuser of the embedded server, past row-level security: to look whether all is well."""
        return await asyncpg.connect(self.postgres.url(database="warmline"))

    def urls(self) -> Any:
        """The URLs of its database, by role."""
        return urls_of(self.postgres)

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)
        if self.postgres.answer() is not Phase.DOWN:  # the server was killed, and its PostgreSQL is still there
            self.postgres.ensure()
            self.postgres.stop()


def hit(pid: int | None) -> bool:
    """kill -9; whether there was something to kill."""
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


@asynccontextmanager
async def serving(**settings: str) -> AsyncIterator[Serving]:
    """A server in a folder of its own, ready; gone with its PostgreSQL at the end."""
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        Path(folder).chmod(0o711)
        server = Serving(Path(folder) / "data", **settings)
        server.folder.mkdir(mode=0o711)
        try:
            server.start()
            await server.ready()
            yield server
        finally:
            server.close()


def _parent(process: Path) -> int:
    return int((process / "stat").read_text().rpartition(")")[2].split()[1])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
