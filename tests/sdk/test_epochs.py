"""A handle presents the epoch that its holder knows of; what it has not been told, it does not know."""

from typing import Any

import pytest

from tests.sdk.sides import Client, client
from tests.world import World
from warmline.sdk import Conflict


async def handed_over(agent: Client, world: World) -> tuple[Any, Any]:
    """A case and its handoff, in the agent's hands."""
    case = await agent.do(agent.inner.cases.open, str(world.acme.squad), "Paid twice", "One payment back.")
    return case, await agent.do(case.escalate, "I may not move money.")


async def test_an_agent_cannot_talk_over_the_person_who_took_over(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        case, handoff = await handed_over(agent, world)
        await agent.do(case.message, "agent", "Somebody will be with you.")
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        for act in (case.message, "agent", "Still there?"), (case.step, "Refund", "worked"), (case.task, "Ring"):
            with pytest.raises(Conflict, match="changed hands") as refused:
                await agent.do(*act)
            assert (case.epoch, refused.value.epoch) == (0, 1)


async def test_who_has_read_the_case_again_may_add_to_it(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        case, handoff = await handed_over(agent, world)
        await world.acme.ben.post(f"handoffs/{handoff.id}/claim")
        await agent.do(case.refresh)
        await agent.do(case.message, "customer", "It works again.")
        assert case.data.handler.name == "Ben"
        await agent.do(case.message, "customer", "Really.", epoch=1)
        with pytest.raises(Conflict, match="present epoch 0"):
            await agent.do(case.message, "customer", "Really.", epoch=0)


async def test_after_the_outcome_the_case_goes_on_with_the_epoch_of_now(world: World, side: str) -> None:
    acme = world.acme
    async with client(side, world.address, acme.agent) as agent:
        case, handoff = await handed_over(agent, world)
        await acme.ben.post(f"handoffs/{handoff.id}/claim")
        await acme.ben.post(f"handoffs/{handoff.id}/return-to-agent", {"outcome": "Send it back."})
        outcome = await agent.do(handoff.wait)
        assert repr(case) == f"<{type(case).__name__} {case.id} at epoch 2>"
        assert (outcome.returned, outcome.outcome, case.epoch) == (True, "Send it back.", 2)
        await agent.do(case.step, "Sent one payment back", "worked")
        await agent.do(case.resolve)


async def test_a_claim_that_has_lapsed_is_no_claim(world: World, side: str) -> None:
    acme = world.acme
    id = (await acme.handoff())["id"]
    async with client(side, world.address, acme.ben) as ben:
        mine = await ben.do(ben.inner.handoffs.claim, id)
        await acme.admin.post(f"handoffs/{id}/release")
        await acme.cleo.post(f"handoffs/{id}/claim")
        for act in (mine.heartbeat,), (mine.close, "resolved"), (mine.release,):
            with pytest.raises(Conflict, match="changed hands") as refused:
                await ben.do(*act)
            assert (mine.epoch, refused.value.epoch) == (1, 3)
