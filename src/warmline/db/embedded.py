"""Supervise the PostgreSQL of the wheel: start it, wait for its recovery, bring it back, and stop it as the last user.

Alive means that a connection to our own socket is answered; in use, that somebody holds a file lock. Starting and
stopping happen alone, under another lock, which is held for seconds and never for a recovery. What else was thought
of, and why the wheel's own `get_server` is not used: docs/decisions/0002-embedded-postgresql.md.
"""

import asyncio
import logging
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

from warmline.db.cluster import Cluster, Phase
from warmline.db.home import default_home, make_home
from warmline.db.os_user import CannotStart, server_user
from warmline.db.sharing import Sharing

__all__ = ["THROWAWAY", "CannotStart", "EmbeddedPostgres", "Phase", "default_home", "scratch"]

FIRST_ANSWER_SECONDS = 10.0  # a server opens its socket before it recovers, so this is long
SHUTDOWN_SECONDS = 20.0  # then we leave it to itself: the whole process has 30
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}  # for data nobody will miss

logger = logging.getLogger(__name__)


class EmbeddedPostgres:
    """The server of one `home`, shared by all processes that use it; one object serves from `ensure` to `stop`.

    Whoever uses it makes SIGTERM an orderly exit, as uvicorn does; after a kill -9 the next process adopts the server.
    """

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] | None = None,
        run_as: str = "postgres",
        install: Path | None = None,
        patience: float = 60.0,
    ) -> None:
        self.cluster = Cluster(home, settings or {}, server_user(run_as), install)
        self.sharing = Sharing(self.cluster.home)
        self.patience = patience  # seconds of failed starts; a killed server's backends can hold its memory a while
        self._seen = Phase.STARTING
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        try:
            if not self.ensure():
                raise CannotStart("it was stopped before it was ready")
        except BaseException:  # SIGTERM in the middle of a recovery comes as SystemExit
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def phase(self) -> Phase:
        """How far the server was when `ensure` or `watch` last looked."""
        return Phase.DOWN if self._stopping.is_set() else self._seen

    def url(self, user: str = "postgres", database: str = "postgres", driver: str = "") -> str:
        """A connection URL; `driver` is like "+asyncpg". No password: the server knows us by our OS user."""
        return f"postgresql{driver}://{user}@/{database}?host={quote(str(self.cluster.socket))}&port=5432"

    def answer(self) -> Phase:
        """READY, RECOVERING or DOWN, judged by connecting now."""
        return self.cluster.answer()

    def ensure(self) -> bool:
        """Return once the server answers, starting it if nobody did; recovery is waited for without end.

        Safe in any thread and any number of processes. False: `stop` was called meanwhile. Raises CannotStart.
        """
        failing_since, pause = 0.0, 0.02
        with ThreadPoolExecutor(1) as hand:  # signals interrupt the main thread only: no launch is cut in half
            while not self._stopping.is_set():
                phase = hand.submit(self._look).result()
                if phase is Phase.READY:
                    return True
                failing_since = (failing_since or time.monotonic()) if phase is Phase.DOWN else 0.0
                if failing_since and time.monotonic() - failing_since > self.patience:
                    raise CannotStart(f"PostgreSQL does not come up: {self.cluster.last_words()}")
                pause = min(pause * 2, 1.0) if failing_since else 0.05
                self._stopping.wait(pause)
        return False

    async def watch(self, every: float = 0.5) -> None:
        """Keep the server up until `stop`; run it as a task. A failed attempt is logged, and tried again."""
        soon = every / 8  # a killed server's backends are gone in a moment; a full disk stays
        while not self._stopping.is_set():
            down = await asyncio.to_thread(self._look_calmly) is Phase.DOWN
            await asyncio.sleep(soon if down else every)
            soon = min(soon * 2, 10 * every) if down else every / 8

    def stop(self) -> None:
        """Leave, for good; the last one out stops the server. Interrupts `ensure`, ends `watch`, may be repeated."""
        self._stopping.set()
        if not self.sharing.joined and not self.sharing.start_lock.exists():
            return
        with self.sharing.alone():
            if self.sharing.leave():
                self._shut_down()
        if self._child and self._runs():  # it lives on for other processes; as long as we live, we bury it when it ends
            threading.Thread(target=self._child.wait, daemon=True).start()

    def _look_calmly(self) -> Phase:
        try:
            return self._look()
        except Exception:
            logger.exception("looking after PostgreSQL failed")
            return Phase.DOWN

    def _look(self) -> Phase:
        """Look once, and start the server if nobody answers; takes seconds, never as long as a recovery."""
        if self._stopping.is_set():
            return Phase.DOWN
        try:
            self._join()
            self._seen = self._found()
        except OSError as problem:  # the disk is full, a folder is closed ...
            self._seen = Phase.DOWN
            raise CannotStart(str(problem)) from problem
        except CannotStart:
            self._seen = Phase.DOWN
            raise
        return self._seen

    def _join(self) -> None:
        if self.sharing.joined:
            return
        make_home(self.cluster.home, self.cluster.user)
        with self.sharing.alone():
            if not self.sharing.joined and not self._stopping.is_set():
                self.cluster.prepare()
                self.sharing.join()

    def _found(self) -> Phase:
        answer = self.answer()
        if answer is not Phase.DOWN:
            return answer
        if self._runs():  # it is not there yet, or it hangs: a rival would be no help
            return Phase.STARTING if self._seen is Phase.STARTING else Phase.DOWN
        return self._launch()

    def _launch(self) -> Phase:
        with self.sharing.alone():
            if self._stopping.is_set() or self._runs():
                return self._seen
            if (answer := self.answer()) is not Phase.DOWN:  # another process got there first
                return answer
            if self._seen in (Phase.READY, Phase.RECOVERING):
                logger.warning("PostgreSQL is gone; starting it again")
            self._seen = Phase.STARTING
            self._child = self.cluster.launch()
            return self._first_answer()

    def _first_answer(self) -> Phase:
        """Stay alone until the new server answers or gives up, so that nobody starts another meanwhile."""
        deadline = time.monotonic() + FIRST_ANSWER_SECONDS
        while self._runs() and time.monotonic() < deadline:
            if (answer := self.answer()) is not Phase.DOWN:
                return answer
            self._stopping.wait(0.02)
        if self._runs():
            return Phase.STARTING
        logger.warning("PostgreSQL did not start: %s", self.cluster.last_words())
        return Phase.DOWN

    def _runs(self) -> bool:
        return self._child is not None and self._child.poll() is None  # poll() also buries a zombie

    def _shut_down(self) -> None:
        child = self._child if self._runs() else None
        if child is None and self.answer() is Phase.DOWN:
            return
        if not self.cluster.stop(child, SHUTDOWN_SECONDS):
            logger.warning("PostgreSQL is still shutting down; leaving it to finish alone")


@contextmanager
def scratch(settings: Mapping[str, str] | None = None) -> Iterator[EmbeddedPostgres]:
    """A throw-away server in a temporary folder, for tests and measurements; nothing remains."""
    with tempfile.TemporaryDirectory() as home, EmbeddedPostgres(Path(home), settings=settings or THROWAWAY) as server:
        yield server
