"""Waiting for a reading."""

from typing import Any

from tests.world import World, until


async def assessed(world: World, handoff: dict[str, Any], state: str = "ready") -> dict[str, Any]:
    """The assessment, as soon as it is in that state."""

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await world.acme.admin.get(f"handoffs/{handoff['id']}"))["assessment"]
        return found if found["state"] == state else None

    found: dict[str, Any] = await until(look)
    return found
