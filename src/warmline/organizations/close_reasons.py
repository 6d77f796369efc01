"""How work may end: the organization's own list. Nothing is deleted; what is retired stays for what ended by it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import Conflict, FieldError, Invalid, NotFound
from warmline.organizations.defaults import RETURNED
from warmline.organizations.model import CloseReason
from warmline.timeline.record import Entry, record

MOST = 50  # offered at once: people read the list whenever they close something
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:organization, 7205759403792798))")


async def offered(session: AsyncSession, organization_id: UUID) -> Sequence[CloseReason]:
    """What people choose from, in its order."""
    query = select(CloseReason).where(CloseReason.organization_id == organization_id, CloseReason.retired_at.is_(None))
    fresh = query.order_by(CloseReason.position, CloseReason.key).execution_options(populate_existing=True)
    return (await session.scalars(fresh)).all()


async def in_turn(session: AsyncSession, caller: Caller) -> None:
    """Wait for whoever changes the list just now: else two could each retire the last but one."""
    await session.execute(ONE_AT_A_TIME, {"organization": str(caller.organization_id)})


async def get_reason(session: AsyncSession, caller: Caller, key: str) -> CloseReason:
    """One reason, retired or not. Raises NotFound."""
    query = select(CloseReason).where(CloseReason.organization_id == caller.organization_id, CloseReason.key == key)
    found = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if found is None:
        raise NotFound("There is no such close reason.")
    return found


async def add_reason(
    session: AsyncSession, caller: Caller, key: str, values: Mapping[str, Any], now: datetime
) -> CloseReason:
    """A further reason, at the end of the list; admins only. Raises Conflict where the key is taken, Invalid."""
    caller.must_be("admin")
    here = await _all(session, caller)
    if key == RETURNED:
        raise Invalid.field("key", "this word says that a case went back to its agent; choose another")
    if taken := next((one for one in here if one.key == key), None):
        again = " It is retired; offer it again instead." if taken.retired_at else ""
        raise Conflict(f"There is a close reason with the key {key} already: “{taken.label}”.{again}", key=key)
    _check_room(here)
    last = max((one.position for one in here), default=-1) + 1
    row = {"organization_id": caller.organization_id, "key": key, "position": last, **values}
    made = (await session.scalars(insert(CloseReason).values(row).returning(CloseReason))).one()
    await _tell(session, caller, now, "close_reason.added", key)
    return made


async def change_reason(
    session: AsyncSession, caller: Caller, key: str, changes: Mapping[str, Any], now: datetime
) -> CloseReason:
    """Change its words, whether it wants notes, its fields; admins only. Raises NotFound."""
    caller.must_be("admin")
    await in_turn(session, caller)
    reason = await get_reason(session, caller, key)
    if changes:
        await _set(session, caller, key, dict(changes))
        await _tell(session, caller, now, "close_reason.changed", key, changed=sorted(changes))
        await session.refresh(reason)
    return reason


async def place_reason(session: AsyncSession, caller: Caller, key: str, place: int, now: datetime) -> CloseReason:
    """Put it at this place of those that are offered, 0 the first; admins only. Raises NotFound, Conflict."""
    caller.must_be("admin")
    here = await _all(session, caller)
    reason = next((one for one in here if one.key == key), None) or await get_reason(session, caller, key)
    if reason.retired_at is not None:
        raise Conflict("This close reason is retired; offer it again before you give it a place.")
    before = [one.key for one in here if one.retired_at is None]
    after = [one for one in before if one != key]
    after.insert(place, key)
    if after != before:
        await _order(session, caller, [*after, *(one.key for one in here if one.retired_at is not None)])
        await _tell(session, caller, now, "close_reason.moved", key)
        await session.refresh(reason)
    return reason


async def retire_reason(session: AsyncSession, caller: Caller, key: str, now: datetime) -> CloseReason:
    """Offer it no longer; what ended by it keeps it. Once more changes nothing. Admins only. Raises Conflict."""
    caller.must_be("admin")
    here = [one for one in await _all(session, caller) if one.retired_at is None]
    reason = await get_reason(session, caller, key)
    if reason.retired_at is None:
        if len(here) == 1:
            raise Conflict("This is the last close reason that is offered; work must be able to end. Add another one.")
        await _set(session, caller, key, {"retired_at": now})
        await _tell(session, caller, now, "close_reason.retired", key)
        await session.refresh(reason)
    return reason


async def restore_reason(session: AsyncSession, caller: Caller, key: str, now: datetime) -> CloseReason:
    """Offer it again, where it was; admins only. Raises NotFound, Conflict where there are too many."""
    caller.must_be("admin")
    here = await _all(session, caller)
    reason = await get_reason(session, caller, key)
    if reason.retired_at is not None:
        _check_room(here)
        await _set(session, caller, key, {"retired_at": None})
        await _tell(session, caller, now, "close_reason.restored", key)
        await session.refresh(reason)
    return reason


def missing_fields(reason: CloseReason, fields: Mapping[str, Any] | None) -> list[FieldError]:
    """The required fields that were left out, or left empty."""
    given = fields or {}
    return [
        {"field": f"fields.{one['key']}", "message": f"the reason “{reason.label}” wants “{one['label']}”"}
        for one in reason.fields
        if one["required"] and not str("" if (value := given.get(one["key"])) is None else value).strip()
    ]


async def _all(session: AsyncSession, caller: Caller) -> list[CloseReason]:
    """All of them, retired ones too, for whoever is going to change the list."""
    await in_turn(session, caller)
    query = select(CloseReason).where(CloseReason.organization_id == caller.organization_id)
    fresh = query.order_by(CloseReason.position, CloseReason.key).execution_options(populate_existing=True)
    return list((await session.scalars(fresh)).all())


def _check_room(here: Sequence[CloseReason]) -> None:
    if sum(one.retired_at is None for one in here) >= MOST:
        raise Conflict(f"There are {MOST} close reasons already, and people read them all. Retire one first.")


async def _order(session: AsyncSession, caller: Caller, keys: Sequence[str]) -> None:
    for position, key in enumerate(keys):
        await _set(session, caller, key, {"position": position})


async def _set(session: AsyncSession, caller: Caller, key: str, values: dict[str, Any]) -> None:
    mine = (CloseReason.organization_id == caller.organization_id, CloseReason.key == key)
    await session.execute(update(CloseReason).where(*mine).values(**values))


async def _tell(session: AsyncSession, caller: Caller, now: datetime, kind: str, key: str, **more: Any) -> None:
    subject = ("organization", caller.organization_id)  # a reason has a key and no id
    await record(session, caller, now, Entry(kind, subject, data={"key": key} | more))
