"""Who is there to take work: people who are not offline, those with free places first, with how much they hold."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.handoffs.queries import held_by
from warmline.organizations.model import User
from warmline.organizations.presence import unseen
from warmline.web.pages.at_desk import Free, There
from warmline.web.pages.views import Who
from warmline.web.templating import render

SHOWN = 8  # rows; a desk is for work
MOST = 500  # people that are looked at
HELD = frozenset(
    f"handoff.{what}" for what in ("claimed", "released", "lapsed", "snoozed", "transferred", "closed", "returned")
)
PEOPLE = frozenset({"user.presence", "user.changed"})


def changes(event: Any) -> bool:
    """Whether somebody may be there otherwise, or hold something else, after the event."""
    return event.type in HELD or event.type in PEOPLE


async def free(session: AsyncSession, organization_id: UUID, now: datetime) -> Free:
    """The panel, the same for everybody who looks at it. Who was not seen for some minutes does not count as there."""
    query = select(User).where(
        User.organization_id == organization_id, User.presence != "offline", User.disabled_at.is_(None),
        User.role != "viewer",
    )  # fmt: skip
    users = (await session.scalars(query.order_by(User.name, User.id).limit(MOST))).all()
    held = await held_by(session, organization_id, [user.id for user in users]) if users else {}
    gone = await unseen(session, organization_id, [user.id for user in users if user.presence == "available"], now)
    there = [
        There(
            user.id, Who(user.name), "away" if user.id in gone else user.presence, held.get(user.id, 0), user.capacity,
            gone.get(user.id),
        )
        for user in users
    ]  # fmt: skip
    there.sort(key=_order)
    many = sum(one.is_free for one in there)
    return Free(tuple(there[:SHOWN]), many, len(there))


def _order(one: There) -> tuple[int, int]:
    if one.is_free:
        return 0, one.held - one.capacity  # most places first
    return (1 if one.status == "available" else 2 if one.status == "busy" else 3), 0


async def push(session: AsyncSession, organization_id: UUID, now: datetime) -> str:
    """The same, for the pages that are open."""
    return render("push/free.html", free=await free(session, organization_id, now), now=now)
