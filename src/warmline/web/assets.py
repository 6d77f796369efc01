"""The static files. Their address carries a digest of all of them, so browsers keep each version for ever.

The digest is in the path, not in a query: modules import each other by relative paths, which then carry it too.
"""

import hashlib
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).with_name("static")
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def version() -> str:
    """A digest of every static file, its name and its content."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def asset(path: str) -> str:
    """The address of a static file: `asset("warmline.css")`."""
    return f"/static/{version()}/{path}"


class Static(StaticFiles):
    """Serves `/static/VERSION/path`. An old version gets the present file, to be asked for again the next time."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        """The file, with how long it may be kept."""
        asked, _, inner = path.replace("\\", "/").partition("/")
        response = await super().get_response(inner, scope)
        response.headers["Cache-Control"] = FOR_EVER if asked == version() else "no-cache"
        return response
