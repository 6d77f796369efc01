"""The channels of a stage. None of them leads anywhere: what they have to deliver ends at once, or waits for good."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from tests.world import until
from warmline.app import App
from warmline.db.afterwards import Taken
from warmline.worker.slow import Slow

if TYPE_CHECKING:
    from datetime import datetime

    from tests.tenancy.stage import Side

LISTS = ("channels", "webhooks", "deliveries", "notifications")
NOWHERE = {"kind": "chat", "url": "slack://none"}  # no such address: given up at the first try, and nobody is asked
HOOK = {"url": "https://hooks.example.com/", "event_types": ["user.added"]}


async def fill_channels(side: Side) -> None:
    """Some, which are told of every escalation, so that there is one of everything."""
    owner = side.tenant.owner
    for number in range(2):
        await owner.post("channels", NOWHERE | {"name": f"{side.name} chat {number}"}, 201)
        await owner.post("webhooks", HOOK | {"name": f"{side.name} hook {number}"}, 201)


async def own_channels(side: Side) -> dict[str, str]:
    """One's own: a webhook, a chat, a delivery that was given up and can be redriven, a notification."""
    owner = side.tenant.owner
    webhook = await owner.post("webhooks", HOOK | {"name": f"{side.name} hook"}, 201)
    chat = await owner.post("channels", NOWHERE | {"name": f"{side.name} chat"}, 201)
    delivery = await owner.post(f"channels/{chat['id']}/test")
    await owner.delete(f"channels/{chat['id']}")
    await owner.patch(f"channels/{chat['id']}", {"disabled": False, "event_types": ["case.closed"]})
    told = (await owner.get("notifications", limit=1))["items"][0]
    ids = {"channel_id": chat, "webhook_id": webhook, "delivery_id": delivery, "notification_id": told}
    return {name: thing["id"] for name, thing in ids.items()}


async def keep_deliveries(app: App, eyes: asyncpg.Connection) -> None:
    """From here on nothing is sent: what changes by itself would look like something that an outsider changed."""

    async def none_is_pending() -> bool:
        left = "SELECT NOT EXISTS (SELECT FROM warmline.deliveries WHERE state = 'pending')"
        return bool(await eyes.fetchval(left))

    async def nothing(session: AsyncSession, organization_id: UUID, now: datetime, room: int) -> Taken:
        return Taken(full=True)

    await until(none_is_pending, 30)
    assert app.worker is not None
    app.worker.slow = dict(app.worker.slow) | {"deliveries": Slow(nothing, 1)}
