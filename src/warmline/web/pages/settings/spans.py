"""Spans of time as people write them: "5 min", "1 h 30 min". Pure."""

import re

UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
WORDS = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "m": "min", "min": "min", "mins": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d",
}  # fmt: skip
PART = re.compile(r"(\d{1,7})\s*([a-z]+)")
WHOLE = re.compile(rf"\s*(?:{PART.pattern}[\s,]*)+")


def said(seconds: int) -> str:
    """As people say it, exactly: "90 s" is "1 min 30 s"."""
    parts = []
    for unit, size in reversed(UNITS.items()):
        many, seconds = divmod(seconds, size)
        if many:
            parts.append(f"{many} {unit if unit != 'd' else 'day' if many == 1 else 'days'}")
    return " ".join(parts) or "0 s"


def heard(text: str) -> int:
    """The seconds of a span. Raises ValueError, in words for whoever wrote it."""
    low = text.strip().lower()
    if low.isdecimal():
        raise ValueError(f"Say {low} min, or {low} s.")
    found = PART.findall(low)
    if not WHOLE.fullmatch(low) or any(word not in WORDS for _, word in found):
        raise ValueError("Write it as in 5 min, 90 s or 1 h 30 min.")
    return sum(int(many) * UNITS[WORDS[word]] for many, word in found)
