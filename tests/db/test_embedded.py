"""The embedded PostgreSQL in its ordinary life: it starts, is shared, recovers, and ends with its last user."""

import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.db.cast import (
    INTERRUPTED,
    Application,
    crashed,
    embedded,
    end_recovery,
    log,
    made,
    psql,
    temporary_home,
    until,
    used_home,
    will_recover_long,
)
from warmline.db.cluster import LOG_BYTES
from warmline.db.embedded import CannotStart, EmbeddedPostgres, Phase, scratch

pytestmark = pytest.mark.xdist_group("embedded")
Start = Callable[[], Application]


@pytest.fixture
def home() -> Iterator[Path]:
    with used_home() as folder:
        yield folder


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    started: list[Application] = []

    def one() -> Application:
        started.append(Application(home))
        return started[-1]

    yield one
    for application in started:
        application.close()


async def test_clients_reach_it_by_its_url_whatever_their_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGSERVICE": "none", "LC_ALL": "xx_YY"}.items():
        monkeypatch.setenv(name, value)
    with scratch() as server:
        monkeypatch.delenv("PGSERVICE")  # a client that is told to use a service uses it
        connection = await asyncpg.connect(server.url())
        assert await connection.fetchval("SHOW data_checksums") == "on"
        await connection.close()
        engine = create_async_engine(server.url(driver="+asyncpg"))
        async with engine.connect() as session:
            assert (await session.execute(text("SELECT current_user"))).scalar_one() == "postgres"
        await engine.dispose()


def test_settings_are_the_constructors_over_ours_and_nothing_listens_on_the_network(home: Path) -> None:
    with EmbeddedPostgres(home, settings={"fsync": "off", "work_mem": "5MB", "cluster_name": "it's \\ odd"}) as server:
        shown = {"fsync": "off", "jit": "off", "synchronous_commit": "on", "work_mem": "5MB", "listen_addresses": ""}
        assert {name: psql(server, f"SHOW {name}") for name in shown} == shown
        assert psql(server, "SHOW cluster_name") == "it's \\ odd"


def test_what_an_operator_alters_stays_over_our_settings(home: Path) -> None:
    with embedded(home) as server:
        psql(server, "ALTER SYSTEM SET work_mem = '9MB'")
    with embedded(home) as server:
        assert psql(server, "SHOW work_mem") == "9MB"


def test_sigterm_stops_it_and_after_a_kill_the_next_process_adopts_it(home: Path, start: Start) -> None:
    look = embedded(home)
    first = start()
    assert first.is_up()
    assert (first.end(), look.answer()) == (0, Phase.DOWN)
    second = start()
    assert second.is_up()
    second.end(signal.SIGKILL)
    assert look.answer() is Phase.READY
    with embedded(home) as third:
        assert psql(third, "SELECT 1") == "1"
        assert log(third).count("ready to accept connections") == 2
    assert look.answer() is Phase.DOWN


def test_eight_start_at_once_and_share_one_server_that_ends_with_the_last(home: Path, start: Start) -> None:
    look = embedded(home)
    shutil.rmtree(home / "data")  # one of them makes it
    all_of_them = [start() for _ in range(8)]
    assert all(application.is_up() for application in all_of_them)
    assert log(look).count("ready to accept connections") == 1
    for application in all_of_them:  # the first to go may be the one that launched it
        assert look.answer() is Phase.READY
        assert application.end() == 0
    assert look.answer() is Phase.DOWN


@pytest.mark.parametrize("moment", ["start.lock", "data/postmaster.pid", "recovering"])
def test_sigterm_while_it_starts_stops_it_too(home: Path, start: Start, moment: str) -> None:
    look = will_recover_long(home)
    (home / "start.lock").unlink()
    starting = start()
    if moment == "recovering":
        until(lambda: look.answer() is Phase.RECOVERING)
    else:
        until((home / moment).exists)
    assert starting.end() == 0
    assert look.answer() is Phase.DOWN
    assert not (look.cluster.data / "postmaster.pid").exists()


def test_sigterm_in_the_middle_of_the_launch_forgets_no_server(home: Path) -> None:
    application = Application(home, INTERRUPTED)
    assert application.process.wait(20) == 0
    application.close()
    assert embedded(home).answer() is Phase.DOWN
    assert not (home / "data/postmaster.pid").exists()


def test_a_long_recovery_is_waited_for_and_reported(home: Path, start: Start) -> None:
    will_recover_long(home)
    server, other = embedded(home), start()
    server.patience = 0
    assert server.phase == "starting"
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(server.ensure)
        until(lambda: server.phase == "recovering")
        until(lambda: log(server).count("entering standby mode") == 1)
        assert not answer.done()
        end_recovery(server)
        assert answer.result(20) is True
    assert server.phase == "ready"
    assert other.is_up()
    server.stop()
    assert server.phase == "down"


def test_stop_interrupts_a_wait_for_recovery_also_when_another_process_waits(home: Path, start: Start) -> None:
    look, _ = will_recover_long(home), start()
    server = embedded(home)
    until(lambda: look.answer() is Phase.RECOVERING)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(server.ensure)
        until(lambda: server.phase == "recovering")
        server.stop()
        assert answer.result(5) is False
    assert look.answer() is Phase.RECOVERING  # the other one still needs it
    assert server.ensure() is False
    server.stop()


@pytest.mark.parametrize("moment", ["start.lock", "data.half", "data", "data/postmaster.pid", "run/.s.PGSQL.5432"])
def test_stop_at_any_moment_of_a_first_start_leaves_no_server(moment: str) -> None:
    with temporary_home() as home, ThreadPoolExecutor(1) as thread:
        server = embedded(home)
        answer = thread.submit(server.ensure)
        until((home / moment).exists)
        server.stop()
        answer.result(20)
        assert server.answer() is Phase.DOWN
        assert not (home / "data/postmaster.pid").exists()


def test_a_half_made_data_directory_is_made_anew() -> None:
    with temporary_home() as home:
        (home / "start.lock").touch()
        (home / "data.half").mkdir()
        (home / "data.half/PG_VERSION").write_text("18\n")
        with embedded(home) as server:
            assert psql(server, "SELECT 1") == "1"


def test_a_server_that_cannot_start_says_why_after_its_patience(home: Path) -> None:
    made(home)
    server = EmbeddedPostgres(home, settings={"shared_buffers": "lots"}, patience=0.1)
    with pytest.raises(CannotStart, match='invalid value for parameter "shared_buffers": "lots"'):
        server.__enter__()
    assert server.phase == "down"


def test_a_log_that_grew_large_starts_anew(home: Path) -> None:
    server = crashed(home)
    with server.cluster.log.open("ab") as file:
        file.truncate(LOG_BYTES + 1)
    with embedded(home):
        assert server.cluster.log.stat().st_size < LOG_BYTES
    assert (home / "postgres.log.1").stat().st_size == LOG_BYTES + 1
