"""Calls become methods. What `aio.methods` says with `await`, this says without."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from warmline.sdk.answers import CaseData, HandoffData, Page
from warmline.sdk.flow import Flow, Listed
from warmline.sdk.handles import Epoch, Handle, dressed, held
from warmline.sdk.sync.running import Runner

A = TypeVar("A")
D = TypeVar("D", bound=CaseData | HandoffData)
P = ParamSpec("P")
S = TypeVar("S", bound="Held[Any]")
T = TypeVar("T")


class Part:
    """What hangs on a client."""

    def __init__(self, client: Runner) -> None:
        self._client = client


class Held(Handle[D]):
    """A handle that hangs on a client."""

    def __init__(self, client: Runner, data: D, epoch: Epoch | None = None) -> None:
        super().__init__(data, epoch)
        self._client = client


class Listing(Generic[T]):
    """A list: `for one in listing` reads page after page; `page` reads one. Both raise WarmlineError."""

    def __init__(self, client: Runner, listed: Listed[Any], made: Callable[[Any], T]) -> None:
        self._client, self._listed, self._made = client, listed, made

    def __iter__(self) -> Iterator[T]:
        """Every one, from the first page to the last."""
        page = self.page()
        yield from page.items
        while page.next_cursor:
            page = self.page(page.next_cursor)
            yield from page.items

    def page(self, cursor: str | None = None) -> Page[T]:
        """The page behind this cursor; the first one without."""
        raw = self._client.run(self._listed.page(cursor))
        return Page(tuple(self._made(item) for item in raw.items), raw.next_cursor)


def call(build: Callable[P, Flow[T]]) -> Callable[Concatenate[Part, P], T]:
    """A method that answers what the call does."""

    def method(self: Part, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._client.run(build(*args, **kwargs))

    return dressed(method, build)


def giving(build: Callable[P, Flow[A]], made: Callable[[Runner, A], T]) -> Callable[Concatenate[Part, P], T]:
    """A method that answers a handle."""

    def method(self: Part, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return made(self._client, self._client.run(build(*args, **kwargs)))

    return dressed(method, build)


def listing(
    build: Callable[P, Listed[A]], made: Callable[[Runner, A], T]
) -> Callable[Concatenate[Part, P], Listing[T]]:
    """A method that answers a list."""

    def method(self: Part, /, *args: P.args, **kwargs: P.kwargs) -> Listing[T]:
        return Listing(self._client, build(*args, **kwargs), partial(made, self._client))

    return dressed(method, build)


def plain(client: Runner, data: T) -> T:
    """The data itself, where there is no handle for it."""
    return data


def own(build: Callable[Concatenate[str, P], Flow[T]]) -> Callable[Concatenate[Held[Any], P], T]:
    """A method of a handle, with its id and its epoch."""
    prepared = held(build)

    def method(self: Held[Any], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._client.run(prepared(self, *args, **kwargs))

    return dressed(method, build, leaving_out=1)


def changing(build: Callable[Concatenate[str, P], Flow[D]]) -> Callable[Concatenate[S, P], S]:
    """A method of a handle that takes over what is answered, and answers the handle."""
    prepared = held(build)

    def method(self: S, /, *args: P.args, **kwargs: P.kwargs) -> S:
        self._take(self._client.run(prepared(self, *args, **kwargs)))
        return self

    return dressed(method, build, leaving_out=1)


def making(
    build: Callable[Concatenate[str, P], Flow[D]], made: Callable[[Runner, D, Epoch], T]
) -> Callable[Concatenate[Held[Any], P], T]:
    """A method of a handle that answers another one, which shares its epoch."""
    prepared = held(build)

    def method(self: Held[Any], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return made(self._client, self._client.run(prepared(self, *args, **kwargs)), self._epoch)

    return dressed(method, build, leaving_out=1)
