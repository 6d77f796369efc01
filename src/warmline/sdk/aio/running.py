"""Performing flows while others go on, over one pool of connections."""

import asyncio
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from warmline.sdk import wire
from warmline.sdk.errors import WarmlineError
from warmline.sdk.flow import Attempt, Effect, Flow, Request
from warmline.sdk.patience import TOTAL, patiently

T = TypeVar("T")


class AsyncRunner:
    """Performs what flows ask for. Tasks may share one."""

    def __init__(self, url: str | None = None, token: str | None = None, *, patience: float = TOTAL) -> None:
        """`url` and `token` come from WARMLINE_URL and WARMLINE_TOKEN where they are None.

        `patience` is for how many seconds a call is tried. Raises ValueError where there is no address or no token.
        """
        self.http, self._patience = httpx2.AsyncClient(**wire.connection(url, token)), patience

    async def run(self, flow: Flow[T]) -> T:
        """Perform a flow to its end. Raises what it raises."""
        try:
            effect = next(flow)
            while True:
                try:
                    told = await self._perform(effect)
                except WarmlineError as problem:
                    effect = flow.throw(problem)
                else:
                    effect = flow.send(told)
        except StopIteration as ended:
            result: T = ended.value
            return result

    async def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Request):
            return await self.run(patiently(effect, self._patience))
        if isinstance(effect, Attempt):
            with wire.faults():
                return wire.answered(await self.http.request(**wire.arguments(effect)))
        return await asyncio.sleep(effect.seconds)

    async def close(self) -> None:
        """Let the connections go."""
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        """Itself; the end of the block closes it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()
