"""Where the embedded PostgreSQL lives: any path will do, other OS users stay outside, and no door is opened."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.db.cast import NOBODY, ROOT, as_root, embedded, knock, made, psql, temporary_home, until
from warmline.db import wheel
from warmline.db.embedded import THROWAWAY, CannotStart, EmbeddedPostgres, default_home
from warmline.db.os_user import server_user

pytestmark = pytest.mark.xdist_group("embedded")


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_home() as place:
        yield place


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("name", ["plain", "with a space, a comma", "colon:and'quote\"%41ü", "long" * 40])
def test_any_path_will_do(folder: Path, name: str) -> None:
    with embedded(folder / name / "postgres") as server:
        assert psql(server, "SELECT count(*) FROM pg_hba_file_rules") == "1"
        assert mode(server.cluster.home) == (0o710 if ROOT else 0o700)
        assert {mode(server.cluster.socket), mode(server.cluster.data)} == {0o700}
        assert mode(folder / name) == 0o711
    if not server.cluster.socket.is_relative_to(folder):
        server.cluster.socket.rmdir()


async def test_a_url_leads_clients_through_a_space(folder: Path) -> None:
    import asyncpg

    with embedded(folder / "a space") as server:
        connection = await asyncpg.connect(server.url())
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()


@as_root
def test_other_os_users_stay_outside_by_folder_by_socket_and_by_name(folder: Path) -> None:
    with embedded(folder / "postgres") as server:
        place = server.cluster.socket
        assert knock(server, 0).startswith("R")
        for closed in (server.cluster.home, place, place / ".s.PGSQL.5432"):
            with pytest.raises(PermissionError):
                knock(server, NOBODY)
            closed.chmod(0o777)
        assert "Peer authentication failed" in knock(server, NOBODY)


@as_root
def test_a_socket_folder_that_a_stranger_made_first_is_refused(folder: Path) -> None:
    server = embedded(folder / ("long" * 40))
    place = server.cluster.socket
    try:
        place.mkdir()
        os.chown(place, NOBODY, NOBODY)
        with pytest.raises(CannotStart, match="someone else"):
            server.__enter__()
        assert place.stat().st_uid == NOBODY
        place.rmdir()
        place.symlink_to(folder)
        with pytest.raises(CannotStart, match="is a link"):
            embedded(server.cluster.home).__enter__()
        assert mode(folder) == 0o711
    finally:
        with suppress(IsADirectoryError):
            place.unlink()


def test_a_folder_that_holds_other_things_is_left_as_it_is(folder: Path) -> None:
    (folder / "thesis.txt").touch()
    with pytest.raises(CannotStart, match="holds other files"):
        embedded(folder).__enter__()
    assert mode(folder) == 0o711


@as_root
def test_closed_parents_stay_closed(folder: Path) -> None:
    (closed := folder / "closed").mkdir(mode=0o700)
    with pytest.raises(CannotStart, match="choose a folder under /var/lib"):
        embedded(closed / "deep/postgres").__enter__()
    assert mode(closed) == 0o700
    assert not list(closed.iterdir())


@as_root
def test_a_wheel_behind_a_closed_door_is_copied_again_when_it_changes(folder: Path) -> None:
    (closed := folder / "closed").mkdir(mode=0o700)
    install, home = wheel.newest(), folder / "postgres"
    for original in (package := install.parent, package.with_suffix(".libs")):
        (closed / original.name).symlink_to(original)
    behind = closed / package.name / install.name
    with EmbeddedPostgres(home, settings=THROWAWAY, install=behind) as server:
        copy = server.cluster.install
        assert copy.is_relative_to(home)
        assert psql(server, "CREATE EXTENSION vector; SELECT 1").endswith("1")
    (closed / package.name).unlink()
    (closed / package.name / install.name).mkdir(parents=True)
    for part in install.iterdir():
        (behind / part.name).symlink_to(part)
    (behind / "bin").unlink()
    (behind / "bin").mkdir(mode=0o700)
    for program in (install / "bin").iterdir():
        (behind / "bin" / program.name).write_bytes(program.read_bytes())
        (behind / "bin" / program.name).chmod(0o700)  # as a strict umask leaves them
    with EmbeddedPostgres(home, settings=THROWAWAY, install=behind) as server:
        assert server.cluster.install != copy
        assert not copy.exists()
    assert mode(closed) == 0o700


def test_a_data_directory_keeps_the_version_that_made_it(folder: Path) -> None:
    data = folder / "data"
    assert wheel.fitting(data) == wheel.newest()
    data.mkdir()
    oldest = wheel._installs()[-1]
    (data / "PG_VERSION").write_text(f"{wheel._major(oldest)}\n")
    assert wheel.fitting(data) == oldest
    (data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(CannotStart, match=r"PostgreSQL 9\.6, which is not installed"):
        wheel.fitting(data)


@as_root
def test_as_root_a_home_is_the_wanted_one_where_the_servers_user_can_get_there(folder: Path) -> None:
    wanted, state = folder / "clone/.warmline", folder / "var/lib/warmline"
    assert default_home(wanted, state=state) == wanted
    (folder / "clone").mkdir(mode=0o700)
    instead = default_home(wanted, state=state)
    assert instead.parent == state
    assert instead.name.startswith("clone-")
    assert default_home(folder / "other/clone/.warmline", state=state) != instead
    assert not state.exists()  # it only looked
    with embedded(instead) as server:
        assert psql(server, "SELECT 1") == "1"
    assert (mode(state), mode(instead), mode(folder / "clone")) == (0o711, 0o710, 0o700)


@as_root
def test_a_home_once_used_stays_the_home(folder: Path) -> None:
    wanted, state = folder / "clone/.warmline", folder / "state"
    (folder / "clone").mkdir(mode=0o700)
    made(instead := default_home(wanted, state=state))
    (folder / "clone").chmod(0o755)
    assert default_home(wanted, state=state) == instead
    made(wanted / "postgres")
    (folder / "clone").chmod(0o700)
    assert default_home(wanted, state=state) == wanted


@pytest.mark.skipif(ROOT, reason="NOT TESTED: needs to be an ordinary user")
def test_for_an_ordinary_user_the_home_is_the_wanted_one(folder: Path) -> None:
    assert default_home(folder / ".warmline") == folder / ".warmline"


@as_root
def test_a_user_that_cannot_be_made_is_a_clear_answer() -> None:
    with pytest.raises(CannotStart, match="needs an unprivileged OS user"):
        server_user("no such user!")
    until(lambda: server_user().uid != 0)
