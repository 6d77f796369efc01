"""Opening a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.model import Case
from warmline.errors import Forbidden
from warmline.ids import new_id
from warmline.squads.seats import get_squad
from warmline.timeline.record import Entry, record


async def open_case(
    session: AsyncSession, caller: Caller, squad_id: UUID, title: str, problem: str, now: datetime, **rest: Any
) -> Case:
    """Begin a piece of work for someone. `rest` may hold customer, ticket and domain. Raises Forbidden, Invalid."""
    if caller.role == "viewer":
        raise Forbidden("Viewers read; opening a case needs the role operator, or an agent's token.")
    await get_squad(session, caller, squad_id, field="squad_id")
    values = {
        "id": new_id(),
        "squad_id": squad_id,
        "owner_member_id": caller.member_id,
        "owner_user_id": caller.user_id,
        "title": title,
        "problem": problem,
        "created_at": now,
    } | rest
    query = insert(Case).values(organization_id=caller.organization_id, **values).returning(Case)
    case = (await session.scalars(query)).one()
    await record(session, caller, now, entry_of(case, "case.opened", to_state=case.status))
    return case


def entry_of(case: Case, type: str, **rest: Any) -> Entry:
    """An event about a case, addressed to the agent whose work it is."""
    data = {"squad_id": str(case.squad_id)} | rest.pop("data", {})
    return Entry(type, ("case", case.id), thread_id=case.id, member_id=case.owner_member_id, data=data, **rest)
