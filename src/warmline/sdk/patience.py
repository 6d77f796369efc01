"""Trying again: what is worth it, when, and for how long."""

import random
from itertools import count
from time import monotonic

from warmline.sdk.errors import Conflict, TooMany, Unavailable, WarmlineError
from warmline.sdk.flow import Answer, Attempt, Flow, Pause, Request

TOTAL = 30.0  # seconds that all tries of a request may take together
ONE_TRY = 10.0  # seconds without a byte after which a try is given up
SHORTEST = 0.1  # seconds that the last try gets at least
FIRST, LONGEST = 0.2, 5.0  # seconds between tries, at most, doubled from one to the next


def patiently(request: Request, total: float) -> Flow[Answer]:
    """Try until there is an answer that counts, or the time is up. A write is repeated with its own key.

    Tried again is what got no answer, 502, 503, 504, 429, and 409 where an earlier try is still being worked on. Raises
    the error of the last try, and at once that of any other answer that is none of the 2xx.
    """
    ends = monotonic() + (total if request.within is None else request.within) + request.lasts
    for tries in count():
        came = yield from _once(request, ends)
        if isinstance(came, Answer):
            return came
        pause = _pause(came, tries)
        if monotonic() + pause >= ends:
            raise came
        yield Pause(pause)
    raise AssertionError("counting has no end")


def _once(request: Request, ends: float) -> Flow[Answer | WarmlineError]:
    """The answer; or the error, where another try may help."""
    left = max(SHORTEST, min(ONE_TRY + request.lasts, ends - monotonic()))
    try:
        answer: Answer = yield Attempt(request, left)
    except Unavailable as lost:
        return lost
    problem = answer.problem()
    if problem is not None and not _worth_another(problem):
        raise problem
    return problem or answer


def _worth_another(problem: WarmlineError) -> bool:
    return isinstance(problem, Unavailable | TooMany) or (isinstance(problem, Conflict) and problem.in_flight)


def _pause(problem: WarmlineError, tries: int) -> float:
    asked = problem.retry_after or 0.0
    return asked + spread(min(LONGEST, FIRST * 2**tries))


def spread(seconds: float) -> float:
    """Between half of it and all of it, so that not all who were cut off come back at once."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311  # no secret hangs on it
