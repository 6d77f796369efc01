"""One call for all who ask at the same time.

Nobody waits for company: while one batch is served, the next one gathers by itself. So a single caller is served at
once, and a crowd shares statements, round trips and commits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Together(Generic[Asked, Given]):
    """Gathers what is asked and has it served, a batch at a time; `serve` answers in the order of its batch."""

    def __init__(self, serve: Callable[[Sequence[Asked]], Awaitable[Sequence[Given]]], largest: int = 200) -> None:
        self._serve, self._largest = serve, largest
        self._waiting: list[tuple[Asked, asyncio.Future[Given]]] = []
        self._turn: asyncio.Task[None] | None = None

    async def ask(self, what: Asked) -> Given:
        """The answer, once its batch was served. Raises what `serve` raised for the batch."""
        future: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, future))
        if self._turn is None:  # in a context of its own: what it logs is not the first caller's alone
            self._turn = asyncio.create_task(self._take_turns(), context=Context())
        return await future  # whoever is cancelled here cancels it, and is left out of the next batch

    async def _take_turns(self) -> None:
        try:
            while batch := self._next_batch():
                await self._answer(batch)
        finally:
            self._turn = None

    def _next_batch(self) -> list[tuple[Asked, "asyncio.Future[Given]"]]:
        gathered = [one for one in self._waiting if not one[1].done()]
        self._waiting = gathered[self._largest :]
        return gathered[: self._largest]

    async def _answer(self, batch: Sequence[tuple[Asked, "asyncio.Future[Given]"]]) -> None:
        try:
            answers = await self._serve([what for what, _ in batch])
        except Exception as problem:  # each hears of it, and the next batch goes on
            for future in _open(batch):
                future.set_exception(problem)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)


def _open(batch: Sequence[tuple[Asked, "asyncio.Future[Given]"]]) -> list["asyncio.Future[Given]"]:
    return [future for _, future in batch if not future.done()]
