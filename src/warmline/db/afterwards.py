"""What a job leaves to do once its transaction is committed: it waits for somebody outside, and must hold nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Piece = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Taken:
    """What was due: how much of it is done already, and the pieces that are left, each under a lease.

    `full`: more is due, and waits for one of the pieces that are being done.
    """

    done: int = 0
    left: Sequence[Piece] = ()
    full: bool = False
