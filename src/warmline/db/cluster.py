"""One data directory of PostgreSQL: its files, and the programs that run on them. `embedded.py` decides when.

Nobody here reads a pid to learn whether a server lives: a pid in a file may by now be a stranger's, or a zombie's.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from warmline.db import wheel
from warmline.db.home import make_private, socket_folder
from warmline.db.os_user import CannotStart, OsUser, our_name, run

SETTINGS = {  # for a small server beside its application; `ALTER SYSTEM` goes over these
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "pglz",
    "max_wal_size": "1GB",  # more would make checkpoints rarer and recovery longer
    "checkpoint_timeout": "5min",
    "random_page_cost": "1.1",
    "autovacuum_naptime": "15s",  # queue-like tables change fast
    "jit": "off",  # short statements: compiling takes longer than running
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # DETAIL quotes the rows, and so people's words
    "unix_socket_permissions": "0700",
}
LOG_BYTES = 10_000_000
ANSWER_SECONDS = 3  # a server that says nothing for so long is down, whatever its process does


class Phase(StrEnum):
    """How far the server is."""

    STARTING = "starting"
    RECOVERING = "recovering"
    READY = "ready"
    DOWN = "down"


ANSWERS = {0: Phase.READY, 1: Phase.RECOVERING}  # exit statuses of pg_isready; 2 is "nobody there"


class Cluster:
    """The files and programs of one data directory; it remembers nothing about processes."""

    def __init__(self, home: Path, settings: Mapping[str, str], user: OsUser, install: Path | None = None) -> None:
        self.home = home.absolute()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.socket = socket_folder(self.home)
        self.settings = SETTINGS | dict(settings)
        self.user = user
        self.asked_for = install
        self.install = install or wheel.newest()
        self._logged = 0  # the log's length before the last launch

    def answer(self) -> Phase:
        """READY, RECOVERING or DOWN, judged by connecting to our own socket."""
        who = ("-h", self.socket, "-p", "5432", "-U", "postgres", "-d", "postgres")
        done = run(self.install / "bin/pg_isready", "-q", "-t", str(ANSWER_SECONDS), *who, env=wheel.environment())
        return ANSWERS.get(done.returncode, Phase.DOWN)

    def prepare(self) -> None:
        """Make what is missing; the caller holds the start lock. Raises CannotStart."""
        make_private(self.socket, self.user)
        fitting = self.asked_for or wheel.fitting(self.data)
        self.install = wheel.within_reach(fitting, self.user, self.home)
        if not self.data.exists():
            self._initialize()

    def launch(self) -> subprocess.Popen[bytes]:
        """Start a server; the caller holds the start lock and found that nobody answers."""
        wheel.forget_copies(self.home, self.install)
        self._rotate_log()
        with open(self.log, "ab", opener=_closed_to_others) as output:
            return subprocess.Popen(  # noqa: S603  our own programs, no shell
                [self.install / "bin/postgres", "-D", self.data, *self._places()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=wheel.environment() | self._stale_pid(),
                start_new_session=True,  # Ctrl-C is for us; the server stops when we say so
                **self.user.identity,
            )

    def stop(self, child: subprocess.Popen[bytes] | None, seconds: float) -> bool:
        """End the server, our child or adopted, by a fast shutdown; False if it is still at it after `seconds`."""
        if child is None:  # pg_ctl signals the pid in the file: only ask when a server has just answered
            return self._run("pg_ctl", "stop", "-m", "fast", "-t", str(int(seconds)), "-D", self.data).returncode == 0
        child.send_signal(signal.SIGINT)  # nobody else can have our own child's pid
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        return child.returncode is not None

    def last_words(self) -> str:
        """The end of what the last launch wrote to the log."""
        with suppress(FileNotFoundError), self.log.open("rb") as log:
            log.seek(max(self._logged, self.log.stat().st_size - 2000))
            return log.read().decode(errors="replace").strip()
        return ""

    def _places(self) -> list[str]:
        """On the command line, where `ALTER SYSTEM` cannot move them; the files are written anew for every start."""
        self._write("postgresql.conf", "".join(f"{name} = {_quote(value)}\n" for name, value in self.settings.items()))
        self._write("pg_hba.conf", "local all all peer map=warmline\n")
        names = sorted({self.user.name, our_name()})
        self._write("pg_ident.conf", "".join(f'warmline "{name}" all\n' for name in names))
        places = {"config_file": "postgresql.conf", "hba_file": "pg_hba.conf", "ident_file": "pg_ident.conf"}
        files = [f"--{setting}={self.home / name}" for setting, name in places.items()]
        return [*files, "--listen_addresses=", f'--unix_socket_directories="{self.socket}"', "--port=5432"]

    def _write(self, name: str, text: str) -> None:
        (self.home / name).write_text(f"# Written by Warmline at every start.\n{text}")
        (self.home / name).chmod(0o644)  # for the server's user, whatever the umask; the home is closed to others

    def _rotate_log(self) -> None:
        self._logged = self.log.stat().st_size if self.log.exists() else 0
        if self._logged > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
            self._logged = 0

    def _stale_pid(self) -> dict[str, str]:
        """Tell PostgreSQL that the pid in its file is no server's, the way pg_ctl does (PG_GRANDPARENT_PID).

        Deleting the file would switch off the shared-memory check that keeps two servers apart. A file without a pid
        (power was lost) has nothing to check, and is in the way; so is the socket's lock, which guards nothing more.
        """
        (self.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        file = self.data / "postmaster.pid"
        with suppress(FileNotFoundError):
            pid = file.read_text(errors="replace").partition("\n")[0].strip().removeprefix("-")
            if pid.isdecimal() and 0 < int(pid) <= 4_194_304:  # no system has higher ones
                return {"PG_GRANDPARENT_PID": pid}
            file.unlink()
        return {}

    def _initialize(self) -> None:
        """Under another name first: a half-made data directory never counts."""
        half = self.home / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        make_private(half, self.user)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        hurry = ["--no-sync"] if self.settings["fsync"] == "off" else []
        done = self._run("initdb", "-D", half, "-U", "postgres", "--auth=peer", "--data-checksums", *locale, *hurry)
        if done.returncode:
            raise CannotStart(f"initdb: {done.stderr.strip()}")
        half.rename(self.data)

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run(self.install / "bin" / program, *arguments, env=wheel.environment(), **self.user.identity)


def _closed_to_others(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _quote(value: str) -> str:
    return "'" + value.replace("\\", r"\\").replace("'", "''") + "'"
