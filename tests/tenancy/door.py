"""How an operation is used well. The tables of doors are made of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Body = Callable[[Mapping[str, Any]], dict[str, Any]]  # from the caller's own ids, by name


@dataclass(frozen=True)
class Door:
    """What comes with a good request, beside the ids in its path.

    `body` is JSON, `form` a form; `texts` are fields that carry an id inside a text, as `user:ID`, with their table;
    `query_with` is what a name of the query wants beside it; `either` are fields that exclude each other; `same` says
    which of one's own ids a name of the path means here, `words` what stands in it that is no id.
    """

    body: Body | None = None
    form: Body | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    query_with: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    either: frozenset[str] = frozenset()
    same: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    cookie: str = ""
    uses_up: bool = False  # it succeeds once and not again: done once before its answers are compared

    def content(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The good body or form."""
        make = self.body or self.form
        return make(own) if make else {}

    def content_with(self, own: Mapping[str, Any], place: str, id: str) -> dict[str, Any]:
        """The same with this id at this place (`squad_id`; `rules.squad_id` deeper down)."""
        content = self.content(own)
        if place in self.either:
            content = {name: value for name, value in content.items() if name not in self.either}
        *outer, last = place.split(".")
        inner = content
        for name in outer:
            inner = inner[name][0] if isinstance(inner[name], list) else inner[name]
        inner[last] = self.texts[place][0].format(id) if place in self.texts else id
        return content


def tomorrow() -> str:
    """A time to put things off to."""
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()
