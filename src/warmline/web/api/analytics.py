"""How long people take, and what that saves where an organization has measured it before."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt

from warmline.measures import baselines
from warmline.measures.escalations import DEFINITION, Figures, Measured, measure
from warmline.measures.model import LONGEST, Baseline
from warmline.web.act import ActDep, ActRoute
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Limited, Line, taken_from

router = APIRouter(prefix="/analytics", tags=["analytics"], route_class=ActRoute, responses=ALL)
Period = Literal["7d", "30d", "90d"]
Seconds = float | None


class TimeToClaim(BaseModel):
    """From the moment it was ready for people to the claim, in seconds."""

    average_seconds: Seconds
    median_seconds: Seconds
    p95_seconds: Seconds


class FiguresOut(BaseModel):
    """From the claim to the first action, in seconds; null where there is nothing to measure."""

    claimed: int
    with_action: int
    conversion: Annotated[float | None, Field(description="with_action / claimed")]
    average_seconds: Seconds
    median_seconds: Seconds
    p95_seconds: Seconds
    time_to_claim: TimeToClaim


class DayOut(FiguresOut):
    """One day, in UTC."""

    day: date


class QualityOut(BaseModel):
    """Was it right to escalate: by the reasons with which it ended."""

    closed: int
    right_to_escalate: Annotated[float | None, Field(description="1 - wrong_escalation / closed")]
    by_reason: dict[str, int]


class EscalationsOut(FiguresOut):
    """A period, the one before it, and each of its days."""

    period: Period
    since: datetime
    until: datetime
    metric_definition: str
    before: FiguresOut
    trend: list[DayOut]
    quality: QualityOut
    baseline_entries: int
    baseline_seconds: Seconds
    minutes_recovered: Annotated[float | None, Field(description="null without a baseline of your own")]
    hours_saved_per_week: float | None


class BaselineOut(BaseModel):
    """One pickup the old way, timed by hand."""

    id: UUID
    seconds: int
    note: str | None
    squad_id: UUID | None
    by_user_id: UUID
    created_at: datetime


class NewBaseline(Body):
    """A stopwatch entry: how long one pickup took without Warmline."""

    seconds: Annotated[StrictInt, Field(ge=1, le=LONGEST)]
    note: Line | None = None
    squad_id: UUID | None = None


@router.get("/escalations")
async def escalations(act: ActDep, period: Period = "7d", squad_id: UUID | None = None) -> EscalationsOut:
    """Time from the claim to the first action; operators and above."""
    measured = await measure(act.session, act.caller, period, squad_id, act.now)
    return EscalationsOut(
        period=period,
        since=measured.since,
        until=measured.until,
        metric_definition=DEFINITION,
        **shown(measured.figures),
        before=FiguresOut(**shown(measured.before)),
        trend=[DayOut(day=day, **shown(figures)) for day, figures in measured.trend],
        quality=_quality(measured),
        baseline_entries=measured.baseline_entries,
        baseline_seconds=measured.baseline_seconds,
        minutes_recovered=measured.minutes_recovered,
        hours_saved_per_week=measured.hours_saved_per_week,
    )


def shown(figures: Figures) -> dict[str, object]:
    """The fields of `FiguresOut`."""
    values = asdict(figures)
    claim = {name: values.pop(f"claim_{name}") for name in TimeToClaim.model_fields}
    return values | {"conversion": figures.conversion, "time_to_claim": claim}


def _quality(measured: Measured) -> QualityOut:
    return QualityOut(
        closed=sum(measured.closed.values()),
        right_to_escalate=measured.right_to_escalate,
        by_reason=measured.closed,
    )


@router.get("/baselines")
async def list_baselines(
    act: ActDep, squad_id: UUID | None = None, limit: Limited = 50, cursor: Cursor = None
) -> Page[BaselineOut]:
    """The stopwatch entries that count, newest first."""
    act.caller.must_be("operator")
    query = baselines.entries(act.caller, squad_id)
    rows, following = await page(act.session, query, [Baseline.id], limit, cursor, newest_first=True)
    return Page(items=[taken_from(BaselineOut, row[0]) for row in rows], next_cursor=following)


@router.post("/baselines", status_code=201)
async def add_baseline(act: ActDep, body: NewBaseline) -> BaselineOut:
    """Note what one pickup took before; operators and above."""
    made = await baselines.add(act.session, act.caller, body.seconds, body.note, body.squad_id, act.now)
    return taken_from(BaselineOut, made)


@router.post("/baselines/{baseline_id}/restore")
async def restore_baseline(act: ActDep, baseline_id: UUID) -> BaselineOut:
    """What was withdrawn counts again; admins, or who noted it."""
    return taken_from(BaselineOut, await baselines.restore(act.session, act.caller, baseline_id, act.now))


@router.delete("/baselines/{baseline_id}", status_code=204)
async def withdraw_baseline(act: ActDep, baseline_id: UUID) -> None:
    """It counts no more; admins, or who noted it."""
    await baselines.withdraw(act.session, act.caller, baseline_id, act.now)
