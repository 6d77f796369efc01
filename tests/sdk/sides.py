"""Both clients behind one face, so that each test is written once and holds for both."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.world import Actor
from warmline.sdk import AsyncStream, AsyncWarmline, Stream, Warmline

SIDES = ("sync", "async")


class Client:
    """A client of either kind; `do` calls any of its methods, and keeps account of which."""

    def __init__(self, inner: Any) -> None:
        self.inner, self._called = inner, set[tuple[type, str]]()

    async def do(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the method answers; a method that blocks does so in a thread, for the server is in our loop."""
        kind = type(method.__self__)  # type: ignore[attr-defined]
        self._called |= {(kind, name) for name in methods(kind) if getattr(kind, name) is method.__func__}  # type: ignore[attr-defined]
        if isinstance(self.inner, AsyncWarmline):
            result = method(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result
        return await asyncio.to_thread(method, *args, **kwargs)

    def called(self, thing: object) -> set[str]:
        """Which methods of this kind of thing were called."""
        return {name for kind, name in self._called if kind is type(thing)}

    async def all(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Everything of the list that the method answers."""
        listing = await self.do(method, *args, **kwargs)
        if isinstance(self.inner, AsyncWarmline):
            return [one async for one in listing]
        return await asyncio.to_thread(list, listing)

    async def next(self, stream: Any) -> Any:
        """The next event of a stream."""
        return await (anext(stream) if isinstance(stream, AsyncStream) else asyncio.to_thread(next, stream))

    @asynccontextmanager
    async def streaming(self, **more: Any) -> AsyncIterator[Any]:
        """A stream that is connected."""
        stream = self.inner.events.stream(**more)
        if isinstance(stream, Stream):
            await asyncio.to_thread(stream.__enter__)
            yield stream
            await asyncio.to_thread(stream.close)
        else:
            async with stream:
                yield stream


@asynccontextmanager
async def client(side: str, address: str, who: Actor, **more: Any) -> AsyncIterator[Client]:
    """A client of this kind, as this actor."""
    if side == "sync":
        with Warmline(address, who.token, **more) as inner:
            yield Client(inner)
    else:
        async with AsyncWarmline(address, who.token, **more) as other:
            yield Client(other)


def methods(thing: object) -> set[str]:
    """The public methods of a thing."""
    return {name for name, _ in inspect.getmembers(thing, callable) if not name.startswith("_")}
