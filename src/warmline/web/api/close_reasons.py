"""How work may end here: the organization's own list of close reasons."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import AfterValidator, BaseModel, Field, StrictInt
from sqlalchemy import select

from warmline.organizations import close_reasons as reasons
from warmline.organizations.model import CloseReason
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import MAX_INT, Body, Cursor, Flag, Limited, Line, Slug, taken_from

router = APIRouter(prefix="/close-reasons", tags=["organization"], route_class=ActRoute, responses=ALL)
Key = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,59}$", description="The reason's own word, as `duplicate`.")]
WORDS = ("label", "help", "requires_notes", "fields")


class ReasonField(Body):
    """What one is asked for when one closes with this reason."""

    key: Slug
    label: Line
    required: Flag = False


def once_each(fields: list[ReasonField]) -> list[ReasonField]:
    """Refuse two fields of one key: only one of them could be kept."""
    keys = [one.key for one in fields]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise ValueError(f"there are two fields with the key {twice}; give each its own")
    return fields


Fields = Annotated[list[ReasonField], Field(max_length=10), AfterValidator(once_each)]


class CloseReasonOut(BaseModel):
    """A way for work to end. What is retired is no longer offered."""

    key: str
    label: str
    help: str
    requires_notes: bool
    fields: list[ReasonField]
    retired_at: datetime | None


class NewCloseReason(Body):
    """A way for work to end; `key` is the word it is known by, for good."""

    key: Slug
    label: Line
    help: Line | None = None
    requires_notes: Flag = False
    fields: Fields = Field(default_factory=list)


class ChangeCloseReason(Body):
    """What may change. `position` counts those that are offered, from 0; `retired` false offers it again.

    `help` null takes it away.
    """

    label: Line | None = None
    help: Line | None = None
    requires_notes: Flag | None = None
    fields: Fields | None = None
    position: Annotated[StrictInt, Field(ge=0, le=MAX_INT)] | None = None
    retired: Flag | None = None


@router.get("")
async def list_close_reasons(
    act: ActDep,
    retired: Annotated[bool, Query(description="Those that are no longer offered, too.")] = False,
    limit: Limited = 50,
    cursor: Cursor = None,
) -> Page[CloseReasonOut]:
    """How work may end here, in the order people see."""
    query = select(CloseReason).where(CloseReason.organization_id == act.caller.organization_id)
    query = query if retired else query.where(CloseReason.retired_at.is_(None))
    columns = [CloseReason.position, CloseReason.key]
    rows, following = await page(act.session, query, columns, limit, cursor, newest_first=False)
    return Page(items=[shown(row[0]) for row in rows], next_cursor=following)


@router.post("", status_code=201)
async def add_close_reason(act: ActDep, body: NewCloseReason) -> CloseReasonOut:
    """A further reason, at the end of the list; admins only."""
    values = body.model_dump(exclude={"key"}) | {"help": body.help or ""}
    return shown(await reasons.add_reason(act.session, act.caller, body.key, values, act.now))


@router.get("/{key}")
async def get_close_reason(act: ActDep, key: Key, response: Response) -> CloseReasonOut:
    """One reason."""
    return tagged(response, shown(await reasons.get_reason(act.session, act.caller, key)))


@router.patch("/{key}")
async def change_close_reason(
    act: ActDep, key: Key, body: ChangeCloseReason, response: Response, if_match: IfMatch = None
) -> CloseReasonOut:
    """Change its words, what it asks for, its place, or offer it again; admins only."""
    await reasons.in_turn(act.session, act.caller)
    check_match(if_match, shown(await reasons.get_reason(act.session, act.caller, key)))
    changes = body.model_dump(exclude_none=True) | (
        {"help": body.help or ""} if "help" in body.model_fields_set else {}
    )
    return tagged(response, shown(await _changed(act, key, changes)))


async def _changed(act: Act, key: str, changes: dict[str, Any]) -> CloseReason:
    here = (act.session, act.caller, key)
    if "retired" in changes:
        await (reasons.retire_reason if changes["retired"] else reasons.restore_reason)(*here, act.now)
    if "position" in changes:
        await reasons.place_reason(*here, changes["position"], act.now)
    return await reasons.change_reason(*here, {name: changes[name] for name in WORDS if name in changes}, act.now)


@router.delete("/{key}", status_code=204)
async def retire_close_reason(act: ActDep, key: Key) -> None:
    """Offer it no longer; what ended by it keeps it. PATCH with `retired` false undoes it."""
    await reasons.retire_reason(act.session, act.caller, key, act.now)


def shown(reason: CloseReason) -> CloseReasonOut:
    """A reason as the API shows it."""
    return taken_from(CloseReasonOut, reason)
