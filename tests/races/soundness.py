"""What must be so whatever happened at the same time: one line of states, and a case that agrees with its handoff."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select

from tests.world import World
from warmline.app import TAIL
from warmline.cases.model import Case
from warmline.db.transaction import tenant
from warmline.handoffs.model import Handoff
from warmline.timeline import queries as timeline

STATUS = {"ready": "escalated", "scheduled": "escalated", "claimed": "active", "parked": "parked"}
MOVES = ("created", "parked", "ready", "claimed", "released", "lapsed", "snoozed", "transferred", "returned", "closed")
RAISING = {"claimed", "released", "lapsed", "snoozed", "transferred", "returned"}


async def whole_log(world: World) -> Sequence[Row[Any]]:
    """All events of the organization in the order of the log, as far as anything was answered."""
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        await unit.session.execute(TAIL, {"after": 0, "most": 100_000})  # gives a place to those that have none yet
        return await timeline.after(unit.session, world.acme.id, 0, 100_000)


async def check_claimed_once(world: World, ids: Sequence[str]) -> None:
    """Each of them was claimed once by the history, and case and handoff agree on the owner and the epoch."""
    claims = Counter(str(one.subject_id) for one in await whole_log(world) if one.type == "handoff.claimed")
    assert claims == dict.fromkeys(ids, 1)
    agree = and_(Case.epoch == Handoff.epoch, Case.handler_user_id == Handoff.claimed_by, Case.status == "active")
    query = select(Handoff.id).join(Case, Case.id == Handoff.case_id).where(Handoff.state == "claimed", agree)
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        assert {str(id) for id in await unit.session.scalars(query)} == set(ids)


async def check_sound(world: World, case_id: str) -> None:
    """The case, its handoffs and their history agree with each other."""
    log = [one for one in await whole_log(world) if str(one.thread_id) == case_id]
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        case = await unit.session.get_one(Case, (world.acme.id, UUID(case_id)))
        query = select(Handoff).where(Handoff.case_id == case.id).order_by(Handoff.id)
        handoffs = (await unit.session.scalars(query)).all()
    for handoff in handoffs:
        _check_line(handoff, [one for one in log if one.subject_id == handoff.id and _move(one) in MOVES])
    _check_case(case, [one for one in handoffs if one.state != "closed"])
    assert not handoffs or case.epoch == handoffs[-1].epoch


def _check_line(handoff: Handoff, moves: list[Any]) -> None:
    """In the order of the log each begins where the one before it ended, and the row is where the last one ended."""
    told = [(one.type, one.from_state, one.to_state, one.data["epoch"]) for one in moves]
    assert moves[0].from_state is None, told
    for before, after in pairwise(moves):
        assert after.from_state == before.to_state, told
        raised = after.data["epoch"] - before.data["epoch"]
        assert raised == (
            _move(after) in RAISING or (after.type, after.from_state) == ("handoff.ready", "scheduled")
        ), told
    assert (handoff.state, handoff.epoch) == (moves[-1].to_state, moves[-1].data["epoch"]), told


def _check_case(case: Case, still_open: list[Handoff]) -> None:
    assert len(still_open) <= 1
    if still_open:
        (handoff,) = still_open
        assert (case.status, case.handler_user_id) == (STATUS[handoff.state], handoff.claimed_by)
        assert case.ended_at is None
    else:
        assert case.status in ("active", "resolved", "closed")


def _move(event: Any) -> str:
    noun, _, verb = str(event.type).partition(".")
    return verb if noun == "handoff" else ""
