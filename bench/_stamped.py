"""The real server, which also writes down the moment at which each commit came back from the database.

The clock is the machine's monotonic one, which is the same in all its processes.
"""

import sys
import time

from fastapi import FastAPI

from warmline.cli import settings
from warmline.web.server import serve


def _stamp() -> None:
    print(time.perf_counter_ns(), flush=True)


async def _then(web: FastAPI) -> None:
    web.state.warmline.database.on_commit.insert(0, _stamp)  # before the hub hears of it


if __name__ == "__main__":
    sys.exit(serve(settings(), then=_then))
