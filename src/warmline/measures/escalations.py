"""How long people take from the claim to the first action, by the history of the claims.

Each handoff counts once, by its last claim in the period. The first action belongs to the claim of the same epoch;
where the clocks disagree and it lies before, it counts as 0 seconds. What was not claimed does not count. Percentiles
are PostgreSQL's `percentile_cont`: between two values, in proportion. Days are UTC's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.squads.seats import get_squad

PERIODS = {"7d": 7, "30d": 30, "90d": 90}
DEFINITION = (
    "Seconds from the claim of a handoff to the first message, step or call of whoever claimed it. Each handoff counts "
    "once, by its last claim in the period; unclaimed handoffs do not count, and a negative time counts as 0."
)
CLAIMS = """
WITH claims AS (
    SELECT DISTINCT ON (e.subject_id) e.subject_id, e.at, e.data->>'epoch' AS epoch
    FROM warmline.events e
    WHERE e.organization_id = :organization AND e.type = 'handoff.claimed' AND e.at > :since AND e.at <= :until
        AND (CAST(:squad AS text) IS NULL OR e.data->>'squad_id' = :squad)
    ORDER BY e.subject_id, e.at DESC),
acted AS (
    SELECT c.at, CASE WHEN min(a.at) IS NOT NULL THEN greatest(extract(epoch FROM min(a.at) - c.at), 0) END AS taken,
        extract(epoch FROM c.at - min(r.at)) AS waited
    FROM claims c
    LEFT JOIN warmline.events a ON a.organization_id = :organization AND a.subject_id = c.subject_id
        AND a.type = 'handoff.first_action' AND a.data->>'epoch' = c.epoch
    LEFT JOIN warmline.events r ON r.organization_id = :organization AND r.subject_id = c.subject_id
        AND r.to_state = 'ready'
    GROUP BY c.subject_id, c.at)
"""
FIGURES = """
    count(*) AS claimed, count(taken) AS with_action, avg(taken) AS average_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY taken) AS median_seconds,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY taken) AS p95_seconds,
    avg(waited) AS claim_average_seconds, percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS claim_median_seconds,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY waited) AS claim_p95_seconds
"""
WHOLE = text(f"{CLAIMS} SELECT {FIGURES} FROM acted")
BY_DAY = text(f"{CLAIMS} SELECT (at AT TIME ZONE 'UTC')::date AS day, {FIGURES} FROM acted GROUP BY 1 ORDER BY 1")
CLOSED = text("""
SELECT coalesce(e.data->>'closure_reason', 'returned') AS reason, count(*) AS many FROM warmline.events e
WHERE e.organization_id = :organization AND e.type IN ('handoff.closed', 'handoff.returned')
    AND e.at > :since AND e.at <= :until AND (CAST(:squad AS text) IS NULL OR e.data->>'squad_id' = :squad)
GROUP BY 1 ORDER BY many DESC, reason
""")
BASELINE = text("""
SELECT count(*) AS many, avg(seconds) AS seconds FROM warmline.baselines
WHERE organization_id = :organization AND withdrawn_at IS NULL
    AND (CAST(:squad AS text) IS NULL OR squad_id IS NULL OR squad_id = CAST(:squad AS uuid))
""")
WRONG = "wrong_escalation"


@dataclass(frozen=True)
class Figures:
    """Of a period, or of one day; times in seconds, None where there is nothing to measure."""

    claimed: int
    with_action: int
    average_seconds: float | None
    median_seconds: float | None
    p95_seconds: float | None
    claim_average_seconds: float | None
    claim_median_seconds: float | None
    claim_p95_seconds: float | None

    @property
    def conversion(self) -> float | None:
        """The share of the claimed that saw an action, from 0 to 1."""
        return round(self.with_action / self.claimed, 4) if self.claimed else None


@dataclass(frozen=True)
class Measured:
    """What a period says."""

    days: int
    since: datetime
    until: datetime
    figures: Figures
    before: Figures  # the same number of days before
    trend: list[tuple[date, Figures]]  # every day of the period, also those in which nothing happened
    closed: dict[str, int]  # by closure reason; `returned` for what went back to its agent
    baseline_entries: int
    baseline_seconds: float | None

    @property
    def right_to_escalate(self) -> float | None:
        """The share of what ended that nobody called a wrong escalation, from 0 to 1."""
        whole = sum(self.closed.values())
        return round(1 - self.closed.get(WRONG, 0) / whole, 4) if whole else None

    @property
    def minutes_recovered(self) -> float | None:
        """The manual baseline less the average; None without a baseline of one's own."""
        if self.baseline_seconds is None or self.figures.average_seconds is None:
            return None
        return round((self.baseline_seconds - self.figures.average_seconds) / 60, 2)

    @property
    def hours_saved_per_week(self) -> float | None:
        """Minutes recovered, times the handoffs of a week, by 60."""
        if self.minutes_recovered is None:
            return None
        return round(self.minutes_recovered * self.figures.with_action * 7 / self.days / 60, 2)


async def measure(session: AsyncSession, caller: Caller, period: str, squad_id: UUID | None, now: datetime) -> Measured:
    """The figures of the days before `now`; operators and above. Raises Forbidden, NotFound for the squad."""
    caller.must_be("operator")
    if squad_id is not None:
        await get_squad(session, caller, squad_id)
    days = PERIODS[period]
    values = {"organization": caller.organization_id, "squad": str(squad_id) if squad_id else None}
    since = now - timedelta(days=days)
    this = values | {"since": since, "until": now}
    before = values | {"since": since - timedelta(days=days), "until": since}
    closed = {row.reason: row.many for row in await session.execute(CLOSED, this)}
    baseline = (await session.execute(BASELINE, values)).one()
    return Measured(
        days, since, now,
        figures=_figures((await session.execute(WHOLE, this)).one()),
        before=_figures((await session.execute(WHOLE, before)).one()),
        trend=_every_day((await session.execute(BY_DAY, this)).all(), since, now),
        closed=closed,
        baseline_entries=baseline.many,
        baseline_seconds=_rounded(baseline.seconds),
    )  # fmt: skip


def _figures(row: Row[Any]) -> Figures:
    values = row._mapping
    names = [name for name in Figures.__dataclass_fields__ if name.endswith("seconds")]
    return Figures(values["claimed"], values["with_action"], **{name: _rounded(values[name]) for name in names})


def _rounded(seconds: Any) -> float | None:
    return None if seconds is None else round(float(seconds), 3)


NONE = Figures(0, 0, None, None, None, None, None, None)


def _every_day(rows: Sequence[Row[Any]], since: datetime, until: datetime) -> list[tuple[date, Figures]]:
    found = {row.day: _figures(row) for row in rows}
    many = (until.date() - since.date()).days + 1
    days = [since.date() + timedelta(days=number) for number in range(many)]
    return [(day, found.get(day, NONE)) for day in days]
