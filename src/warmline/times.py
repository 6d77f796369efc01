"""Times in words that people and programs read."""

from datetime import UTC, datetime, timedelta

STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def ago(span: timedelta) -> str:
    """12 s ago, 3 min ago, 2 h ago, 4 d ago; never negative."""
    seconds = max(0, int(span.total_seconds()))
    size, unit = next(((size, unit) for size, unit in STEPS if seconds >= size), (1, "s"))
    return f"{seconds // size} {unit} ago"


def rfc3339(at: datetime) -> str:
    """A time as the API shows it: UTC, with Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
