"""What is made of a batch of events: once, for all the streams that get it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context
from typing import Any

from warmline.live.subscriber import Told


async def once(events: Sequence[Told], kind: str, make: Callable[[], Awaitable[Any]]) -> Any:
    """Make something of a batch, for the first who asks and for all others; who is impatient does not stop it."""
    made, key = events[-1].made, key_of(events, kind)
    if key not in made:
        made[key] = asyncio.create_task(_or_again(made, key, make), context=Context())
    return await asyncio.shield(made[key])


async def _or_again(made: dict[Any, Any], key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
    try:
        return await make()
    except BaseException:
        del made[key]  # who asks next tries again
        raise


def key_of(events: Sequence[Told], kind: str) -> Hashable:
    """Of a batch, at its last event: where it begins, for some may have heard the first of them before."""
    return kind, events[0].position


def prepared(events: Sequence[Told], kind: str) -> Any:
    """What was made of a batch, where that has been done."""
    task = events[-1].made.get(key_of(events, kind))
    return task.result() if task is not None and task.done() else None
