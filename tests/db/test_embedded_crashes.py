"""The embedded PostgreSQL in trouble: kills, lies in its files, hanging. Every process touched is one started here."""

import asyncio
import logging
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.db.cast import crashed, embedded, kill, log, postmaster, psql, until, used_home
from warmline.db import cluster
from warmline.db.embedded import EmbeddedPostgres, Phase

pytestmark = pytest.mark.xdist_group("embedded")
SOCKET_LOCK = ".s.PGSQL.5432.lock"


@pytest.fixture
def home() -> Iterator[Path]:
    with used_home() as folder:
        yield folder


@pytest.fixture
def innocent(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's own OS user, so that it could be signalled."""
    with subprocess.Popen(["sleep", "600"], **embedded(home).cluster.user.identity) as process:
        yield process
        process.kill()


def has_been_ready(server: EmbeddedPostgres, times: int) -> bool:
    return log(server).count("ready to accept connections") == times


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_strangers_pid_in_the_files_is_neither_believed_nor_harmed(
    home: Path, innocent: subprocess.Popen[bytes], sign: str
) -> None:
    server = crashed(home)
    pid_file = server.cluster.data / "postmaster.pid"
    others = pid_file.read_text().splitlines()[1:]
    pid_file.write_text("\n".join([f"{sign}{innocent.pid}", *others]) + "\n")
    (server.cluster.socket / SOCKET_LOCK).write_text(f"{innocent.pid}\n")
    with embedded(home) as again:
        assert psql(again, "SELECT 1") == "1"
    assert innocent.poll() is None


def test_a_stranger_in_a_file_is_not_stopped_for_a_server_that_is_gone(
    home: Path, innocent: subprocess.Popen[bytes]
) -> None:
    server = embedded(home).__enter__()
    kill(server)
    (server.cluster.data / "postmaster.pid").write_text(f"{innocent.pid}\n{server.cluster.data}\n")
    server.stop()
    assert innocent.poll() is None


def test_a_half_written_pid_file_is_no_obstacle(home: Path) -> None:
    for content in (b"", b"\n", b"0\n", b"12345", b"gar", b"\0\xff\0", b"12345\n/nowhere\n", b"9" * 30):
        server = crashed(home)
        (server.cluster.data / "postmaster.pid").write_bytes(content)
        (server.cluster.socket / SOCKET_LOCK).write_bytes(content)
    with embedded(home) as again:
        assert psql(again, "SELECT 1") == "1"


def test_a_zombie_is_not_a_server(home: Path) -> None:
    with embedded(home) as first:
        zombie = postmaster(first)
        os.kill(zombie, signal.SIGKILL)  # nobody waits for it: kill(zombie, 0) goes on succeeding
        with embedded(home) as second:
            os.kill(zombie, 0)
            assert psql(second, "SELECT 1") == "1"
        assert psql(first, "SELECT 1") == "1"
    assert first.answer() is Phase.DOWN


async def test_the_watch_brings_a_dead_server_back_time_after_time(home: Path) -> None:
    with embedded(home) as server:
        watch = asyncio.create_task(server.watch(every=0.05))
        for deaths in range(1, 4):
            kill(server)
            await asyncio.to_thread(until, partial(has_been_ready, server, deaths + 1))
        await asyncio.to_thread(until, lambda: server.phase == "ready")
        await asyncio.to_thread(server.stop)
        await asyncio.wait_for(watch, 5)  # it ends by itself
    assert server.answer() is Phase.DOWN


async def test_the_watch_alone_brings_a_server_up(home: Path) -> None:
    server = embedded(home)
    watch = asyncio.create_task(server.watch(every=0.05))
    await asyncio.to_thread(until, lambda: server.phase == "ready")
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)
    await asyncio.to_thread(server.stop)


async def test_the_watch_outlives_its_failures(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """First the server refuses, as one does without its control file; then we cannot even try, without a log."""
    with embedded(home) as server:
        control, hidden = server.cluster.data / "global/pg_control", home / "hidden"
        control.rename(hidden)
        server.cluster.log.unlink()
        watch = asyncio.create_task(server.watch(every=0.05))
        os.kill(postmaster(server), signal.SIGKILL)
        await asyncio.to_thread(until, lambda: "did not start" in caplog.text and server.phase == "down")
        server.cluster.log.rename(home / "aside")
        server.cluster.log.mkdir()
        await asyncio.to_thread(until, lambda: "looking after PostgreSQL failed" in caplog.text)
        server.cluster.log.rmdir()
        hidden.rename(control)
        await asyncio.to_thread(until, lambda: server.phase == "ready")
        assert not watch.done()
        watch.cancel()
    assert {record.levelno for record in caplog.records} >= {logging.WARNING, logging.ERROR}


def test_a_restart_waits_for_the_backends_of_a_killed_server(home: Path) -> None:
    """One that is stopped cannot notice its postmaster's death; two servers on its data would destroy them."""
    with embedded(home) as server:
        session = subprocess.Popen(  # psql keeps the backend that we stop
            [server.cluster.install / "bin/psql", server.url(), "-XAtc", "SELECT pg_sleep(600)"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        find = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
        until(lambda: psql(server, find))
        backend = int(psql(server, find))
        os.kill(backend, signal.SIGSTOP)
        os.kill(postmaster(server), signal.SIGKILL)
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(server.ensure)
            until(lambda: "still in use" in log(server))
            assert server.answer() is Phase.DOWN
            os.kill(backend, signal.SIGKILL)
            assert answer.result(20) is True
        session.wait(20)


def test_a_server_that_hangs_gets_no_rival(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 1)
    with embedded(home) as server, ThreadPoolExecutor(1) as thread:
        one = postmaster(server)
        os.kill(one, signal.SIGSTOP)
        second = EmbeddedPostgres(home)
        answer = thread.submit(second.ensure)
        until(lambda: "still in use" in log(server))
        assert server._found() is Phase.DOWN  # and the one whose child it is knows better than to try
        os.kill(one, signal.SIGCONT)
        assert answer.result(20) is True
        assert postmaster(server) == one
        second.stop()
        assert server.answer() is Phase.READY
