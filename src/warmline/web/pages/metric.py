"""The card on the desk: from the claim to the first action. Fetched after the desk, which waits for nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from warmline.measures.escalations import Figures, Measured, measure
from warmline.web.act import Act, ActDep
from warmline.web.pages import words
from warmline.web.pages.charts import spark
from warmline.web.pages.door import PageRoute
from warmline.web.templating import render

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PERIOD = "7d"
FRESH = timedelta(minutes=1)  # in which all who look at the desk are shown what was measured for the first of them


@dataclass(frozen=True)
class Metric:
    """The median of a week, in words, how it stands against the week before, and its days as a line."""

    figure: str = ""
    change: str = ""
    is_better: bool = False
    made_of: str = ""
    path: str = ""
    area: str = ""
    summary: str = ""


@router.get("/desk/metric")
async def metric(act: ActDep) -> Response:
    """Operators and above."""
    act.caller.must_be("operator")
    return HTMLResponse(render("parts/metric.html", metric=await _kept(act), now=act.now))


async def _kept(act: Act) -> Metric:
    kept: dict[UUID, tuple[datetime, Metric]] = act.request.app.state.metrics_of_desks
    measured_at, found = kept.get(act.caller.organization_id, (None, None))
    if found is None or measured_at is None or not timedelta(0) <= act.now - measured_at < FRESH:
        found = shown(await measure(act.session, act.caller, PERIOD, None, act.now))
        kept[act.caller.organization_id] = act.now, found
    return found


def shown(measured: Measured) -> Metric:
    """In words; nothing where nobody has claimed and acted."""
    now, before = measured.figures, measured.before
    if now.median_seconds is None:
        return Metric()
    days = [figures.median_seconds for _, figures in measured.trend]
    path, area = spark(days)
    change, is_better = _change(now.median_seconds, before.median_seconds)
    return Metric(words.countdown(now.median_seconds), change, is_better, _made_of(now), path, area, _summary(days))


def _change(now: float, before: float | None) -> tuple[str, bool]:
    if not before:
        return "", False
    share = (now - before) / before
    if abs(share) < 0.005:
        return "as in the week before", False
    return f"{abs(share) * 100:.0f} % {'sooner' if share < 0 else 'later'} than the week before", share < 0


def _made_of(figures: Figures) -> str:
    within = f"; 95 % within {words.countdown(figures.p95_seconds)}" if figures.p95_seconds is not None else ""
    return f"Median over {words.counted(figures.with_action, 'claimed handoff')}{within}."


def _summary(days: list[float | None]) -> str:
    measured = [value for value in days if value is not None]
    return f"Median by day: {words.countdown(measured[0])} at first, {words.countdown(measured[-1])} at last"
