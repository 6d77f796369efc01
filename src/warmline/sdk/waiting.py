"""Waiting for people: a long poll, over and over, across dropped connections and restarts of the server."""

import math
from time import monotonic
from typing import Literal

from warmline.sdk.answers import HandoffData
from warmline.sdk.errors import TimedOut, TooMany, Unavailable
from warmline.sdk.flow import Flow, Pause, ask, given
from warmline.sdk.patience import spread

Until = Literal["claimed", "closed"]
POLL = 25.0  # seconds that one long poll takes at most
GRACE = 1.0  # seconds that the last answer has for its way
ENOUGH = {"claimed": ("claimed", "closed"), "closed": ("closed",)}


def wait(handoff_id: str, *, until: Until = "closed", timeout: float | None = None) -> Flow[HandoffData]:
    """Wait until it is closed (which a return to the agent is, too), or until somebody has claimed it.

    `timeout` is in seconds; None is for as long as it takes. Dropped connections and restarts of the server are waited
    out. Raises TimedOut, NotFound.
    """
    ends, seen = math.inf if timeout is None else monotonic() + timeout, None
    while True:
        left = max(0.0, ends - monotonic())
        try:
            seen = yield from _poll(handoff_id, seen, left)
        except (Unavailable, TooMany) as lost:
            yield Pause(min(left, spread(1.0) + (lost.retry_after or 0.0)))
        if seen is not None and seen.state in ENOUGH[until]:
            return seen
        if left == 0:
            raise TimedOut(f"The handoff is not {until} after {timeout} s.", seen)


def _poll(handoff_id: str, seen: HandoffData | None, left: float) -> Flow[HandoffData]:
    """At first as it is; then when it is another than the one seen."""
    seconds = min(POLL, left) if seen else 0.0
    query = given(timeout=round(seconds, 3), epoch=seen.epoch if seen else None)
    within = None if left == math.inf else max(GRACE, left - seconds)
    return ask(HandoffData, "GET", "handoffs", handoff_id, "wait", query=query, lasts=seconds, within=within)
