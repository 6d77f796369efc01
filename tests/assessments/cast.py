"""Waiting for a reading, and what was told of it."""

from typing import Any

from tests.world import Actor, World, until


async def assessed(
    world: World, handoff: dict[str, Any], state: str = "ready", by: Actor | None = None
) -> dict[str, Any]:
    """The assessment, as soon as it is in that state, as Acme's admin or somebody else sees it."""

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await (by or world.acme.admin).get(f"handoffs/{handoff['id']}"))["assessment"]
        return found if found["state"] == state else None

    found: dict[str, Any] = await until(look)
    return found


async def told(world: World, handoff: dict[str, Any]) -> list[dict[str, Any]]:
    """The events about the handoff, oldest first."""
    events = await world.acme.admin.get("events", subject=handoff["id"], order="asc")
    found: list[dict[str, Any]] = events["items"]
    return found
