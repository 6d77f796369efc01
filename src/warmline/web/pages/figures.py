"""What the page of analytics shows: tiles, a chart, shares, and what is recovered, in words."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select

from warmline.measures import baselines
from warmline.measures.escalations import DEFINITION, PERIODS, Figures, Measured, measure
from warmline.measures.model import Baseline
from warmline.organizations.model import CloseReason
from warmline.squads.names import names_of
from warmline.web.act import Act
from warmline.web.pages import words
from warmline.web.pages.charts import Chart, chart
from warmline.web.pages.desk import squad_names
from warmline.web.pages.settings import spans
from warmline.web.pages.views import Link

SAID = {"7d": "7 days", "30d": "30 days", "90d": "90 days"}
ENOUGH = 5  # timed pickups from which on their average says something
SHOWN = 20  # of the timed pickups, the newest
RETURNED = "Returned to the agent"


@dataclass(frozen=True)
class Tile:
    """One figure with its name, what it is made of, and how it stands against the period before."""

    label: str
    figure: str
    detail: str
    change: str = ""
    is_better: bool = False


@dataclass(frozen=True)
class Share:
    """One closure reason: how often, and what share of the most frequent, in percent."""

    label: str
    many: int
    percent: int


@dataclass(frozen=True)
class Timed:
    """A stopwatch entry."""

    id: UUID
    took: str
    note: str
    by: str
    at: datetime
    mine: bool


@dataclass(frozen=True)
class Analytics:
    """The page."""

    periods: tuple[Link, ...]
    squads: tuple[Link, ...]
    squad: UUID | None
    period: str
    tiles: tuple[Tile, ...]
    chart: Chart | None
    shares: tuple[Share, ...]
    right: str
    recovered: str
    recovered_how: str
    saved: str
    timed: tuple[Timed, ...]
    missing: int
    definition: str
    export: str
    typed: str = ""
    note: str = ""
    error: str = ""


async def shown(
    act: Act, period: str, squad: UUID | None, typed: str = "", note: str = "", error: str = ""
) -> Analytics:
    """Of a period and a squad, or all; what was typed comes back beside its error. Raises Forbidden, NotFound."""
    measured = await measure(act.session, act.caller, period, squad, act.now)
    return Analytics(
        periods=tuple(Link(SAID[one], _address(one, squad), current=one == period) for one in PERIODS),
        squads=await _squads(act, period, squad),
        squad=squad,
        period=period,
        tiles=_tiles(measured.figures, measured.before, SAID[period]),
        chart=_chart(measured) if measured.figures.claimed else None,
        shares=await _shares(act, measured),
        right="" if measured.right_to_escalate is None else f"{measured.right_to_escalate:.0%}",
        recovered=_recovered(measured),
        recovered_how=_how(measured),
        saved=_saved(measured),
        timed=await _timed(act, squad),
        missing=max(0, ENOUGH - measured.baseline_entries),
        definition=DEFINITION,
        export="/analytics/days.csv?" + _address(period, squad).partition("?")[2],
        typed=typed,
        note=note,
        error=error,
    )


def _address(period: str, squad: UUID | None) -> str:
    return "/analytics?" + urlencode({"period": period} | ({"squad": squad} if squad else {}))


async def _squads(act: Act, period: str, squad: UUID | None) -> tuple[Link, ...]:
    names = await squad_names(act.session, act.caller)
    if len(names) < 2:
        return ()
    everybody = Link("All squads", _address(period, None), current=squad is None)
    return everybody, *(Link(name, _address(period, id), current=id == squad) for id, name in names.items())


def _tiles(now: Figures, before: Figures, span: str) -> tuple[Tile, ...]:
    acted, claims = words.counted(now.with_action, "handoff"), words.counted(now.claimed, "claimed handoff")
    return (
        _time("Claim to first action", now.median_seconds, before.median_seconds, f"median of {acted}"),
        _time("95 % within", now.p95_seconds, before.p95_seconds, "from claim to first action"),
        _time("Time to claim", now.claim_median_seconds, before.claim_median_seconds, f"median of {claims}"),
        Tile(
            "Claimed with an action",
            "–" if now.conversion is None else f"{now.conversion:.0%}",
            f"{now.with_action} of {now.claimed} in {span}",
        ),
    )


def _time(label: str, now: float | None, before: float | None, detail: str) -> Tile:
    if now is None:
        return Tile(label, "–", "nothing measured yet")
    if not before:
        return Tile(label, words.countdown(now), detail)
    share = (now - before) / before
    change = "as the period before" if abs(share) < 0.005 else f"{abs(share):.0%} {'sooner' if share < 0 else 'later'}"
    return Tile(label, words.countdown(now), detail, change, share < 0)


def _chart(measured: Measured) -> Chart:
    longest = max((figures.median_seconds or 0 for _, figures in measured.trend), default=0)
    days = [
        (_day(day), figures.claimed, figures.median_seconds, _words(day, figures)) for day, figures in measured.trend
    ]
    summary = (
        f"By day: how many were claimed, and the median from claim to first action, at most {words.elapsed(longest)}."
    )
    return chart(days, words.countdown(longest), summary)


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _words(day: date, figures: Figures) -> str:
    took = "" if figures.median_seconds is None else f", median {words.elapsed(figures.median_seconds)}"
    return f"{_day(day)}: {figures.claimed} claimed{took}"


async def _shares(act: Act, measured: Measured) -> tuple[Share, ...]:
    query = select(CloseReason.key, CloseReason.label)
    rows = await act.session.execute(query.where(CloseReason.organization_id == act.caller.organization_id))
    labels = {row.key: row.label for row in rows} | {"returned": RETURNED}
    most = max(measured.closed.values(), default=1)
    return tuple(Share(labels.get(key, key), many, round(100 * many / most)) for key, many in measured.closed.items())


def _recovered(measured: Measured) -> str:
    minutes = measured.minutes_recovered
    return "" if minutes is None else f"{minutes:.1f} min" if minutes >= 0 else f"{-minutes:.1f} min lost"


def _how(measured: Measured) -> str:
    if measured.baseline_seconds is None or measured.figures.average_seconds is None:
        return ""
    before, now = words.elapsed(measured.baseline_seconds), words.elapsed(measured.figures.average_seconds)
    timed = words.counted(measured.baseline_entries, "timed pickup")
    return f"Your baseline is {before} on average ({timed}); the average is now {now}."


def _saved(measured: Measured) -> str:
    hours = measured.hours_saved_per_week
    return "" if hours is None or hours <= 0 else f"about {hours:.1f} hours a week"


async def _timed(act: Act, squad: UUID | None) -> tuple[Timed, ...]:
    query = baselines.entries(act.caller, squad).order_by(Baseline.id.desc()).limit(SHOWN)
    rows = (await act.session.scalars(query)).all()
    names = await names_of(act.session, act.caller.organization_id, [row.by_user_id for row in rows])
    is_admin = act.caller.at_least("admin")
    return tuple(
        Timed(
            row.id, spans.said(row.seconds), row.note or "", names.get(row.by_user_id, "Somebody"), row.created_at,
            mine=is_admin or row.by_user_id == act.caller.user_id,
        )
        for row in rows
    )  # fmt: skip
