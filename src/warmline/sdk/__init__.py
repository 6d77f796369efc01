"""The client that agents install: `from warmline.sdk import Warmline, AsyncWarmline`.

    with Warmline() as warmline:
        case = warmline.cases.open(squad_id, "Outlook fails", "Seven of nine seats get no mail.")
        case.step("Restarted Outlook", "failed")
        outcome = case.escalate("I may not change their devices.").wait()

It imports nothing else of Warmline. `Warmline` and `AsyncWarmline` have the same surface.
"""

from warmline.sdk.aio.client import AsyncCase, AsyncHandoff, AsyncWarmline
from warmline.sdk.aio.stream import AsyncStream
from warmline.sdk.answers import Event, Page
from warmline.sdk.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TimedOut,
    TooMany,
    Unauthorized,
    Unavailable,
    WarmlineError,
)
from warmline.sdk.sync.client import Case, Handoff, Warmline
from warmline.sdk.sync.stream import Stream

__all__ = [
    "AsyncCase",
    "AsyncHandoff",
    "AsyncStream",
    "AsyncWarmline",
    "Case",
    "Conflict",
    "Event",
    "Forbidden",
    "Handoff",
    "Invalid",
    "NotFound",
    "Page",
    "Stale",
    "Stream",
    "TimedOut",
    "TooMany",
    "Unauthorized",
    "Unavailable",
    "Warmline",
    "WarmlineError",
]
