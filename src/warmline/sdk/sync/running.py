"""Performing flows one step after the other, over one pool of connections."""

import time
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from warmline.sdk import wire
from warmline.sdk.errors import WarmlineError
from warmline.sdk.flow import Attempt, Effect, Flow, Request
from warmline.sdk.patience import TOTAL, patiently

T = TypeVar("T")


class Runner:
    """Performs what flows ask for. Threads may share one."""

    def __init__(self, url: str | None = None, token: str | None = None, *, patience: float = TOTAL) -> None:
        """`url` and `token` come from WARMLINE_URL and WARMLINE_TOKEN where they are None.

        `patience` is for how many seconds a call is tried. Raises ValueError where there is no address or no token.
        """
        self.http, self._patience = httpx2.Client(**wire.connection(url, token)), patience

    def run(self, flow: Flow[T]) -> T:
        """Perform a flow to its end. Raises what it raises."""
        try:
            effect = next(flow)
            while True:
                try:
                    told = self._perform(effect)
                except WarmlineError as problem:
                    effect = flow.throw(problem)
                else:
                    effect = flow.send(told)
        except StopIteration as ended:
            result: T = ended.value
            return result

    def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Request):
            return self.run(patiently(effect, self._patience))
        if isinstance(effect, Attempt):
            with wire.faults():
                return wire.answered(self.http.request(**wire.arguments(effect)))
        return time.sleep(effect.seconds)

    def close(self) -> None:
        """Let the connections go."""
        self.http.close()

    def __enter__(self) -> Self:
        """Itself; the end of the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
