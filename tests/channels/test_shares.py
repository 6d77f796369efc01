"""Whoever's receivers hang has hands of its own to wait with; everybody else's work goes on."""

import asyncio
import time
from uuid import UUID, uuid4

from tests.channels.cast import arrived, webhook
from tests.channels.receiver import Receiver, hanging, receiver
from tests.world import World
from warmline.db.afterwards import Taken
from warmline.worker.slow import Hands, Slow


async def test_each_organization_leaves_as_many_hands_as_it_takes() -> None:
    goes_on, hands = asyncio.Event(), Hands(lambda: None)

    async def nothing(*_: object) -> Taken:
        return Taken()

    async def piece() -> None:
        await goes_on.wait()

    job, took = Slow(nothing, 16), []
    for organization in [uuid4() for _ in range(6)]:
        took.append(hands.room("x", job, organization))
        hands.begin("x", organization, [piece] * took[-1])
        assert hands.room("x", job, organization) == 0
    assert took == [8, 4, 2, 1, 1, 0]
    assert hands.room("y", job, UUID(int=0)) == 8
    await hands.stop()


async def test_one_organization_s_dead_receivers_do_not_hold_up_another_s(world: World, there: Receiver) -> None:
    """More of them than there are hands: they would all be waiting, for a quarter of a minute each."""
    async with receiver(hanging) as dead:
        for _ in range(20):
            await webhook(world.acme, dead)
        for _ in range(4):
            await world.acme.handoff()
        await arrived(dead, 32)
        await webhook(world.zenith, there)
        begun = time.monotonic()
        await world.zenith.handoff()
        await arrived(there)
        assert time.monotonic() - begun < 5
        assert len(dead.got) == 32
