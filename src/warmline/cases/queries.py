"""Reading cases: lists, and everything that gathered in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.access import readable
from warmline.cases.model import Case, Fact, Message, Step, Task

Note = Message | Step | Fact | Task


@dataclass(frozen=True)
class Gathered:
    """What is in a case, each oldest first."""

    messages: Sequence[Message]
    steps: Sequence[Step]
    facts: Sequence[Fact]
    tasks: Sequence[Task]

    @property
    def notes(self) -> list[Note]:
        """All of them."""
        return [*self.messages, *self.steps, *self.facts, *self.tasks]


def listed(caller: Caller, status: str | None = None, squad_id: UUID | None = None) -> Select[Any]:
    """The cases a caller may read."""
    query = select(Case).where(Case.organization_id == caller.organization_id, readable(caller))
    if status:
        query = query.where(Case.status == status)
    return query.where(Case.squad_id == squad_id) if squad_id else query


async def gathered(session: AsyncSession, case: Case) -> Gathered:
    """Everything written in the case; the caller was checked when the case was read."""

    async def all_of(kind: type[Any]) -> Sequence[Any]:
        mine = (kind.organization_id == case.organization_id, kind.case_id == case.id)
        return (await session.scalars(select(kind).where(*mine).order_by(kind.id))).all()

    return Gathered(await all_of(Message), await all_of(Step), await all_of(Fact), await all_of(Task))
