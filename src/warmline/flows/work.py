"""Working on a case: what its agent or its handler writes. A handler's writing renews the lease, and the first of it
after the claim is the first action.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases import report
from warmline.cases.access import get_case
from warmline.cases.model import Fact, Message, Step, Task
from warmline.flows.events import about
from warmline.handoffs import hold
from warmline.timeline.record import record


async def post_message(
    session: AsyncSession, caller: Caller, case_id: UUID, role: str, text: str, epoch: int | None, now: datetime
) -> Message:
    """Say something in the case. Raises NotFound, Forbidden, Conflict."""
    async with _working(session, caller, case_id, now, is_action=True):
        return await report.post_message(session, caller, case_id, role, text, epoch, now)


async def add_step(
    session: AsyncSession, caller: Caller, case_id: UUID, epoch: int | None, now: datetime, **what: Any
) -> Step:
    """Tell what was tried. Raises NotFound, Forbidden, Conflict."""
    async with _working(session, caller, case_id, now, is_action=True):
        return await report.add_step(session, caller, case_id, epoch, now, **what)


async def add_fact(
    session: AsyncSession, caller: Caller, case_id: UUID, epoch: int | None, now: datetime, **what: Any
) -> Fact:
    """Note what is known; not an action towards the customer, but it renews the lease."""
    async with _working(session, caller, case_id, now):
        return await report.add_fact(session, caller, case_id, epoch, now, **what)


async def add_task(
    session: AsyncSession, caller: Caller, case_id: UUID, epoch: int | None, now: datetime, title: str, done: bool
) -> Task:
    """Note what is to do."""
    async with _working(session, caller, case_id, now):
        return await report.add_task(session, caller, case_id, epoch, now, title, done)


async def tick_task(
    session: AsyncSession, caller: Caller, case_id: UUID, task_id: UUID, done: bool, epoch: int | None, now: datetime,
    check: report.Check | None = None,
) -> Task:  # fmt: skip
    """Mark a task as done, or not; `check` looks at it as it was, and may refuse."""
    async with _working(session, caller, case_id, now):
        return await report.tick_task(session, caller, case_id, task_id, done, epoch, now, check)


@asynccontextmanager
async def _working(
    session: AsyncSession, caller: Caller, case_id: UUID, now: datetime, *, is_action: bool = False
) -> AsyncIterator[None]:
    """Handoff before case, as everywhere: two transactions that lock both never wait for each other in a circle."""
    person = caller.at_least("operator")
    touched = await hold.touch(session, caller, case_id, now, is_action=is_action) if person else None
    yield
    if touched and touched[1]:
        case = await get_case(session, caller, case_id)
        await record(session, caller, now, about(touched[0], case.owner_member_id, "handoff.first_action", "claimed"))
