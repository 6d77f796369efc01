"""The bell's count on every open page: read once for everybody, when it may have changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from warmline.app import App
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.flows.bell import MOST_UNREAD
from warmline.flows.unread import Unread, unread
from warmline.live.subscriber import Told
from warmline.timeline.queries import visible
from warmline.web.pages.batches import once, prepared
from warmline.web.templating import render

KIND = "bells"
SAME = frozenset({"handoff.first_action", "handoff.pinned", "handoff.unpinned"})  # nobody holds another one after these


def changes(event: Any) -> bool:
    """Whether somebody's count may be another one after the event."""
    kind, what = str(event.subject_kind), str(event.type)
    return kind == "notification" or (what.startswith("handoff.") and what not in SAME)


def rings(events: Sequence[Told], caller: Caller) -> bool:
    """Whether this person's count may have changed."""
    return caller.at_least("operator") and any(changes(told.event) and visible(told.event, caller) for told in events)


class Bells:
    """The counts of everybody after a batch of events, and the pieces that show them."""

    def __init__(self, counts: Unread) -> None:
        self._counts = counts
        self._pieces: dict[int, str] = {}

    def count(self, user_id: UUID | None) -> int:
        """Of one person, up to a hundred."""
        return min(MOST_UNREAD, self._counts.of(user_id))

    def piece(self, user_id: UUID | None) -> str:
        """What is pushed to them; the same for all who have the same count."""
        many = self.count(user_id)
        if many not in self._pieces:
            self._pieces[many] = render("push/bell.html", unread=many)
        return self._pieces[many]


@dataclass(frozen=True)
class BellsOf:
    """Reads how many everybody of an organization has not read; equal ones are one group of the hub."""

    app: App
    organization_id: UUID

    async def __call__(self, events: Sequence[Told]) -> None:
        """Make a batch ready."""
        await self.read(events)

    async def read(self, events: Sequence[Told]) -> Bells:
        """Read once for all."""
        made: Bells = await once(events, KIND, lambda: self._read(events))
        return made

    async def _read(self, events: Sequence[Told]) -> Bells:
        if not any(changes(told.event) for told in events):
            return Bells(Unread())
        async with self.app.database.transaction(tenant(self.organization_id)) as unit:
            return Bells(await unread(unit.session, self.organization_id))


def at_hand(events: Sequence[Told]) -> Bells | None:
    """What was read for a batch, where that has been done."""
    found: Bells | None = prepared(events, KIND)
    return found
