"""The story of the product: an agent reaches its edge, one person takes over, the outcome returns."""

from tests.world import World, until


async def test_a_case_goes_to_a_person_and_its_outcome_comes_back(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": "Patients are queueing."})
    step = {"title": "Restarted Outlook", "result": "failed", "evidence": "The same error."}
    await acme.agent.post(f"cases/{case['id']}/steps", step)
    handoff = await acme.handoff(case, priority="urgent")
    assert handoff["state"] == "ready"
    assert [one["title"] for one in handoff["context"]["steps"]] == ["Restarted Outlook"]

    claimed = await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    assert claimed["claimed_by"] == {"id": str(acme.ben.id), "name": "Ben"}
    lost = await acme.cleo.post(f"handoffs/{handoff['id']}/claim", expect=409)
    assert lost["claimed_by"]["name"] == "Ben"
    assert lost["claimed_at"] == claimed["claimed_at"]

    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "agent", "text": "As I said …"}, 409)
    await acme.ben.post(f"cases/{case['id']}/messages", {"role": "operator", "text": "Ben here."}, 201)
    closing = {"reason": "resolved", "notes": "Took the add-in back to 4.1."}
    await acme.ben.post(f"handoffs/{handoff['id']}/close", closing)

    outcome = await acme.agent.get(f"handoffs/{handoff['id']}/wait", timeout=0)
    assert (outcome["closure_reason"], outcome["outcome"]) == ("resolved", "Took the add-in back to 4.1.")
    told = await acme.agent.get(f"cases/{case['id']}/documentation")
    assert told["what_solved_it"] == "Took the add-in back to 4.1."


async def test_a_lease_that_lapses_gives_the_work_back_to_the_queue(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    world.advance(minutes=14)
    await acme.ben.post(f"handoffs/{handoff['id']}/heartbeat")
    world.advance(minutes=14)
    assert (await acme.ben.get(f"handoffs/{handoff['id']}"))["state"] == "claimed"
    world.advance(minutes=2)

    async def is_ready() -> bool:
        return bool((await acme.cleo.get(f"handoffs/{handoff['id']}"))["state"] == "ready")

    await until(is_ready)
    late = await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved", "epoch": 1}, 409)
    assert late["epoch"] == 2
