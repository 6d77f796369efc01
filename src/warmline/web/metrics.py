"""Figures of this process, for Prometheus."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Message, Send

REGISTRY = CollectorRegistry()
REQUESTS = Counter("warmline_requests_total", "Requests by method and status.", ["method", "status"], registry=REGISTRY)
SECONDS = Histogram("warmline_request_seconds", "Time until an answer begins.", ["method"], registry=REGISTRY)
STREAMS = Gauge("warmline_streams", "Open streams.", registry=REGISTRY)
LATE = Gauge("warmline_clock_late_seconds", "How late the oldest due work of the clock is.", registry=REGISTRY)
DEAD = Gauge(
    "warmline_dead_letters", "Deliveries that were given up; see GET /deliveries?state=dead.", registry=REGISTRY
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def measured(send: Send, method: str) -> Send:
    """Count the answer and the time until it began; unknown methods are counted together."""
    begun, known = time.perf_counter(), method if method in METHODS else "other"

    async def counted(message: Message) -> None:
        if message["type"] == "http.response.start":
            REQUESTS.labels(known, str(message["status"])).inc()
            SECONDS.labels(known).observe(time.perf_counter() - begun)
        await send(message)

    return counted


def exposition(streams: int, late_seconds: float, dead_letters: int) -> bytes:
    """All figures, in Prometheus' text format."""
    STREAMS.set(streams)
    LATE.set(late_seconds)
    DEAD.set(dead_letters)
    return generate_latest(REGISTRY)
