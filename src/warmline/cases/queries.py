"""Reading cases: lists, and everything that gathered in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.access import readable
from warmline.cases.model import OPEN, Case, Fact, Message, Step, Task
from warmline.db.finding import has

SEARCHED = 100_000  # cases, the newest, in which words are looked for
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


def listed(
    caller: Caller, status: str | None = None, squad_id: UUID | None = None, words: Sequence[str] = (),
    mine: bool = False,
) -> Select[Any]:  # fmt: skip
    """The cases a caller may read; with `words`, in whose title, ticket or customer each is; with `mine`, their own.

    Their own are those that they hold or have held last, and those that they opened.
    """
    query = select(Case).where(Case.organization_id == caller.organization_id, readable(caller))
    if status:
        query = query.where(Case.status == status)
    if mine:
        query = query.where(or_(Case.handler_user_id == caller.user_id, Case.owner_user_id == caller.user_id))
    if words:
        query = query.where(Case.id > _among_the_newest(caller), *(has(word, *_findable()) for word in words))
    return query.where(Case.squad_id == squad_id) if squad_id else query


def _findable() -> tuple[Any, ...]:
    return Case.title, Case.ticket, Case.customer["name"].astext, Case.customer["company"].astext


def _among_the_newest(caller: Caller) -> ColumnElement[UUID]:
    """The id before which no words are looked for: however many cases there are, a search ends soon."""
    newest = select(Case.id).where(Case.organization_id == caller.organization_id).order_by(Case.id.desc())
    return func.coalesce(newest.offset(SEARCHED).limit(1).scalar_subquery(), UUID(int=0))


def has_ticket(ticket: str) -> ColumnElement[bool]:
    """Whether this is the ticket, with its `#` or without, as it is written or in capitals; by an index.

    Plain equality: under row-level security an index serves no pattern, and no `lower`, for these are not leakproof.
    Open cases are found by the index of their status: were their tickets in an index, each claim would write to it.
    """
    bare = ticket.lstrip("#")
    this = Case.ticket.in_({f"{sign}{word}" for sign in ("", "#") for word in (bare, bare.upper(), bare.lower())})
    return or_(Case.ended_at.is_not(None) & this, Case.status.in_(OPEN) & this)


async def gathered(session: AsyncSession, case: Case) -> Gathered:
    """Everything written in the case; the caller was checked when the case was read."""

    async def all_of(kind: type[Any]) -> Sequence[Any]:
        mine = (kind.organization_id == case.organization_id, kind.case_id == case.id)
        return (await session.scalars(select(kind).where(*mine).order_by(kind.id))).all()

    return Gathered(await all_of(Message), await all_of(Step), await all_of(Fact), await all_of(Task))
