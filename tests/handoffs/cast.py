"""What the stories about handoffs share: times from the moved clock, and looking until something is so."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.world import Actor, World, until


def later(world: World, **span: float) -> str:
    """A time from now, by the clock of the world: `later(world, hours=1)`."""
    return (world.app.clock.read(datetime.now(UTC)) + timedelta(**span)).isoformat()


def seconds_between(one: str, other: str) -> float:
    """From one time of the API to another."""
    return (datetime.fromisoformat(other) - datetime.fromisoformat(one)).total_seconds()


async def claimed(world: World, who: Actor | None = None, **more: Any) -> dict[str, Any]:
    """A handoff that Ben (or `who`) has claimed."""
    handoff = await world.acme.handoff(**more)
    taken: dict[str, Any] = await (who or world.acme.ben).post(f"handoffs/{handoff['id']}/claim")
    return taken


async def becomes(who: Actor, handoff: dict[str, Any], state: str) -> dict[str, Any]:
    """The handoff, as soon as it is in that state."""

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = await who.get(f"handoffs/{handoff['id']}")
        return found if found["state"] == state else None

    found: dict[str, Any] = await until(look)
    return found


async def story(world: World, handoff: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """The events of the handoff, oldest first: type, from, to. Its assessment is another story."""
    told = await world.acme.admin.get("events", subject=handoff["id"], order="asc", limit=200)
    own = [one for one in told["items"] if one["type"].startswith("handoff.")]
    return [(one["type"], one["from_state"], one["to_state"]) for one in own]
