"""Which processes use a home: file locks, which the kernel drops when their holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warmline.db.home import START_LOCK


class Sharing:
    """One process's part in a home. In use means: somebody holds a shared lock on `users.lock`."""

    def __init__(self, home: Path) -> None:
        self.start_lock = home / START_LOCK
        self.users_lock = home / "users.lock"
        self._membership: int | None = None

    @property
    def joined(self) -> bool:
        """Whether this process counts as a user."""
        return self._membership is not None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One at a time, of all processes and threads, starts or stops the server. Held for seconds at most."""
        with _opened(self.start_lock) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def join(self) -> None:
        """Count as a user; the caller is alone."""
        self._membership = _open(self.users_lock)
        fcntl.flock(self._membership, fcntl.LOCK_SH)  # never waits: `leave` is brief, and alone

    def leave(self) -> bool:
        """Count no longer; True if nobody else does. The caller is alone, so nobody joins meanwhile."""
        membership, self._membership = self._membership, None
        if membership is None:
            return False
        try:
            fcntl.flock(membership, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(membership)
        return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = _open(path)
    try:
        yield handle
    finally:
        os.close(handle)
