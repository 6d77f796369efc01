"""The OS user that PostgreSQL runs as: ourselves, or, as root (which PostgreSQL refuses), an unprivileged one."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class CannotStart(Exception):
    """PostgreSQL did not come up; the message says what to change, or holds the end of its log."""


@dataclass(frozen=True)
class OsUser:
    """A user of the operating system, and what it may do."""

    name: str
    uid: int
    gid: int

    @property
    def identity(self) -> dict[str, Any]:
        """Arguments of `subprocess` by which a child becomes this user, in a folder that everybody may enter."""
        become = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return {"cwd": "/"} | (become if os.geteuid() == 0 else {})

    def can(self, *command: str | Path) -> bool:
        """Whether this user can run the command; asked of the kernel, which alone knows every rule."""
        try:
            return run(*command, **self.identity).returncode == 0
        except OSError:  # it may not even be looked at
            return False

    def can_enter(self, folder: Path) -> bool:
        """Whether this user can pass through the folder."""
        return self.can("test", "-x", folder)


def server_user(run_as: str = "postgres") -> OsUser:
    """Ourselves; as root, the user `run_as`, made if it is missing. Raises CannotStart: initdb and peer need a name."""
    try:
        return _as_os_user(pwd.getpwuid(os.geteuid()) if os.geteuid() != 0 else _unprivileged(run_as))
    except (KeyError, OSError) as problem:
        raise CannotStart(
            "PostgreSQL needs an unprivileged OS user with a name; `useradd --system postgres` makes one"
        ) from problem


def our_name() -> str:
    """The name of the OS user that we are."""
    return pwd.getpwuid(os.geteuid()).pw_name


def run(*command: str | Path, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a program of ours to its end, without a shell; `how` goes to `subprocess`. Raises OSError."""
    return subprocess.run(command, check=False, capture_output=True, text=True, errors="replace", **how)  # noqa: S603


def _unprivileged(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:  # another process may be making it just now: what counts is that it is there afterwards
        run("useradd", "--system", "--no-create-home", name)
        return pwd.getpwnam(name)


def _as_os_user(found: pwd.struct_passwd) -> OsUser:
    return OsUser(found.pw_name, found.pw_uid, found.pw_gid)
