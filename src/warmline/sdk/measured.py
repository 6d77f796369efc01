"""What the server answers about how long people take. Times are in seconds; None is where nothing was measured."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Spread:
    """Average, median, and what 95 of 100 stay below."""

    average_seconds: float | None = None
    median_seconds: float | None = None
    p95_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Figures(Spread):
    """From the claim to the first action; `conversion` is with_action / claimed."""

    claimed: int
    with_action: int
    conversion: float | None = None
    time_to_claim: Spread = field(default_factory=Spread)


@dataclass(frozen=True, kw_only=True)
class Day(Figures):
    """One day (UTC), as 2026-01-31."""

    day: str


@dataclass(frozen=True)
class Quality:
    """Was it right to escalate: by the reasons with which it ended."""

    closed: int
    right_to_escalate: float | None = None
    by_reason: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Escalations(Figures):
    """A period, the one before it, and each of its days; what is recovered against the organization's own baseline."""

    period: str
    since: datetime
    until: datetime
    metric_definition: str
    before: Figures
    quality: Quality
    trend: tuple[Day, ...] = ()
    baseline_entries: int = 0
    baseline_seconds: float | None = None
    minutes_recovered: float | None = None
    hours_saved_per_week: float | None = None


@dataclass(frozen=True)
class Baseline:
    """One pickup the old way, timed by hand."""

    id: str
    seconds: int
    by_user_id: str
    created_at: datetime
    note: str | None = None
    squad_id: str | None = None
