"""A PostgreSQL of one's own for the suite: Debian's server, with roles and passwords made by `warmline db init`."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from warmline.db.roles import initialize

ADMIN, PASSWORD = "postgres", "for this test run"


class ExternalPostgres:
    """A throw-away cluster on a port of its own; speaks `url` as the embedded server does."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self.passwords = {ADMIN: PASSWORD}
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        """initdb, start, and make the roles as an operator would."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            shutil.chown(self.folder, ADMIN)
            shutil.chown(secret, ADMIN)
        self._run(
            "initdb", "-D", self.folder / "data", "-U", ADMIN, "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8"
        )
        places = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        options = f"{places} -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "start", "-w", "-D", self.folder / "data", "-o", options, "-l", self.folder / "log")
        for url in asyncio.run(initialize(self.url(), "warmline")).values():
            user, _, password = url.removeprefix("postgresql://").partition("@")[0].partition(":")
            self.passwords[user] = password

    def stop(self) -> None:
        """Stop it; the folder goes with the run."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", self.folder / "data")

    def url(self, user: str = ADMIN, database: str = "postgres", driver: str = "") -> str:
        """A connection URL with the user's password."""
        password = self.passwords[user]
        quoted = password if user != ADMIN else quote(password)
        return f"postgresql{driver}://{user}:{quoted}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: object) -> None:
        become: dict[str, Any] = {"user": pwd.getpwnam(ADMIN).pw_uid} if os.geteuid() == 0 else {}
        command = [str(self.binaries / program), *map(str, arguments)]
        done = subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **become
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()}")


@contextmanager
def external(binaries: Path) -> Iterator[ExternalPostgres]:
    """A cluster for the time of the block."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = ExternalPostgres(binaries, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


async def version(url: str) -> int:
    """The server's major version."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SHOW server_version_num")) // 10000
    finally:
        await connection.close()
