"""Sixty-four people race for two hundred handoffs, over HTTP, each on a connection of their own."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx2
from sqlalchemy import select

from tests.races.soundness import check_claimed_once
from tests.world import World
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.handoffs.model import Handoff
from warmline.organizations.tokens import create_user_token
from warmline.organizations.users import add_user

PEOPLE, HANDOFFS = 64, 200
RIVALS = int(os.environ.get("WARMLINE_RIVALS", "8"))  # people who try the same handoff at once


@asynccontextmanager
async def crowd(world: World) -> AsyncIterator[list[tuple[str, httpx2.AsyncClient]]]:
    """(name, client) of each: a user of their own, a token, a connection."""
    owner = Caller(world.acme.id, "user", world.acme.owner.id, "Olga", "owner", user_id=world.acme.owner.id)
    async with AsyncExitStack() as stack:
        people = []
        async with world.app.database.transaction(tenant(world.acme.id)) as unit:
            for number in range(PEOPLE):
                email = f"racer-{number}@acme.example"
                user = await add_user(unit.session, owner, email, f"Racer {number}", "operator", unit.now)
                token = (await create_user_token(unit.session, owner, user.id, "race", unit.now)).secret
                people.append((str(user.id), token))
        yield [(id, await stack.enter_async_context(_client(world, token))) for id, token in people]


def _client(world: World, token: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=f"{world.address}/api/v1/",
        headers={"Authorization": f"Bearer {token}"},
        limits=httpx2.Limits(max_connections=1),
        timeout=120,
        verify=False,  # plain http: reading the certificates sixty-four times takes seconds
    )


async def handoffs(world: World) -> list[str]:
    async def one() -> str:
        return str((await world.acme.handoff())["id"])

    made: list[str] = []
    while len(made) < HANDOFFS:
        made += await asyncio.gather(*(one() for _ in range(10)))
    return made


async def owners(world: World) -> dict[str, tuple[str, int]]:
    """Who holds what, by the database."""
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        query = select(Handoff).where(Handoff.organization_id == world.acme.id, Handoff.state == "claimed")
        return {str(row.id): (str(row.claimed_by), row.epoch) for row in await unit.session.scalars(query)}


async def test_of_many_who_claim_the_same_one_wins_and_the_others_are_told_who_and_when(world: World) -> None:
    ids = await handoffs(world)
    async with crowd(world) as people:
        rivals = {id: random.sample(people, RIVALS) for id in ids}
        all_tried = (_claim_all(one, [id for id in ids if one in rivals[id]]) for one in people)
        answers = [answer for mine in await asyncio.gather(*all_tried) for answer in mine]
    won = {id: answer for id, _, answer in answers if answer.status_code == 200}
    assert Counter(answer.status_code for _, _, answer in answers) == {200: HANDOFFS, 409: HANDOFFS * (RIVALS - 1)}
    assert len(won) == HANDOFFS
    for id, _, answer in answers:
        if answer.status_code == 409:
            told, winner = answer.json(), won[id].json()
            assert told["claimed_by"] == winner["claimed_by"]
            assert told["claimed_at"] == winner["claimed_at"]
            assert told["detail"].startswith(f"Already claimed by {winner['claimed_by']['name']}, ")
    held = {id: (answer.json()["claimed_by"]["id"], 1) for id, answer in won.items()}
    assert await owners(world) == held
    await check_claimed_once(world, ids)


async def _claim_all(person: tuple[str, httpx2.AsyncClient], ids: list[str]) -> list[tuple[str, str, httpx2.Response]]:
    """One after the other, while everybody else does the same: (handoff, who, answer)."""
    return [(id, person[0], await person[1].post(f"handoffs/{id}/claim")) for id in ids]


async def test_of_many_who_take_the_next_each_gets_another_until_none_is_left(world: World) -> None:
    ids = await handoffs(world)

    async def take_all(person: tuple[str, httpx2.AsyncClient]) -> list[tuple[str, str]]:
        taken = []
        while (answer := await person[1].post("handoffs/claim-next")).status_code == 200:
            found: dict[str, Any] = answer.json()
            assert found["claimed_by"]["id"] == person[0]
            taken.append((found["id"], person[0]))
        assert answer.status_code == 204
        return taken

    async with crowd(world) as people:
        taken = [one for mine in await asyncio.gather(*map(take_all, people)) for one in mine]
    assert sorted(id for id, _ in taken) == sorted(ids)
    assert await owners(world) == {id: (who, 1) for id, who in taken}
    await check_claimed_once(world, ids)


async def test_twenty_escalations_of_one_case_are_one_handoff(world: World) -> None:
    case = await world.acme.case()
    body = {"intent": "escalate", "reason": "All at once."}
    answers = await asyncio.gather(
        *(world.acme.agent.http.post(f"cases/{case['id']}/escalate", json=body) for _ in range(20))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 19}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_close_release_transfer_and_lapse_at_once_leave_one_consistent_history(world: World) -> None:
    acme = world.acme
    for _ in range(12):
        handoff = await acme.handoff()
        path = f"handoffs/{handoff['id']}"
        await acme.ben.post(f"{path}/claim")
        passing = {"user_id": str(acme.cleo.id), "note": "Yours."}
        snooze = {"until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
        later = (acme.ben.http.post(f"{path}/{act}", json=body) for act, body in (
            ("close", {"reason": "resolved"}), ("release", {}), ("transfer", passing), ("snooze", snooze),
        ))  # fmt: skip
        answers = await asyncio.gather(*later, acme.admin.http.post(f"{path}/release", json={}))
        assert all(answer.status_code in (200, 403, 409, 422) for answer in answers), [a.text for a in answers]
        await _one_line(world, handoff["id"])


async def _one_line(world: World, id: str) -> None:
    """Each event begins where the one before it ended, and the row is where the last one ended."""
    events = (await world.acme.admin.get("events", subject=f"handoff:{id}", order="asc", limit=200))["items"]
    moves = [event for event in events if event["type"].startswith("handoff.")]
    moves.sort(key=lambda event: event["data"]["epoch"])
    for before, after in pairwise(moves):
        assert after["from_state"] == before["to_state"], [(m["type"], m["from_state"], m["to_state"]) for m in moves]
    shown = await world.acme.admin.get(f"handoffs/{id}")
    assert shown["state"] == moves[-1]["to_state"]
    case = await world.acme.admin.get(f"cases/{shown['source']['id']}")
    assert case["epoch"] == shown["epoch"] == moves[-1]["data"]["epoch"]
