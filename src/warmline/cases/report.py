"""What gathers in a case: messages, steps, facts, tasks. Each is written by who holds the case, and told live."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.access import check_write, get_case
from warmline.cases.model import Case, Fact, Message, Step, Task
from warmline.cases.open import entry_of
from warmline.errors import Forbidden, NotFound
from warmline.ids import new_id
from warmline.timeline.record import record

N = TypeVar("N", Message, Step, Fact, Task)
Check = Callable[[Task], Awaitable[None]]


async def post_message(
    session: AsyncSession, caller: Caller, case_id: UUID, role: str, text: str, epoch: int | None, now: datetime
) -> Message:
    """Say something in the case. An agent does not speak as an operator. Raises NotFound, Forbidden, Conflict."""
    if role == "operator" and caller.is_agent:
        raise Forbidden("An agent does not speak as an operator; use role agent or customer.")
    case = await hold(session, caller, case_id, epoch)
    return await _add(session, caller, case, Message, now, {"role": role, "text": text})


async def add_step(
    session: AsyncSession, caller: Caller, case_id: UUID, epoch: int | None, now: datetime, **what: Any
) -> Step:
    """Tell what was tried (title, kind, result, evidence) and what came of it."""
    return await _add(session, caller, await hold(session, caller, case_id, epoch), Step, now, what)


async def add_fact(
    session: AsyncSession, caller: Caller, case_id: UUID, epoch: int | None, now: datetime, **what: Any
) -> Fact:
    """Note what is known (text), how (origin: said, looked_up, inferred) and from where (source)."""
    return await _add(session, caller, await hold(session, caller, case_id, epoch), Fact, now, what)


async def add_task(
    session: AsyncSession, caller: Caller, case_id: UUID, epoch: int | None, now: datetime, title: str, done: bool
) -> Task:
    """Note what is still to do, or was done."""
    case = await hold(session, caller, case_id, epoch)
    return await _add(
        session, caller, case, Task, now, {"title": title, "done": done, "done_at": now if done else None}
    )


async def tick_task(
    session: AsyncSession, caller: Caller, case_id: UUID, task_id: UUID, done: bool, epoch: int | None, now: datetime,
    check: Check | None = None,
) -> Task:  # fmt: skip
    """Mark a task as done, or as not done after all; `check` looks at it as it was, and may refuse. Raises NotFound."""
    case = await hold(session, caller, case_id, epoch)
    mine = (Task.organization_id == case.organization_id, Task.case_id == case.id, Task.id == task_id)
    was = (await session.scalars(select(Task).where(*mine))).one_or_none()
    if was is None:
        raise NotFound("There is no such task in this case.")
    if check is not None:
        await check(was)
    query = update(Task).where(*mine).values(done=done, done_at=now if done else None).returning(Task)
    task = (await session.scalars(query, execution_options={"populate_existing": True})).one()
    data = {"task_id": str(task.id), "done": done}
    await record(session, caller, now, entry_of(case, "case.task", data=data))
    return task


async def hold(session: AsyncSession, caller: Caller, case_id: UUID, epoch: int | None) -> Case:
    """The case, locked, for a caller who may write in it. Raises NotFound, Forbidden, Conflict."""
    case = await get_case(session, caller, case_id, lock=True)
    check_write(caller, case, epoch)
    return case


async def _add(
    session: AsyncSession, caller: Caller, case: Case, kind: type[N], now: datetime, what: dict[str, Any]
) -> N:
    who: dict[str, Any] = {"by_member_id": caller.member_id, "by_user_id": caller.user_id}
    place = {"organization_id": case.organization_id, "id": new_id(), "case_id": case.id, "created_at": now}
    note = (await session.scalars(insert(kind).values(**place, **who, **what).returning(kind))).one()
    word = kind.__name__.lower()
    data = {f"{word}_id": str(note.id)} | {name: what[name] for name in ("role", "result", "done") if name in what}
    await record(session, caller, now, entry_of(case, f"case.{word}", data=data))
    return note
