"""POST /cases/{id}/resolve, and the documentation that remains."""

from tests.handoffs.cast import claimed, story
from tests.world import World


async def test_an_agent_resolves_its_own_case(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    done = await acme.agent.post(f"cases/{case['id']}/resolve", {"summary": "A restart."})
    assert (done["status"], done["closure_reason"], done["summary"]) == ("resolved", "resolved", "A restart.")
    assert done["ended_at"]
    await acme.agent.post(f"cases/{case['id']}/resolve", {}, 409)
    told = (await acme.admin.get("events", subject=f"case:{case['id']}"))["items"][0]
    assert (told["type"], told["from_state"], told["to_state"]) == ("case.resolved", "active", "resolved")


async def test_resolving_ends_the_open_handoff_with_it(world: World) -> None:
    acme = world.acme
    for intent in ("escalate", "park"):
        handoff = await acme.handoff(intent=intent)
        await acme.agent.post(f"cases/{handoff['source']['id']}/resolve", {"summary": "It came back by itself."})
        ended = await acme.agent.get(f"handoffs/{handoff['id']}")
        assert (ended["state"], ended["closure_reason"]) == ("closed", "resolved")
        assert ended["outcome"] == "It came back by itself."


async def test_the_person_who_claimed_it_resolves_it_and_others_do_not(world: World) -> None:
    acme = world.acme
    handoff = await claimed(world)
    case = handoff["source"]["id"]
    for somebody in (acme.cleo, acme.viewer, acme.other_agent):
        await somebody.post(f"cases/{case}/resolve", {}, 403)
    await world.otto.post(f"cases/{case}/resolve", {}, 404)
    done = await acme.ben.post(f"cases/{case}/resolve", {"summary": "Rolled it back."})
    assert done["handler"]["name"] == "Ben"
    assert (await story(world, handoff))[-1] == ("handoff.closed", "claimed", "closed")


async def test_the_documentation_tells_the_problem_what_was_tried_and_what_solved_it(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    path = f"cases/{case['id']}"
    await acme.agent.post(f"{path}/steps", {"title": "Restarted Outlook", "result": "failed", "evidence": "The same."})
    await acme.agent.post(f"{path}/facts", {"text": "Version 4.2", "origin": "looked_up", "source": "inventory"})
    before = await acme.agent.get(f"{path}/documentation")
    assert (before["what_solved_it"], before["status"]) == (None, "active")
    handoff = await acme.handoff(case)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await acme.ben.post(f"{path}/steps", {"title": "Took the add-in back to 4.1", "result": "worked"})
    await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "workaround", "notes": "Add-in 4.1 works."})
    told = await acme.agent.get(f"{path}/documentation")
    assert (told["what_solved_it"], told["closure_reason"]) == ("Add-in 4.1 works.", "workaround")
    assert [(one["title"], one["by"]) for one in told["what_was_tried"]] == [
        ("Restarted Outlook", "agent"),
        ("Took the add-in back to 4.1", "person"),
    ]
    assert told["text"].startswith("# Outlook fails\n\n## Problem\nThe sync stops.")
    assert told["text"].endswith("## What solved it\nAdd-in 4.1 works.")
    await world.otto.get(f"{path}/documentation", 404)


async def test_without_a_summary_what_worked_last_solved_it(world: World) -> None:
    case = await world.acme.case()
    for title, result in (("One", "worked"), ("Two", "worked"), ("Three", "failed")):
        await world.acme.agent.post(f"cases/{case['id']}/steps", {"title": title, "result": result})
    await world.acme.agent.post(f"cases/{case['id']}/resolve", {})
    told = await world.acme.agent.get(f"cases/{case['id']}/documentation")
    assert told["what_solved_it"] == "Two"


async def test_an_agent_does_not_end_what_a_person_holds(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    claimed = await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    path = f"cases/{handoff['source']['id']}"
    await acme.agent.post(f"{path}/messages", {"role": "customer", "text": "It works!", "epoch": claimed["epoch"]}, 201)
    await acme.agent.post(f"{path}/resolve", {"summary": "It works.", "epoch": claimed["epoch"]}, 403)
    assert (await acme.ben.get(f"handoffs/{handoff['id']}"))["state"] == "claimed"
