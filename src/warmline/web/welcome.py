"""What the server says when it is up: its address, and what to do first."""

import sys

from fastapi import FastAPI

from warmline.settings import Settings
from warmline.web.server import Then


def welcome(settings: Settings, *, demo: bool) -> Then:
    """What happens once the database is there."""

    async def greet(web: FastAPI) -> None:
        print(f"Warmline is at {settings.address}", file=sys.stderr, flush=True)

    return greet
