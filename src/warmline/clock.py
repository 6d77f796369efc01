"""The clock. The time is the database's; this moves it, so that a test lives through hours at once."""

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
