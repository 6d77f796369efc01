"""Asking for a new reading: by the holder or an admin, of the case as it is now; what is there stays until it comes."""

from typing import Any

from tests.assessments.cast import assessed, told
from tests.assessments.conftest import GOOD
from tests.llm.provider import Hold, Provider, Status
from tests.world import Actor, World, until
from warmline.assessments.fill import ASKED_AT_MOST

BETTER = GOOD | {"summary": "It is the add-in."}


async def claimed(world: World) -> dict[str, Any]:
    """A handoff that was read, and that Ben holds."""
    handoff = await world.acme.handoff()
    await assessed(world, handoff)
    held: dict[str, Any] = await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    return held


async def ask(who: Actor, handoff: dict[str, Any], expect: int = 200, **more: Any) -> Any:
    """Ask for it."""
    return await who.post(f"handoffs/{handoff['id']}/analysis", more or None, expect)


async def test_it_reads_the_case_as_it_is_now(read: World, model: Provider) -> None:
    model.answers = [GOOD, BETTER]
    handoff = await claimed(read)
    case = f"cases/{handoff['source']['id']}"
    await read.acme.ben.post(f"{case}/facts", {"text": "It began on Monday.", "origin": "said"})
    answer = await ask(read.acme.ben, handoff, epoch=handoff["epoch"])
    assert (answer["assessment"]["state"], answer["assessment"]["summary"]) == ("pending", GOOD["summary"])
    assert (await assessed(read, handoff))["summary"] == BETTER["summary"]
    assert model.data()["facts"] == [{"text": "It began on Monday.", "origin": "said"}]
    types = [one["type"] for one in await told(read, handoff)]
    assert [one for one in types if "assessment" in one] == ["assessment.ready", "assessment.asked", "assessment.ready"]


async def test_what_was_read_stays_where_nothing_better_comes(read: World, model: Provider) -> None:
    model.answers = [GOOD, Status(400)]
    handoff = await claimed(read)
    await ask(read.acme.ben, handoff)
    reading = await assessed(read, handoff, "failed")
    assert (reading["reason"], reading["source"], reading["summary"]) == ("rejected", "model", GOOD["summary"])


async def test_without_a_model_the_steps_are_read_again(world: World) -> None:
    handoff = await claimed(world)
    await world.acme.ben.post(f"cases/{handoff['source']['id']}/facts", {"text": "Seen since.", "origin": "said"})
    await ask(world.acme.ben, handoff)
    assert (await assessed(world, handoff))["what_we_know"] == ["Seen since."]


async def test_only_the_holder_or_an_admin_asks_and_not_while_it_is_being_read(read: World, model: Provider) -> None:
    model.answers = [GOOD, hold := Hold(GOOD)]
    acme, handoff = read.acme, await claimed(read)
    for who, expect in ((acme.cleo, 403), (acme.viewer, 403), (acme.agent, 403), (read.otto, 404)):
        await ask(who, handoff, expect)
    await ask(acme.ben, handoff, 409, epoch=handoff["epoch"] - 1)
    await ask(acme.admin, handoff)
    await until(lambda: _asked(model, 2))
    await ask(acme.ben, handoff, 409)
    hold.go_on.set()
    await assessed(read, handoff)


async def test_it_is_asked_for_a_few_times_and_no_more(read: World, model: Provider) -> None:
    model.always = lambda _: GOOD
    handoff = await claimed(read)
    for _ in range(ASKED_AT_MOST):
        await ask(read.acme.ben, handoff)
        await assessed(read, handoff)
    await ask(read.acme.ben, handoff, 409)
    assert len(model.asked) == 1 + ASKED_AT_MOST


async def test_what_is_closed_is_read_no_more(world: World) -> None:
    handoff = await claimed(world)
    await world.acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved"})
    await ask(world.acme.ben, handoff, 409)


async def _asked(model: Provider, number: int) -> bool:
    return len(model.asked) >= number
