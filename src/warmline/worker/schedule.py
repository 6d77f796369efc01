"""Every job there is. A job takes one chunk of one organization's due work, in one transaction, and says how much.

A slow job only takes its chunk in that transaction, and does it afterwards (`slow.py`).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.channels.outgoing import Outgoing
from warmline.channels.target import Means
from warmline.db.transaction import Database
from warmline.flows.clockwork import drop_old_keys, wake_handoffs
from warmline.flows.deliver import Courier
from warmline.flows.reading import take_reading
from warmline.flows.retention import forget
from warmline.llm.client import Client
from warmline.worker.slow import Slow

Job = Callable[[AsyncSession, UUID, datetime], Awaitable[int]]

JOBS: dict[str, Job] = {
    "handoffs": wake_handoffs,
    "idempotency_keys": drop_old_keys,
    "retention": forget,
}
READINGS_AT_ONCE = 16  # of which one organization alone gets half
DELIVERIES_AT_ONCE = 64


def slow_jobs(database: Database, model: Client | None = None, means: Means | None = None) -> dict[str, Slow]:
    """The jobs that wait for somebody outside, with what they need."""
    courier = Courier(database, means or Means(Outgoing()))
    return {
        "assessments": Slow(partial(take_reading, database, model), READINGS_AT_ONCE),
        "deliveries": Slow(courier.take, DELIVERIES_AT_ONCE),
    }
