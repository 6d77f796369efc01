"""Erasing: an admin has the content of a case removed, or of all cases of a customer. The rows and the history stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.access import get_case
from warmline.cases.model import ENDED, Case
from warmline.errors import Conflict
from warmline.flows.redact import redact

MOST = 1000  # cases at once


@dataclass(frozen=True)
class Wanted:
    """Whose cases: an e-mail address, a ticket, or what is known of the customer; each as it is written there."""

    email: str | None = None
    ticket: str | None = None
    customer: Mapping[str, str] | None = None

    def matches(self) -> list[ColumnElement[bool]]:
        """The conditions: case does not matter, all else does."""
        known = dict(self.customer or {}) | ({"email": self.email} if self.email else {})
        same = [func.lower(Case.customer[name].as_string()) == text.strip().lower() for name, text in known.items()]
        return [*same, *([Case.ticket == self.ticket.strip()] if self.ticket else [])]


@dataclass(frozen=True)
class Found:
    """The cases of somebody."""

    cases: Sequence[Case]

    @property
    def left(self) -> list[Case]:
        """Those whose content is still there, and can be removed."""
        return [case for case in self.cases if case.redacted_at is None and case.status in ENDED]

    @property
    def unended(self) -> list[Case]:
        """Those that have to end first."""
        return [case for case in self.cases if case.status not in ENDED]


async def erase_case(session: AsyncSession, caller: Caller, case_id: UUID, now: datetime) -> Case:
    """Remove the content of one case; again is the same. Raises Forbidden, NotFound, Conflict (it has not ended)."""
    caller.must_be("admin")
    case = await get_case(session, caller, case_id, lock=True)
    await _erase(session, caller, Found([case]), now)
    await session.refresh(case)
    return case


async def find(session: AsyncSession, caller: Caller, wanted: Wanted, *, lock: bool = False) -> Found:
    """What would be erased. Raises Forbidden; Conflict, where it is too much at once."""
    caller.must_be("admin")
    query = select(Case).where(Case.organization_id == caller.organization_id, *wanted.matches()).order_by(Case.id)
    query = query.with_for_update(key_share=True) if lock else query
    cases = (await session.scalars(query.limit(MOST + 1), execution_options={"populate_existing": True})).all()
    if len(cases) > MOST:
        raise Conflict(f"These are more than {MOST} cases. Say more of the customer, or erase case by case.")
    return Found(cases)


async def erase_all(
    session: AsyncSession, caller: Caller, wanted: Wanted, expected: int | None, now: datetime
) -> tuple[Found, int]:
    """Remove the content of all of them, or of none; with how many that was. `expected` is how many one has seen.

    Raises Forbidden; Conflict, where one of them has not ended, or there are others than one has seen.
    """
    found = await find(session, caller, wanted, lock=True)
    many = len(found.left)
    if expected is not None and expected != many:
        raise Conflict(f"There are {many} cases to erase now, and not {expected}. Look at them again.", found=many)
    await _erase(session, caller, found, now)
    for case in found.left:
        await session.refresh(case)
    return found, many


async def _erase(session: AsyncSession, caller: Caller, found: Found, now: datetime) -> None:
    if found.unended:
        raise Conflict(
            "Nothing was erased: what is still worked on has to be closed or resolved first.",
            cases=[{"id": str(case.id), "status": case.status} for case in found.unended[:20]],
        )
    if found.left:
        await redact(session, caller, found.left, "erasure", caller.name, now)
