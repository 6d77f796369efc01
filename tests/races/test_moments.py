"""Two things at the very same moment: whatever came first, the record is one line, and case and handoff agree."""

import asyncio
import random
from collections import Counter
from typing import Any

import httpx2

from tests.handoffs.cast import claimed, later
from tests.races.soundness import check_sound, whole_log
from tests.world import World

WHY = {"intent": "escalate", "reason": "I may not."}
REFUSALS = {403, 404, 409, 422}


def answered(*answers: httpx2.Response | None) -> Counter[int]:
    """How many of which status; nothing but yes and a reasoned no."""
    told = [answer for answer in answers if answer is not None]
    odd = [answer.text for answer in told if answer.status_code not in {200, 201, 204} | REFUSALS]
    assert odd == []
    return Counter(answer.status_code for answer in told)


async def test_no_message_with_the_old_epoch_is_accepted_after_the_claim(world: World) -> None:
    acme, said = world.acme, 0
    for _ in range(12):
        handoff = await acme.handoff()
        talkers = [_talk(world, handoff, epoch) for epoch in ({"epoch": 0}, {}, {"epoch": 0}, {})]
        *accepted, claim = await asyncio.gather(*talkers, acme.ben.post(f"handoffs/{handoff['id']}/claim"))
        assert claim["state"] == "claimed"
        await _check_order(world, handoff, sum(accepted))
        await check_sound(world, handoff["source"]["id"])
        said += sum(accepted)
    assert said > 12, "no race: the claim was always first"


async def _talk(world: World, handoff: dict[str, Any], epoch: dict[str, int]) -> int:
    """The agent goes on talking until it is refused; how often it was not."""
    path, said = f"cases/{handoff['source']['id']}/messages", 0
    while True:
        answer = await world.acme.agent.http.post(path, json={"role": "agent", "text": "As I said …"} | epoch)
        if answered(answer)[409]:
            return said
        said += 1


async def _check_order(world: World, handoff: dict[str, Any], accepted: int) -> None:
    case = handoff["source"]["id"]
    assert len((await world.acme.admin.get(f"cases/{case}"))["messages"]) == accepted
    types = [one.type for one in await whole_log(world) if str(one.thread_id) == case]
    assert types.count("case.message") == accepted
    assert "case.message" not in types[types.index("handoff.claimed") :]


async def test_whatever_is_done_to_a_claim_at_once_leaves_one_consistent_history(world: World) -> None:
    dice, outcomes = random.Random(4711), Counter[int]()
    for _ in range(30):
        handoff = await claimed(world)
        acts = dice.sample(range(9), 5)
        answers = await asyncio.gather(*(_act(world, handoff, number) for number in acts))
        outcomes += answered(*answers)
        await _quiet(world)
        await check_sound(world, handoff["source"]["id"])
    assert outcomes[200] > 30
    assert sum(outcomes[status] for status in REFUSALS) > 10, f"no race: {outcomes}"


async def _act(world: World, handoff: dict[str, Any], number: int) -> httpx2.Response | None:
    """One of the things that can happen to a claim of Ben's."""
    ben, cleo, admin, path = (
        world.acme.ben.http,
        world.acme.cleo.http,
        world.acme.admin.http,
        f"handoffs/{handoff['id']}",
    )
    case = f"cases/{handoff['source']['id']}"
    if number == 0:
        world.advance(minutes=16)  # the lease runs out, and the jobs look at once
        return None
    posts: list[tuple[httpx2.AsyncClient, str, dict[str, Any]]] = [
        (ben, f"{path}/close", {"reason": "resolved"}),
        (ben, f"{path}/release", {}),
        (ben, f"{path}/snooze", {"until": later(world, minutes=1)}),
        (ben, f"{path}/transfer", {"user_id": str(world.acme.cleo.id), "note": "Yours."}),
        (admin, f"{path}/transfer", {"squad_id": str(world.acme.squad), "note": "Whoever can."}),
        (ben, f"{path}/return-to-agent", {"outcome": "Go on."}),
        (cleo, f"{path}/claim", {}),
        (ben, f"{case}/messages", {"role": "operator", "text": "Ben here."}),
    ]
    who, where, body = posts[number - 1]
    return await who.post(where, json=body)


async def _quiet(world: World) -> None:
    """Until the jobs have done what is due: their own look finds nothing more."""
    assert world.app.worker is not None
    while await world.app.worker.work():
        pass


async def test_escalate_park_and_resolve_at_once_end_in_one_of_them(world: World) -> None:
    acme, ends = world.acme, Counter[str]()
    for number in range(16):
        case = await acme.case()
        path = f"cases/{case['id']}"
        acts = [
            acme.agent.http.post(f"{path}/escalate", json=WHY),
            acme.agent.http.post(f"{path}/escalate", json=WHY | {"intent": "park"}),
            acme.agent.http.post(f"{path}/resolve", json={}),
            acme.admin.http.post(f"{path}/resolve", json={}),
        ]
        random.Random(number).shuffle(acts)
        answers = await asyncio.gather(*acts)
        assert answered(*answers)[201] <= 1
        await check_sound(world, case["id"])
        now = await acme.agent.get(path)
        ends[now["status"]] += 1
        if now["status"] == "resolved":
            assert await acme.ben.post("handoffs/claim-next", expect=204) is None
        else:
            await acme.admin.post(f"handoffs/{now['handoff_id']}/close", {"reason": "expired"})
    assert ends.keys() <= {"resolved", "escalated", "parked"}


async def test_a_claim_by_id_and_a_claim_of_the_next_never_meet(world: World) -> None:
    acme = world.acme
    made = [await acme.handoff() for _ in range(12)]
    people = (acme.ben, acme.cleo, acme.admin, acme.owner)
    by_id = [people[number % 4].http.post(f"handoffs/{one['id']}/claim") for number, one in enumerate(made)]
    by_turn = [people[number % 4].http.post("handoffs/claim-next") for number in range(12)]
    answers = await asyncio.gather(*(one for both in zip(by_id, by_turn, strict=True) for one in both))
    answered(*answers)
    won = [answer.json() for answer in answers if answer.status_code == 200]
    owners = {(one["id"], one["claimed_by"]["id"]) for one in won}
    assert len({handoff for handoff, _ in owners}) == len(owners)
    for one in made:
        await check_sound(world, one["source"]["id"])
        told = (await acme.admin.get("events", subject=one["id"]))["items"]
        assert [event["type"] for event in told].count("handoff.claimed") <= 1
