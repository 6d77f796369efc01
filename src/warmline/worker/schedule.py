"""Every job there is. A job takes one chunk of one organization's due work, in one transaction, and says how much."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.flows.clockwork import drop_old_keys, read_assessment, wake_handoffs

Job = Callable[[AsyncSession, UUID, datetime], Awaitable[int]]

JOBS: dict[str, Job] = {
    "handoffs": wake_handoffs,
    "assessments": read_assessment,
    "idempotency_keys": drop_old_keys,
}
