"""What is pushed: the parts of each screen that an event changes, read anew and rendered as on the first page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments import fill
from warmline.cases.access import get_case
from warmline.cases.model import Fact, Message, Step
from warmline.cases.queries import Note, gathered
from warmline.db.finding import holds
from warmline.flows.changes import changes
from warmline.flows.find import about
from warmline.handoffs import queries
from warmline.handoffs.access import get_handoff
from warmline.handoffs.model import Handoff
from warmline.organizations.masks import masked
from warmline.squads.model import Squad
from warmline.squads.names import names_of
from warmline.web.act import Act
from warmline.web.masking import seen_by
from warmline.web.pages import build, words
from warmline.web.pages.desk import mine, squad_names
from warmline.web.pages.pickup import ways
from warmline.web.pages.start import first_arrival
from warmline.web.pages.story import Lost
from warmline.web.pages.views import Counts, Left, Notice, Start, Who
from warmline.web.pages.work import tasks
from warmline.web.templating import render

ARRIVED = ("handoff.created",)
MARKS = {"handoff.lapsed": "lease ran out", "handoff.ready": "back from waiting"}
WHY = {
    "handoff.claimed": "They claimed it",
    "handoff.lapsed": "Your lease ran out",
    "handoff.released": "It was released",
    "handoff.transferred": "It was passed on",
    "handoff.closed": "It was closed",
    "handoff.returned": "It went back to its agent",
    "handoff.snoozed": "It was put off",
}


@dataclass(frozen=True)
class Moved:
    """A row of the queue that moves: read once, and rendered once for each role, of which some see less."""

    template: str
    data: Mapping[str, Any]
    about: str = ""  # everything it can be found by; a row that leaves is told to all

    def html(self, hides: frozenset[str]) -> str:
        """As it is pushed to those from whom this is hidden."""
        with seen_by(hides):
            return render(self.template, **self.data)

    def is_found(self, words: Sequence[str], hides: frozenset[str]) -> bool:
        """Whether it belongs to what is looked for, by what may be seen of it."""
        return not words or not self.about or holds(words, masked(self.about, hides))

    def beyond(self) -> str:
        """What is said of it where it does not: that something came in; the rest is for whoever looks at everything."""
        arrived = self.template == "push/arrived.html"
        return render("push/beyond.html", id=self.data["item"].id) if arrived else ""


async def row(
    session: AsyncSession, organization_id: UUID, event: Any, names: Mapping[UUID, str], now: datetime
) -> Moved | None:
    """The row of the queue that an event moves: it arrives, is placed, or leaves; the same for everybody."""
    if not shows(event):
        return None
    found = await session.get(Handoff, (organization_id, event.subject_id))
    if found is None:
        return None
    package = await queries.package_of(session, found)
    if event.to_state != "ready":
        word = words.LEFT.get(event.type, "gone")
        by = Who(names[event.actor_id]) if event.actor_id in names else None
        left = Left(found.id, package.title, word, event.at, by, customer=build.company(package.context))
        return Moved("push/left.html", {"left": left, "now": now})
    if found.state != "ready":  # it has moved on since; the event that says so follows
        return None
    known = await names_of(session, organization_id, build.people_of(found))
    squads = {
        one.id: one.name for one in await session.scalars(select(Squad).where(Squad.organization_id == organization_id))
    }
    item = build.item(found, package, known, squads, mark_of(event, names))
    template = "push/arrived.html" if event.type in ARRIVED else "push/placed.html"
    return Moved(template, {"item": item, "now": now}, about(found, package, known))


def mark_of(event: Any, names: Mapping[UUID, str]) -> str:
    """How it came back, in a few words."""
    by = names.get(event.actor_id, "")
    if event.type in ("handoff.released", "handoff.transferred") and by:
        return f"{'released' if event.type == 'handoff.released' else 'passed on'} by {by.split()[0]}"
    return MARKS.get(event.type, "")


def moves_the_queue(event: Any) -> bool:
    """Whether something came into the queue, left it, or changed its place."""
    return event.type.startswith("handoff.") and "ready" in (event.from_state, event.to_state)


def shows(event: Any) -> bool:
    """Whether the queue looks different after the event."""
    return moves_the_queue(event) or event.type == "handoff.claimed"


def heading(counts: Counts) -> str:
    """How many wait."""
    return render("push/counts.html", counts=counts)


def touched(event: Any) -> set[UUID]:
    """The ids of those who may hold something else after the event."""
    people = event.data.get("claimed_by"), event.data.get("held_by"), event.actor_id
    return {UUID(str(one)) for one in people if one}


async def holding(act: Act) -> str:
    """What the caller holds."""
    return render("push/mine.html", mine=await mine(act.session, act.caller), now=act.now)


async def start(act: Act) -> list[str]:
    """The guide's end: the first handoff."""
    arrived = await first_arrival(act)
    return [render("push/first.html", start=Start(arrived=arrived), now=act.now)] if arrived else []


async def pickup(act: Act, handoff_id: UUID, events: Sequence[Any]) -> list[str]:
    """The pickup screen: the assessment, what was appended, what is possible now."""
    handoff = await get_handoff(act.session, act.caller, handoff_id)
    mine = [event for event in events if event.thread_id == handoff.case_id]
    pieces: list[str] = []
    if any(event.type.startswith("assessment.") for event in mine):
        pieces.append(await _assessment(act, handoff))
    pieces += await _since(act, handoff, {event.id for event in mine})
    moved = [event for event in mine if event.type.startswith("handoff.") and event.subject_id == handoff.id]
    if moved:
        pieces += await _ways(act, handoff, moved[-1])
    return pieces


async def _assessment(act: Act, handoff: Handoff) -> str:
    reading = build.assessment(await fill.of(act.session, handoff.organization_id, handoff.id))
    return render("push/assessment.html", assessment=reading, now=act.now)


async def _since(act: Act, handoff: Handoff, fresh: set[UUID]) -> list[str]:
    package = await queries.package_of(act.session, handoff)
    found = (await changes(act.session, handoff.organization_id, [(handoff, package)]))[handoff.id]
    new = [one for one in found if one.id in fresh]
    if not new:
        return []
    case = await get_case(act.session, act.caller, handoff.case_id)
    notes = [one.note for one in new if one.note]
    names = await names_of(act.session, case.organization_id, [*build.authors(notes), *(one.actor_id for one in new)])
    squads = await squad_names(act.session, act.caller)
    shown = [build.since(one, case, names, squads) for one in new]
    return [render("push/since.html", since=one, now=act.now) for one in shown]


async def _ways(act: Act, handoff: Handoff, event: Any) -> list[str]:
    case = await get_case(act.session, act.caller, handoff.case_id)
    package = await queries.package_of(act.session, handoff)
    names = await names_of(act.session, handoff.organization_id, build.people_of(handoff))
    possible = await ways(act, handoff, package, case, names)
    pieces = [render("push/ways.html", ways=possible, now=act.now)]
    if event.type == "handoff.claimed" and possible.state == "taken" and possible.who:
        told = Notice(f"{possible.who.first} has just taken this", "You can still read along.", possible.who)
        pieces.append(render("push/toast.html", notice=told, now=act.now))
    return pieces


async def work(act: Act, handoff_id: UUID, events: Sequence[Any]) -> list[str]:
    """The room: what was written, the tasks, the lease; or that the claim is gone."""
    handoff = await get_handoff(act.session, act.caller, handoff_id)
    mine = [event for event in events if event.thread_id == handoff.case_id]
    if handoff.claimed_by != act.caller.user_id or handoff.state != "claimed":
        return await _gone(act, handoff, mine)
    pieces = await _written(act, handoff, mine)
    if any(event.type.startswith("assessment.") for event in mine):
        pieces.append(await _assessment(act, handoff))
    if pieces:
        pieces.append(render("push/lease.html", until=handoff.wakes_at, now=act.now))
    return pieces


async def _written(act: Act, handoff: Handoff, events: Sequence[Any]) -> list[str]:
    fresh = {id for event in events if event.subject_kind == "case" for id in event.data.values()}
    if not fresh:
        return []
    case = await get_case(act.session, act.caller, handoff.case_id)
    whole = await gathered(act.session, case)
    names = await names_of(act.session, case.organization_id, build.authors(whole.notes))
    notes: list[Note] = sorted((note for note in whole.notes if str(note.id) in fresh), key=lambda note: note.id)
    pieces = []
    for note in notes:
        if isinstance(note, (Message, Step)):
            entry = build.entry(note, case, names, act.caller.user_id)
            pieces.append(render("push/entry.html", entry=entry, now=act.now))
        elif isinstance(note, Fact):
            pieces.append(render("push/fact.html", fact=build.fact(note), now=act.now))
    if any(event.type == "case.task" for event in events):
        package = await queries.package_of(act.session, handoff)
        shown = tasks(whole, package, handoff, names, act.caller.user_id)
        pieces.append(render("push/tasks.html", tasks=shown, work_id=handoff.id, now=act.now))
    return pieces


async def _gone(act: Act, handoff: Handoff, events: Sequence[Any]) -> list[str]:
    me = act.caller.user_id
    ended = next((one for one in reversed(events) if one.type in WHY), None)
    if ended is None or (ended.type == "handoff.claimed" and ended.actor_id == me):  # how it ended is told next
        return []
    names = await names_of(act.session, handoff.organization_id, [handoff.claimed_by])
    name = names.get(handoff.claimed_by) if handoff.claimed_by and handoff.state == "claimed" else None
    who = Who(name) if name else None
    lost = Lost(handoff.id, who, ended.at, WHY[ended.type], again=handoff.state == "ready")
    return [render("push/lost.html", lost=lost, now=act.now)]
