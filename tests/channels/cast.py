"""What these tests do again and again."""

from typing import Any

from tests.channels.receiver import Receiver
from tests.world import Tenant, until

ESCALATED = "handoff.created"


async def webhook(cast: Tenant, there: Receiver, *event_types: str, **more: Any) -> dict[str, Any]:
    """A webhook of the organization, with its secret."""
    body = {"url": there.url, "event_types": list(event_types or (ESCALATED,))}
    made: dict[str, Any] = await cast.owner.post("webhooks", body | more, 201)
    return made


async def deliveries(cast: Tenant, **query: Any) -> list[dict[str, Any]]:
    """What the organization has to deliver, newest first."""
    listed: list[dict[str, Any]] = (await cast.owner.get("deliveries", **query))["items"]
    return listed


async def settled(cast: Tenant, state: str, attempts: int = 1, **query: Any) -> dict[str, Any]:
    """The newest delivery, once it has come to this after so many tries; with all of them."""

    async def look() -> Any:
        found = await deliveries(cast, limit=1, **query)
        return found[0] if found and (found[0]["state"], found[0]["attempts"]) == (state, attempts) else None

    found = await until(look, 20)
    whole: dict[str, Any] = await cast.owner.get(f"deliveries/{found['id']}")
    return whole


async def arrived(there: Receiver, count: int = 1) -> None:
    """Wait until so many requests have come."""

    async def look() -> bool:
        return len(there.got) >= count

    await until(look, 20)
