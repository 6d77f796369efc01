"""Where the embedded PostgreSQL lives, and whose those folders are.

As root, `home` itself stays root's and lets the server's user pass through: nothing that root writes (locks, log,
configuration) lies in a folder where that user could put a link in its place. `data` and the socket's folder are that
user's, closed to all others. No folder that existed before is opened.
"""

import hashlib
import os
import re
from pathlib import Path

from warmline.db.os_user import CannotStart, OsUser, server_user

START_LOCK = "start.lock"  # the first file in a home
SIGNS = (START_LOCK, "data/PG_VERSION")
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")  # a socket's path is cut at 103 bytes on macOS, at 107 on Linux
STATE = Path("/var/lib/warmline")
TEMPORARY = Path("/tmp")  # noqa: S108  not TMPDIR: two processes with different ones must agree


def default_home(data_dir: Path, run_as: str = "postgres", state: Path = STATE) -> Path:
    """`data_dir`; for root, where the server's user cannot get there, a folder per clone under /var/lib/warmline.

    It only looks. A folder that was used before stays the one: a parent's permissions changed later must not make an
    empty database of it.
    """
    wanted = data_dir.absolute()
    if os.geteuid() != 0 or _was_used(wanted):
        return wanted
    instead = state / f"{wanted.parent.name}-{_short_hash(wanted)}"
    reached = not _was_used(instead) and server_user(run_as).can_enter(_nearest(wanted.parent))
    return wanted if reached else instead


def socket_folder(home: Path) -> Path:
    """Inside home; where clients would trip over that path, a private folder in the temporary one.

    The path goes into connection URLs, where a comma separates hosts and a colon a port.
    """
    inside = home / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w/. -]+", str(inside), re.ASCII):
        return inside
    return TEMPORARY / f"warmline-{_short_hash(home)}"


def make_home(home: Path, user: OsUser) -> None:
    """Make the folder, closed to all but us and (to pass through) the server's user. Raises CannotStart."""
    if not user.can_enter(_nearest(home.parent)):
        raise CannotStart(f"{user.name} cannot reach {home}: choose a folder under /var/lib")
    for parent in reversed([folder for folder in home.parents if not folder.exists()]):
        parent.mkdir(exist_ok=True)
        parent.chmod(0o711)  # whatever the umask: the server's user must pass
    home.mkdir(mode=0o700, exist_ok=True)
    if any(home.iterdir()) and not _is_home(home):
        raise CannotStart(f"{home} holds other files: choose a folder of its own")
    we_are = os.geteuid()
    _take(home, owners={we_are}, uid=we_are, gid=user.gid, mode=0o710 if we_are == 0 else 0o700)


def make_private(folder: Path, user: OsUser) -> None:
    """Make the folder the server's user's, closed to all others. Raises CannotStart where somebody else made it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _take(folder, owners={os.geteuid(), user.uid}, uid=user.uid, gid=user.gid, mode=0o700)


def _take(folder: Path, owners: set[int], uid: int, gid: int, mode: int) -> None:
    """By handle, not by name: the folder that was looked at is the one that is changed."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as problem:
        raise CannotStart(f"{folder} belongs to someone else, or is a link") from problem
    try:
        if os.fstat(handle).st_uid not in owners:
            raise CannotStart(f"{folder} belongs to someone else")
        os.fchown(handle, uid, gid)
        os.fchmod(handle, mode)
    finally:
        os.close(handle)


def _was_used(folder: Path) -> bool:
    return _is_home(folder) or any(_is_home(inside) for inside in folder.glob("*/"))


def _is_home(folder: Path) -> bool:
    return any((folder / sign).exists() for sign in SIGNS)


def _nearest(folder: Path) -> Path:
    """The folder, or the closest one above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
