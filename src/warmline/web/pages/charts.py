"""Charts as SVG, drawn on the server: where their points lie. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP = 720, 160, 12  # of the drawing; it stretches with the page


@dataclass(frozen=True)
class Bar:
    """One day's column, and the point of the line above it; `y` is None where nothing was measured."""

    label: str
    x: float
    width: float
    top: float
    height: float
    y: float | None
    words: str


@dataclass(frozen=True)
class Chart:
    """Columns for how many, and a line for how long; both have their own scale."""

    bars: tuple[Bar, ...]
    lines: tuple[str, ...]  # paths; a day without a measurement breaks the line
    most: str  # what the top of the line's scale stands for
    summary: str


def chart(days: Sequence[tuple[str, int, float | None, str]], most: str, summary: str) -> Chart:
    """Days as (label, how many, how long or None, in words); the scales begin at 0."""
    step = WIDTH / max(1, len(days))
    many = max((count for _, count, _, _ in days), default=0) or 1
    longest = max((value for _, _, value, _ in days if value is not None), default=0) or 1
    bars = tuple(
        _bar(number * step, step, day, day[1] / many, None if day[2] is None else day[2] / longest)
        for number, day in enumerate(days)
    )
    return Chart(bars, _lines(bars), most, summary)


def _bar(x: float, step: float, day: tuple[str, int, float | None, str], share: float, height: float | None) -> Bar:
    room = HEIGHT - TOP
    tall = share * room * 0.6  # the columns stay below the line
    y = None if height is None else round(HEIGHT - height * room, 1)
    return Bar(
        day[0], round(x + step * 0.15, 1), round(step * 0.7, 1), round(HEIGHT - tall, 1), round(tall, 1), y, day[3]
    )


def _lines(bars: Sequence[Bar]) -> tuple[str, ...]:
    runs: list[list[str]] = [[]]
    for bar in bars:
        if bar.y is None:
            runs.append([])
        else:
            runs[-1].append(f"{bar.x + bar.width / 2:.1f} {bar.y}")
    return tuple("M" + "L".join(run) for run in runs if run)


def spark(values: Sequence[float | None]) -> tuple[str, str]:
    """A small line through what was measured, and the area beneath it, in a drawing of 300 by 52; from 0."""
    found = [(number, value) for number, value in enumerate(values) if value is not None]
    last, most = max(1, len(values) - 1), max((value for _, value in found), default=0) or 1
    points = [(300 * number / last, 48 - 40 * value / most) for number, value in found]
    if len(points) == 1:
        points = [(0.0, points[0][1]), (300.0, points[0][1])]
    line = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{line}", f"M{line} V52 H{points[0][0]:.1f}z" if points else ""
