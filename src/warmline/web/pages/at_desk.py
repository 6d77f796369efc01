"""What the desk shows around its queue, as plain data: who is there, what is looked for, and all of it together."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from warmline.db.finding import words_of
from warmline.web.masking import AsIs
from warmline.web.pages.views import Counts, Held, Item, Link, Who


@dataclass(frozen=True)
class There:
    """Somebody who is there: available, busy or away; how many handoffs they hold, and would hold.

    `seen_at` is when they were last seen, where that is some minutes ago though they said that they are available.
    """

    id: UUID
    who: Who
    status: str
    held: int
    capacity: int
    seen_at: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Whether they take more."""
        return self.status == "available" and self.held < self.capacity

    @property
    def state(self) -> str:
        """As their dot shows it: whoever has no place left is busy."""
        return "busy" if self.status == "available" and not self.is_free else self.status

    @property
    def word(self) -> str:
        """The same in a word; nothing for those who are free."""
        return "" if self.is_free else "full" if self.status == "available" else self.status


@dataclass(frozen=True)
class Free:
    """Who is there: the first of them, how many of them are free, and how many there are."""

    people: tuple[There, ...] = ()
    many: int = 0
    there: int = 0


@dataclass(frozen=True)
class Asked:
    """What of the queue somebody wants to see: of one squad, or what a search finds."""

    squad: UUID | None = None
    text: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for."""
        return words_of(self.text)

    def link(self, squad: UUID | None) -> str:
        """The same search in another squad, or in all of them."""
        chosen = {name: value for name, value in (("squad", squad), ("q", self.text)) if value}
        return AsIs(f"/desk?{urlencode(chosen)}") if chosen else "/desk"

    @property
    def everything(self) -> str:
        """The same squad without the search."""
        return f"/desk?squad={self.squad}" if self.squad else "/desk"

    @property
    def stream(self) -> str:
        """Where its live updates come from."""
        return AsIs(self.link(self.squad).replace("/desk?", "/live?view=desk&").replace("/desk", "/live?view=desk"))


@dataclass(frozen=True)
class Desk:
    """`arrival` is what came in within the last minute, if it is still there; it is not in `items` too."""

    counts: Counts
    items: tuple[Item, ...] = ()
    arrival: Item | None = None
    mine: tuple[Held, ...] = ()
    squads: tuple[Link, ...] = ()
    kinds: tuple[Link, ...] = ()
    more: int = 0  # rows of the queue that are not shown
    has_agents: bool = True
    free: Free = Free()
    asked: Asked = Asked()
    found: int | None = None  # how many a search finds in all
