"""Calls become methods. What `sync.methods` says without `await`, this says with it."""

from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from warmline.sdk.aio.running import AsyncRunner
from warmline.sdk.answers import CaseData, HandoffData, Page
from warmline.sdk.flow import Flow, Listed
from warmline.sdk.handles import Epoch, Handle, dressed, held

A = TypeVar("A")
D = TypeVar("D", bound=CaseData | HandoffData)
P = ParamSpec("P")
S = TypeVar("S", bound="AsyncHeld[Any]")
T = TypeVar("T")


class AsyncPart:
    """What hangs on a client."""

    def __init__(self, client: AsyncRunner) -> None:
        self._client = client


class AsyncHeld(Handle[D]):
    """A handle that hangs on a client."""

    def __init__(self, client: AsyncRunner, data: D, epoch: Epoch | None = None) -> None:
        super().__init__(data, epoch)
        self._client = client


class AsyncListing(Generic[T]):
    """A list: `async for one in listing` reads page after page; `page` reads one. Both raise WarmlineError."""

    def __init__(self, client: AsyncRunner, listed: Listed[Any], made: Callable[[Any], T]) -> None:
        self._client, self._listed, self._made = client, listed, made

    async def __aiter__(self) -> AsyncIterator[T]:
        """Every one, from the first page to the last."""
        page = await self.page()
        for item in page.items:
            yield item
        while page.next_cursor:
            page = await self.page(page.next_cursor)
            for item in page.items:
                yield item

    async def page(self, cursor: str | None = None) -> Page[T]:
        """The page behind this cursor; the first one without."""
        raw = await self._client.run(self._listed.page(cursor))
        return Page(tuple(self._made(item) for item in raw.items), raw.next_cursor)


def call(build: Callable[P, Flow[T]]) -> Callable[Concatenate[AsyncPart, P], Coroutine[Any, Any, T]]:
    """A method that answers what the call does."""

    async def method(self: AsyncPart, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._client.run(build(*args, **kwargs))

    return dressed(method, build)


def giving(
    build: Callable[P, Flow[A]], made: Callable[[AsyncRunner, A], T]
) -> Callable[Concatenate[AsyncPart, P], Coroutine[Any, Any, T]]:
    """A method that answers a handle."""

    async def method(self: AsyncPart, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return made(self._client, await self._client.run(build(*args, **kwargs)))

    return dressed(method, build)


def listing(
    build: Callable[P, Listed[A]], made: Callable[[AsyncRunner, A], T]
) -> Callable[Concatenate[AsyncPart, P], AsyncListing[T]]:
    """A method that answers a list."""

    def method(self: AsyncPart, /, *args: P.args, **kwargs: P.kwargs) -> AsyncListing[T]:
        return AsyncListing(self._client, build(*args, **kwargs), partial(made, self._client))

    return dressed(method, build)


def plain(client: AsyncRunner, data: T) -> T:
    """The data itself, where there is no handle for it."""
    return data


def own(
    build: Callable[Concatenate[str, P], Flow[T]],
) -> Callable[Concatenate[AsyncHeld[Any], P], Coroutine[Any, Any, T]]:
    """A method of a handle, with its id and its epoch."""
    prepared = held(build)

    async def method(self: AsyncHeld[Any], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._client.run(prepared(self, *args, **kwargs))

    return dressed(method, build, leaving_out=1)


def changing(build: Callable[Concatenate[str, P], Flow[D]]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, S]]:
    """A method of a handle that takes over what is answered, and answers the handle."""
    prepared = held(build)

    async def method(self: S, /, *args: P.args, **kwargs: P.kwargs) -> S:
        self._take(await self._client.run(prepared(self, *args, **kwargs)))
        return self

    return dressed(method, build, leaving_out=1)


def making(
    build: Callable[Concatenate[str, P], Flow[D]], made: Callable[[AsyncRunner, D, Epoch], T]
) -> Callable[Concatenate[AsyncHeld[Any], P], Coroutine[Any, Any, T]]:
    """A method of a handle that answers another one, which shares its epoch."""
    prepared = held(build)

    async def method(self: AsyncHeld[Any], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return made(self._client, await self._client.run(prepared(self, *args, **kwargs)), self._epoch)

    return dressed(method, build, leaving_out=1)
