"""One-time tickets of this process: what is good for five minutes and for one use."""

import time
from typing import Any

LASTS = 300.0  # seconds
MOST = 10_000  # tickets kept at once; the oldest go first


class Tickets:
    """Put something under a name that only the other side knows; take it once."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Any]] = {}

    def put(self, name: str, what: Any) -> None:
        """Keep it for a while."""
        now = time.monotonic()
        self._kept = {old: kept for old, kept in self._kept.items() if kept[0] > now}
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[name] = (now + LASTS, what)

    def take(self, name: str) -> Any:
        """What was kept, once; an empty dictionary where there is nothing, or no longer."""
        until, what = self._kept.pop(name, (0.0, {}))
        return what if until > time.monotonic() else {}
