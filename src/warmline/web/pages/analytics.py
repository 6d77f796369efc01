"""What the pickups take, day by day, and what that saves against the organization's own baseline."""

import csv
import io
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response

from warmline.errors import Invalid
from warmline.measures import baselines
from warmline.measures.escalations import Figures, measure
from warmline.measures.model import LONGEST
from warmline.web.act import ActDep
from warmline.web.pages.door import PageRoute, go, page
from warmline.web.pages.figures import shown
from warmline.web.pages.settings import spans
from warmline.web.pages.views import Notice

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Period = Literal["7d", "30d", "90d"]


@router.get("/analytics")
async def analytics(act: ActDep, period: Period = "7d", squad: UUID | None = None) -> Response:
    """Operators and above."""
    return await page(act, "analytics.html", "analytics", analytics=await shown(act, period, squad))


@router.get("/analytics/days.csv")
async def days(act: ActDep, period: Period = "7d", squad: UUID | None = None) -> Response:
    """Day by day, for a spreadsheet; figures alone, so that no cell can be a formula."""
    measured = await measure(act.session, act.caller, period, squad, act.now)
    text = io.StringIO()
    table = csv.writer(text)
    names = list(Figures.__dataclass_fields__)
    table.writerow(["day", *names])
    table.writerows([day.isoformat(), *(getattr(figures, name) for name in names)] for day, figures in measured.trend)
    headers = {"content-disposition": f'attachment; filename="warmline-{period}-{measured.until.date()}.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)


@router.post("/analytics/baselines")
async def time_one(
    act: ActDep, took: Annotated[str, Form(max_length=40)] = "", note: Annotated[str, Form(max_length=300)] = "",
    period: Annotated[Period, Form()] = "7d",
) -> Response:  # fmt: skip
    """Note a pickup that was done the old way, with the time it took."""
    try:
        seconds = _seconds(took)
        said = note.strip() or None
        if said and not said.isprintable():
            raise Invalid.field("note", "one line, without control characters")
        made = await baselines.add(act.session, act.caller, seconds, said, None, act.now)
    except Invalid as problem:
        again = await shown(act, period, None, took, note, problem.errors[0]["message"])
        return await page(act, "analytics.html", "analytics", status=422, analytics=again)
    undo = f"/analytics/baselines/{made.id}/withdraw"
    return go(act.request, f"/analytics?period={period}#recovered", Notice("Noted", spans.said(seconds), undo=undo))


@router.post("/analytics/baselines/{baseline_id}/withdraw")
async def withdraw(act: ActDep, baseline_id: UUID) -> Response:
    """It counts no more."""
    await baselines.withdraw(act.session, act.caller, baseline_id, act.now)
    undo = f"/analytics/baselines/{baseline_id}/restore"
    return go(act.request, "/analytics#recovered", Notice("Withdrawn", "It counts no more.", undo=undo))


@router.post("/analytics/baselines/{baseline_id}/restore")
async def restore(act: ActDep, baseline_id: UUID) -> Response:
    """It counts again."""
    await baselines.restore(act.session, act.caller, baseline_id, act.now)
    return go(act.request, "/analytics#recovered", Notice("It counts again"))


def _seconds(text: str) -> int:
    """As a stopwatch shows it (12:40), or in words (12 min)."""
    parts = text.strip().split(":")
    if len(parts) in (2, 3) and all(part.isascii() and part.isdecimal() and len(part) <= 3 for part in parts):
        seconds = 0
        for part in parts:
            seconds = seconds * 60 + int(part)
    else:
        try:
            seconds = spans.heard(text)
        except ValueError as problem:
            raise Invalid.field("took", str(problem)) from None
    if not 1 <= seconds <= LONGEST:
        raise Invalid.field("took", "expected a time between a second and a week, as in 12:40 or 12 min")
    return seconds
