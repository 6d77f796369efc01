"""What a batch of events changes on the open desks of an organization: read and rendered once, for all of them."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from warmline.app import App
from warmline.caller import Caller
from warmline.db.transaction import Unit, tenant
from warmline.live.subscriber import Told
from warmline.timeline.queries import cursor, visible
from warmline.web.pages import free, pushes
from warmline.web.pages.desk import Tally, for_one, tallied
from warmline.web.pages.views import Counts
from warmline.web.stream import frame

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
    if looking.view in ("desk", "start"):
        here = looking.squad is None or event.data.get("squad_id") in (None, str(looking.squad))
        return event.subject_kind == "handoff" and (here or event.type == "handoff.transferred")
    return bool(event.thread_id is not None and event.thread_id == looking.case_id)


class Desks:
    """What a batch of events changes on the desks of an organization: read once; most get the same bytes."""

    def __init__(self, events: Sequence[Told], rows: Mapping[int, str], tally: Tally, free: str = "") -> None:
        """The rows that move, by the event's position; who is free, where that has changed."""
        self.events, self._rows, self._tally, self._free = events, rows, tally, free
        self.touched = frozenset[UUID]().union(*(pushes.touched(told.event) for told in events))
        private = {id for told in events for id in (told.event.private_to, told.event.hidden_from)}
        self._special = private | {who for _, who in tally}
        self._bytes: dict[Hashable, bytes] = {}
        self._headings: dict[Counts, str] = {}

    def bytes_for(self, looking: Looking) -> bytes:
        """One frame; all who look at the same squad get the same, less those of whom the events or the counts speak."""
        caller = looking.caller
        alone = caller.user_id if caller.user_id in self._special else None
        key = looking.squad, caller.at_least("admin"), alone
        if key not in self._bytes:
            mine = [told for told in self.events if is_told(told, looking)]
            self._bytes[key] = framed(self.events[-1], self.pieces(looking, mine))
        return self._bytes[key]

    def pieces(self, looking: Looking, events: Sequence[Told]) -> list[str]:
        """The rows that move, and the heading's counts, of those events that this page is told of."""
        pieces = [self._rows.get(told.position, "") for told in events]
        if any(pushes.moves_the_queue(told.event) for told in events):
            pieces.append(self._heading(for_one(self._tally, looking.squad, looking.caller.user_id)))
        return [*pieces, self._free]

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
        """Read once, by the first who asks; who is impatient does not stop it for the others."""
        made, key = events[-1].made, _key(events)
        if key not in made:
            made[key] = asyncio.create_task(self._once(events), context=Context())
        desks: Desks = await asyncio.shield(made[key])
        return desks

    async def _once(self, events: Sequence[Told]) -> Desks:
        if not any(pushes.shows(told.event) or free.changes(told.event) for told in events):
            return Desks(events, {}, {})
        try:
            async with self.app.database.transaction(tenant(self.organization_id)) as unit:
                return await self._rendered(events, unit)
        except BaseException:
            del events[-1].made[_key(events)]  # who asks next tries again
            raise

    async def _rendered(self, events: Sequence[Told], unit: Unit) -> Desks:
        rows = {
            told.position: await pushes.row(unit.session, self.organization_id, told.event, told.names, unit.now)
            for told in events
        }
        changed = any(free.changes(told.event) for told in events)
        shown = await free.push(unit.session, self.organization_id) if changed else ""
        return Desks(events, rows, await tallied(unit.session, self.organization_id, unit.now), shown)


def _key(events: Sequence[Told]) -> Hashable:
    """Of a batch, at its last event: where it begins, for some may have heard the first of them before."""
    return "desks", events[0].position


def prepared(events: Sequence[Told]) -> Desks | None:
    """What was read for a batch, where that has been done."""
    task = events[-1].made.get(_key(events))
    return task.result() if task is not None and task.done() else None
