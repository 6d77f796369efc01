"""What a batch of events changes on the open desks of an organization: read and rendered once, for all of them."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from warmline.app import App
from warmline.caller import Caller
from warmline.db.transaction import Unit, tenant
from warmline.live.subscriber import Told
from warmline.timeline.queries import cursor, visible
from warmline.web.pages import free, pushes, ringing
from warmline.web.pages.batches import once, prepared
from warmline.web.pages.desk import Tally, for_one, tallied
from warmline.web.pages.views import Counts
from warmline.web.stream import frame

KIND = "desks"
CATCH_UP = 200  # events at once from which on a page is loaded anew, instead of being led through all of them


@dataclass(frozen=True)
class Looking:
    """Who looks at what."""

    app: App
    request: Request
    caller: Caller
    view: str
    id: UUID | None
    case_id: UUID | None
    squad: UUID | None
    words: tuple[str, ...] = ()  # what is looked for on the desk


def framed(last: Told, pieces: Sequence[str]) -> bytes:
    """One frame of the pieces that are not empty; nothing where there is none."""
    shown = "\n".join(piece for piece in pieces if piece)
    return frame(shown, id=cursor(last.position)) if shown else b""


def is_told(told: Told, looking: Looking) -> bool:
    """Whether this page hears of the event: its caller may, and it changes the page."""
    return visible(told.event, looking.caller) and concerns(told, looking)


def concerns(told: Told, looking: Looking) -> bool:
    """Whether the event changes this page."""
    event = told.event
    if looking.view == "desk" and free.changes(event):
        return True
    if looking.view == "bell":
        return False
    if looking.view in ("desk", "start"):
        here = looking.squad is None or event.data.get("squad_id") in (None, str(looking.squad))
        return event.subject_kind == "handoff" and (here or event.type == "handoff.transferred")
    return bool(event.thread_id is not None and event.thread_id == looking.case_id)


class Desks:
    """What a batch of events changes on the desks of an organization: read once; most get the same bytes."""

    def __init__(
        self, events: Sequence[Told], bells: ringing.Bells, rows: Mapping[int, pushes.Moved] | None = None,
        tally: Tally | None = None, free: str = "",
    ) -> None:  # fmt: skip
        """The rows that move, by the event's position; who is free, where that has changed."""
        self.events, self.bells, self._rows, self._tally, self._free = events, bells, rows or {}, tally or {}, free
        self.touched = frozenset[UUID]().union(*(pushes.touched(told.event) for told in events))
        private = {id for told in events for id in (told.event.private_to, told.event.hidden_from)}
        self._special = private | {who for _, who in self._tally}
        self._bytes: dict[Hashable, bytes] = {}
        self._html: dict[Hashable, str] = {}
        self._headings: dict[Counts, str] = {}

    def bytes_for(self, looking: Looking) -> bytes:
        """One frame; all who look at the same squad get the same, less those of whom the events or the counts speak."""
        caller = looking.caller
        alone = caller.user_id if caller.user_id in self._special else None
        rung = self.bells.count(caller.user_id) if ringing.rings(self.events, caller) else None
        key = looking.squad, looking.words, caller.at_least("admin"), caller.hides, alone, rung
        if key not in self._bytes:
            mine = [told for told in self.events if is_told(told, looking)]
            self._bytes[key] = framed(self.events[-1], self.pieces(looking, mine))
        return self._bytes[key]

    def pieces(self, looking: Looking, events: Sequence[Told]) -> list[str]:
        """The rows that move, and the heading's counts, of those events that this page is told of."""
        pieces = [self._row(told.position, looking) for told in events]
        if any(pushes.moves_the_queue(told.event) for told in events):
            pieces.append(self._heading(for_one(self._tally, looking.squad, looking.caller.user_id)))
        rung = ringing.rings(self.events, looking.caller)
        return [*pieces, self._free, self.bells.piece(looking.caller.user_id) if rung else ""]

    def _row(self, position: int, looking: Looking) -> str:
        """Rendered once for all from whom the same is hidden; whoever looks for something else only hears of it."""
        moved, hides = self._rows.get(position), looking.caller.hides
        if moved is not None and not moved.is_found(looking.words, hides):
            return moved.beyond()
        if (position, hides) not in self._html:
            self._html[position, hides] = moved.html(hides) if moved else ""
        return self._html[position, hides]

    def _heading(self, counts: Counts) -> str:
        if counts not in self._headings:
            self._headings[counts] = pushes.heading(counts)
        return self._headings[counts]


@dataclass(frozen=True)
class DesksOf:
    """Reads what the desks of an organization share; equal ones are one group of the hub."""

    app: App
    organization_id: UUID

    async def __call__(self, events: Sequence[Told]) -> None:
        """Make a batch ready for `at_hand`; one that is too long is not shown, but loaded anew."""
        if len(events) <= CATCH_UP:
            await self.read(events)

    async def read(self, events: Sequence[Told]) -> Desks:
        """Read once, by the first who asks."""
        desks: Desks = await once(events, KIND, lambda: self._read(events))
        return desks

    async def _read(self, events: Sequence[Told]) -> Desks:
        bells = ringing.BellsOf(self.app, self.organization_id)
        if not any(pushes.shows(told.event) or free.changes(told.event) for told in events):
            return Desks(events, await bells.read(events))
        counting = asyncio.ensure_future(bells.read(events))  # beside it, in a transaction of its own
        try:
            async with self.app.database.transaction(tenant(self.organization_id)) as unit:
                rows, tally, shown = await self._rendered(events, unit)
            return Desks(events, await counting, rows, tally, shown)
        finally:
            counting.cancel()

    async def _rendered(self, events: Sequence[Told], unit: Unit) -> tuple[dict[int, pushes.Moved], Tally, str]:
        rows = {}
        for told in events:
            if moved := await pushes.row(unit.session, self.organization_id, told.event, told.names, unit.now):
                rows[told.position] = moved
        changed = any(free.changes(told.event) for told in events)
        shown = await free.push(unit.session, self.organization_id, unit.now) if changed else ""
        return rows, await tallied(unit.session, self.organization_id, unit.now), shown


def at_hand(events: Sequence[Told]) -> Desks | None:
    """What was read for a batch, where that has been done."""
    found: Desks | None = prepared(events, KIND)
    return found
