"""When a delivery is tried again. Pure.

The waits are those of the Standard Webhooks specification: ten tries within a good three days, then it is dead.
"""

from datetime import datetime, timedelta

WAITS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)  # seconds after the 1st, 2nd, ... failed try
SPREAD = 0.1  # of a wait, to either side: what failed together does not come back together
LONGEST = 86400  # seconds; however long a receiver asks us to wait


def next_try(failed: int, now: datetime, chance: float, asked: float | None = None) -> datetime | None:
    """When to try again after so many failed tries; None where that was the last.

    `chance`, 0 to 1, places it within its spread. `asked` are the seconds of a receiver's Retry-After.
    """
    if failed > len(WAITS):
        return None
    wait = WAITS[failed - 1] * (1 + SPREAD * (2 * chance - 1))
    return now + timedelta(seconds=max(wait, min(asked or 0, LONGEST)))
