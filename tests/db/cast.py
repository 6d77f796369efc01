"""The cast of the stories about the embedded PostgreSQL: real servers, real processes, and somebody else."""

import atexit
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from warmline.db.embedded import THROWAWAY, EmbeddedPostgres, Phase

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="NOT TESTED: needs root, to be another OS user")
NOBODY = 65534
APPLICATION = """
import os, pathlib, signal, sys, time
from warmline.db.cluster import Cluster
from warmline.db.embedded import THROWAWAY, EmbeddedPostgres
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
{more}
with EmbeddedPostgres(pathlib.Path(sys.argv[1]), settings=THROWAWAY):
    print("up", flush=True)
    signal.pause()
"""

INTERRUPTED = """
launch = Cluster.launch
def interrupted(cluster):
    child = launch(cluster)
    while not (cluster.data / "postmaster.pid").exists():
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGTERM)
    return child
Cluster.launch = interrupted
"""


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


class Application:
    """A process of its own that uses the server of `home` until SIGTERM; `more` is code that it runs before."""

    def __init__(self, home: Path, more: str = "") -> None:
        command = [sys.executable, "-c", APPLICATION.format(more=more), str(home)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def is_up(self) -> bool:
        assert self.process.stdout
        heard, _, _ = select.select([self.process.stdout], [], [], 30)
        return bool(heard) and self.process.stdout.readline() == "up\n"

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)

    def close(self) -> None:
        if self.process.poll() is None:
            self.end()
        if self.process.stdout:
            self.process.stdout.close()


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A folder of ours that others may pass through, emptied of servers afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
        left = EmbeddedPostgres(Path(folder))
        if left.answer() is not Phase.DOWN:  # a failed test left it, perhaps in an endless recovery
            left._look()
            left.stop()


@contextmanager
def used_home() -> Iterator[Path]:
    """A home with an empty database in it, which spares its test the making."""
    with temporary_home() as folder:
        subprocess.run(["cp", "-a", _model() / "data", folder], check=True)
        yield folder


@cache
def _model() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    made(folder)
    return folder


def embedded(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, settings=THROWAWAY)


def psql(server: EmbeddedPostgres, sql: str) -> str:
    """What the server answers to a statement, as the OS user that we are."""
    where = ("-h", str(server.cluster.socket), "-p", "5432", "-U", "postgres")
    command = [str(server.cluster.install / "bin/psql"), *where, "-XAtc", sql]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def log(server: EmbeddedPostgres) -> str:
    return server.cluster.log.read_text() if server.cluster.log.exists() else ""


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.cluster.data / "postmaster.pid").read_text().split()[0])


def crashed(home: Path) -> EmbeddedPostgres:
    """A server that was killed, and so was its application: the pid file is left behind."""
    server = embedded(home).__enter__()
    kill(server)
    server.sharing.leave()
    return server


def kill(server: EmbeddedPostgres) -> None:
    """Kill the server that this object launched, and bury it."""
    assert server._child
    server._child.kill()
    server._child.wait()


def made(home: Path) -> EmbeddedPostgres:
    """A server that was stopped in good order."""
    with embedded(home) as server:
        return server


def will_recover_long(home: Path) -> EmbeddedPostgres:
    """The next start recovers until `end_recovery`: a standby that takes no connections looks just like it."""
    server = made(home)
    (server.cluster.data / "standby.signal").touch()
    (server.cluster.data / "postgresql.auto.conf").write_text("hot_standby = off\n")
    return server


def end_recovery(server: EmbeddedPostgres) -> None:
    assert server.cluster._run("pg_ctl", "promote", "-D", server.cluster.data).returncode == 0


def knock(server: EmbeddedPostgres, uid: int) -> str:
    """What the server says to a connection of another OS user: R and a code, or E and an error."""
    words = b"user\0postgres\0database\0postgres\0\0"
    os.seteuid(uid)
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(server.cluster.socket / ".s.PGSQL.5432"))
            line.sendall(struct.pack("!ii", len(words) + 8, 3 << 16) + words)
            return line.recv(1000).decode(errors="replace")
    finally:
        os.seteuid(0)
