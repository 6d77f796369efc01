"""What a listener of the event stream keeps: where it is, and how long to wait before it comes back."""

import random

import httpx2

from warmline.sdk.answers import Event
from warmline.sdk.errors import TooMany, Unavailable, WarmlineError
from warmline.sdk.flow import understood

PATH = "events/stream"
FIRST, LONGEST = 1.0, 30.0  # seconds before coming back, doubled from one failure to the next
SILENCE = 60.0  # seconds without a byte after which a stream is dead; the server says every 15 that it is alive
TIMES = httpx2.Timeout(10.0, read=SILENCE)


class Place:
    """A place in the stream. What was heard is not heard again, and what comes after it is not missed."""

    def __init__(self, after: str | None) -> None:
        self.last_event_id, self.failures = after, 0

    def headers(self) -> dict[str, str]:
        """To go on from here; from now on, where nothing was heard yet."""
        wanted = {"Accept": "text/event-stream"}
        return wanted | ({"Last-Event-ID": self.last_event_id} if self.last_event_id else {})

    def hear(self, message: httpx2.ServerSentEvent) -> Event | None:
        """The event in this message; None for `ready`, which comes first and says where the stream begins."""
        event = None if message.event == "ready" else understood(Event, message.data)
        self.last_event_id, self.failures = message.id, 0
        return event

    def pause(self, problem: WarmlineError | None = None) -> float:
        """Seconds before coming back, after an end (None) or a failure. Raises what no waiting mends."""
        if problem is not None and not isinstance(problem, Unavailable | TooMany):
            raise problem
        asked = (problem.retry_after if problem else None) or 0.0
        jitter = random.uniform(1.0, 1.5)  # noqa: S311  # no secret hangs on it
        doubled = FIRST * 2.0 ** min(self.failures, 10)
        self.failures += 1
        return float(max(asked, min(LONGEST, jitter * doubled)))
