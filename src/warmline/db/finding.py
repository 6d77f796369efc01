"""What somebody looks for: its words, made harmless, and the condition that finds them."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_

LONGEST, MOST = 200, 8  # letters and words that are looked at; the rest is left out
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # Unicode's letters that cannot be seen


def asked(text: str) -> str:
    """What was typed, as one line of bounded length, without what cannot be seen or stored."""
    line = "".join(" " if unicodedata.category(letter) in UNSEEN else letter for letter in text[: 10 * LONGEST])
    return " ".join(line.split())[:LONGEST].strip()


def words_of(text: str) -> tuple[str, ...]:
    """Its words; each has to be found. A ticket is found with its `#` or without."""
    return tuple(dict.fromkeys(word.lstrip("#") or word for word in asked(text).lower().split()))[:MOST]


def has(word: str, *columns: Any) -> ColumnElement[bool]:
    """Whether a word stands in one of the columns, in any case; `%` and `_` are letters like others."""
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def holds(words: Iterable[str], text: str) -> bool:
    """The same of a text that is at hand: whether all words are in it."""
    lower = text.lower()
    return all(word in lower for word in words)
