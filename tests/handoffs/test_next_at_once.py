"""Claim next by several transactions at once: nobody is sent away while something waits."""

import asyncio
from collections import Counter

from tests.world import World
from warmline.ids import new_id


async def test_as_many_as_wait_are_given_under_keys_too(world: World) -> None:
    acme = world.acme
    for _ in range(10):
        await acme.handoff()

    async def take() -> tuple[int, str | None]:
        headers = {"Idempotency-Key": str(new_id())}
        answer = await acme.ben.http.post("handoffs/claim-next", headers=headers)
        return answer.status_code, answer.json()["id"] if answer.content else None

    answers = await asyncio.gather(*(take() for _ in range(10)))
    assert Counter(status for status, _ in answers) == {200: 10}
    assert len({id for _, id in answers}) == 10


async def test_a_claim_with_a_passed_epoch_is_refused(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    await acme.ben.post(f"handoffs/{handoff['id']}/claim", {"epoch": 7}, 409)
    assert (await acme.ben.post(f"handoffs/{handoff['id']}/claim", {"epoch": 0}, 200))["epoch"] == 1
