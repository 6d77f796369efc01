"""The epoch as a fence: it rises with each change of ownership, on case and handoff together; an old one is refused."""

from typing import Any

from tests.handoffs.cast import becomes, later
from tests.world import Actor, World, until

HELLO = {"role": "agent", "text": "Hello."}


async def epochs(world: World, handoff: dict[str, Any]) -> tuple[int, int]:
    """Of the case, and of its handoff."""
    case = await world.acme.admin.get(f"cases/{handoff['source']['id']}")
    return case["epoch"], (await world.acme.admin.get(f"handoffs/{handoff['id']}"))["epoch"]


async def says(who: Actor, case: str, expect: int, **epoch: int) -> Any:
    return await who.post(f"cases/{case}/messages", HELLO | epoch, expect)


async def test_claim_release_snooze_transfer_lapse_and_return_each_raise_it_on_both(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    path = f"handoffs/{handoff['id']}"
    assert await epochs(world, handoff) == (0, 0)
    acts: list[tuple[Actor, str, dict[str, Any] | None]] = [
        (acme.ben, "claim", None),
        (acme.ben, "release", None),
        (acme.cleo, "claim", None),
        (acme.cleo, "transfer", {"user_id": str(acme.ben.id), "note": "Yours."}),
        (acme.ben, "transfer", {"squad_id": str(acme.squad), "note": "Whoever can."}),
        (acme.ben, "claim", None),
    ]
    for number, (who, act, body) in enumerate(acts, start=1):
        assert (await who.post(f"{path}/{act}", body))["epoch"] == number
        assert await epochs(world, handoff) == (number, number)
    world.advance(minutes=16)

    async def lapsed() -> bool:
        return await epochs(world, handoff) == (7, 7)

    await until(lapsed)
    await acme.ben.post(f"{path}/claim")
    assert (await acme.ben.post(f"{path}/snooze", {"until": later(world, hours=1)}))["epoch"] == 9
    assert await epochs(world, handoff) == (9, 9)
    world.advance(hours=2)
    await becomes(acme.ben, handoff, "ready")
    before = (await epochs(world, handoff))[0]
    await acme.ben.post(f"{path}/claim")
    await acme.ben.post(f"{path}/return-to-agent", {"outcome": "Ask for the serial number."})
    assert await epochs(world, handoff) == (before + 2, before + 2)


async def test_while_it_waits_the_agent_may_append_with_its_epoch_or_without(world: World) -> None:
    handoff = await world.acme.handoff()
    case = handoff["source"]["id"]
    await says(world.acme.agent, case, 201)
    await says(world.acme.agent, case, 201, epoch=0)
    await says(world.acme.agent, case, 409, epoch=1)


async def test_while_a_person_holds_it_the_agent_needs_the_epoch_of_now(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    assert (await says(acme.agent, case, 409))["epoch"] == 1
    assert (await says(acme.agent, case, 409, epoch=0))["epoch"] == 1
    await says(acme.agent, case, 201, epoch=1)
    for kind, note in (
        ("steps", {"title": "x", "result": "failed"}),
        ("facts", {"text": "x", "origin": "said"}),
        ("tasks", {"title": "x"}),
        ("resolve", {}),
    ):
        await acme.agent.post(f"cases/{case}/{kind}", note, 409)
        await acme.agent.post(f"cases/{case}/{kind}", note | {"epoch": 0}, 409)
    assert len((await acme.ben.get(f"cases/{case}"))["messages"]) == 1


async def test_the_person_writes_without_an_epoch_and_not_with_an_old_one(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await says(acme.ben, case, 201)
    await says(acme.ben, case, 201, epoch=1)
    await says(acme.ben, case, 409, epoch=0)


async def test_after_a_release_the_case_waits_again_and_the_old_holder_is_out(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    assert (await acme.agent.get(f"cases/{case}"))["status"] == "active"
    await acme.ben.post(f"handoffs/{handoff['id']}/release")
    now = await acme.agent.get(f"cases/{case}")
    assert (now["status"], now["handler"], now["epoch"]) == ("escalated", None, 2)
    await says(acme.ben, case, 403, epoch=1)
    await says(acme.agent, case, 409, epoch=1)
    await says(acme.agent, case, 201, epoch=2)


async def test_returned_work_is_the_agents_again_under_its_new_epoch(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await acme.ben.post(f"handoffs/{handoff['id']}/return-to-agent", {"outcome": "Go on."})
    await says(acme.agent, case, 409, epoch=1)
    await says(acme.agent, case, 201, epoch=2)
    await says(acme.agent, case, 201)
    await says(acme.ben, case, 403)  # it may still be read by who returned it


async def test_acts_on_the_handoff_are_fenced_too(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    path = f"handoffs/{handoff['id']}"
    await acme.ben.post(f"{path}/claim")
    for act, body in (
        ("heartbeat", {}),
        ("release", {}),
        ("snooze", {"until": later(world, hours=1)}),
        ("transfer", {"user_id": str(acme.cleo.id), "note": "x"}),
        ("close", {"reason": "resolved"}),
        ("return-to-agent", {"outcome": "x"}),
    ):
        refused = await acme.ben.post(f"{path}/{act}", body | {"epoch": 0}, 409)
        assert refused["epoch"] == 1
    assert await epochs(world, handoff) == (1, 1)
