"""Times are said twice, by the server and by the page that goes on counting: in the same words, to the letter."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.conftest import Come
from warmline.web.assets import asset
from warmline.web.pages import words

NOW = datetime(2026, 3, 12, 10, 42, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3600, 86400
SECONDS = (
    0, 0.4, 1, 1.9, 2, 8, 59, 59.9, MINUTE, 61, 119, 119.9, 120, 121, 600, 3599, 3599.9, HOUR, HOUR + 59, HOUR + MINUTE,
    2 * HOUR - 1, 2 * HOUR, 25 * HOUR, 47 * HOUR, 2 * DAY - 1, 2 * DAY, 2 * DAY + HOUR, 9.5 * DAY, 400 * DAY,
)  # fmt: skip
COUNTS = [
    (0, 0, 0),
    (1, 0, 0),
    (1, 1, 0),
    (2, 2, 0),
    (3, 3, 0),
    (5, 5, 2),
    (7, 2, 1),
    (12, 12, 0),
    (13, 1, 13),
    (1400, 1300, 2),
]
IN_THE_BROWSER = """async ([module, table]) => {
  const words = await import(module);
  const when = ([at, now]) => words.when(new Date(at), new Date(now));
  const said = { ...words, when, headline: (counts) => words.headline(...counts) };
  return table.map(([name, value]) => said[name](value));
}"""


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def by_the_server() -> list[tuple[str, Any, Any]]:
    """Name in words.js, what it is given there, and what words.py says of the same."""
    table: list[tuple[str, Any, Any]] = []
    for seconds in SECONDS:
        for left in (seconds, -seconds):
            table += [
                ("countdown", left, words.countdown(left)),
                ("elapsed", left, words.elapsed(left)),
                ("due", left, words.due(later(left), NOW)),
                ("attempt", left, words.attempt(later(left), NOW)),
                ("dueLong", left, words.due_long(later(left), NOW)),
                ("urgency", left, words.urgency(later(left), NOW)),
                ("ago", left, words.ago(later(-left), NOW)),
                ("when", [later(left).isoformat(), NOW.isoformat()], words.when(later(left), NOW)),
            ]
    for month in range(1, 13):
        at = NOW.replace(year=2025, month=month)
        table.append(("when", [at.isoformat(), NOW.isoformat()], words.when(at, NOW)))
    return table + [("headline", list(counts), list(words.headline(*counts))) for counts in COUNTS]


async def test_the_page_says_times_as_the_server_does(come: Come) -> None:
    somebody = await come()
    await somebody.open("/sign-in")
    table = by_the_server()
    asked = [asset("js/words.js"), [[name, value] for name, value, _ in table]]
    said = await somebody.page.evaluate(IN_THE_BROWSER, asked)
    other = [
        f"{name}({value}): {here!r}, but {there!r}"
        for (name, value, here), there in zip(table, said, strict=True)
        if here != there
    ]
    assert not other, "\n".join(other)
