"""The clock. The time is the database's; this moves it, so that a test lives through hours at once."""

import asyncio
import time
from datetime import datetime, timedelta


class Clock:
    """Turns the database's time into the product's. In production they are the same."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def read(self, database_now: datetime) -> datetime:
        """The time to act by, UTC and aware."""
        return database_now + self.offset

    def advance(self, by: timedelta) -> None:
        """Jump; for tests and for customers' own rule tests."""
        self.offset += by


class Pace:
    """For a loop that is woken: at once after a rest, then once per `every` seconds, however often it is woken."""

    def __init__(self, every: float) -> None:
        self.every = every
        self._next = 0.0

    async def step(self) -> None:
        """Wait for one's turn."""
        if (early := self._next - time.monotonic()) > 0:
            await asyncio.sleep(early)
        self._next = time.monotonic() + self.every
