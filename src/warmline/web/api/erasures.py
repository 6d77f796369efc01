"""Erasing a customer: all their cases, or none; what would be erased is said first."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt, model_validator

from warmline.flows.erase import Wanted, erase_all, find
from warmline.web.act import ActDep, ActRoute
from warmline.web.api.problems import ALL
from warmline.web.api.schema import MAX_INT, Body, Customer, Flag, Line, taken_from

router = APIRouter(prefix="/erasures", tags=["erasures"], route_class=ActRoute, responses=ALL)


class Erasure(Body):
    """Whose cases: by e-mail address, by ticket, or by what is known of the customer."""

    email: Line | None = None
    ticket: Line | None = None
    customer: Customer | None = None
    dry_run: Annotated[Flag, Field(description="Only say what would be erased; this is so unless you say false.")] = (
        True
    )
    expected: Annotated[StrictInt, Field(ge=0, le=MAX_INT)] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "Erasure":
        known = self.customer.model_dump(exclude_none=True) if self.customer else {}
        if not (self.email or self.ticket or known):
            raise ValueError("name an email, a ticket, or something of the customer")
        return self

    def wanted(self) -> Wanted:
        """As the product takes it."""
        return Wanted(self.email, self.ticket, self.customer.model_dump(exclude_none=True) if self.customer else None)


class ErasedCase(BaseModel):
    """One of the cases."""

    id: UUID
    title: str
    ticket: str | None
    status: str
    ended_at: datetime | None
    redacted_at: datetime | None


class ErasureOut(BaseModel):
    """What was erased, or would be. `not_ended` ones have to be closed first; nothing is erased before."""

    dry_run: bool
    erased: Annotated[int, Field(description="How many were erased by this, or would be.")]
    not_ended: int
    cases: list[ErasedCase]


@router.post("")
async def erase(act: ActDep, body: Erasure) -> ErasureOut:
    """Find the cases of somebody, and, with `dry_run: false`, remove their content; admins."""
    if body.dry_run:
        found = await find(act.session, act.caller, body.wanted())
        many = len(found.left)
    else:
        found, many = await erase_all(act.session, act.caller, body.wanted(), body.expected, act.now)
    shown = [taken_from(ErasedCase, case) for case in found.cases]
    return ErasureOut(dry_run=body.dry_run, erased=many, not_ended=len(found.unended), cases=shown)
