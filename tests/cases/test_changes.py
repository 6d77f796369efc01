"""`changes` of a handoff: what was added or moved after the package was frozen, and before somebody claimed it."""

from datetime import datetime, timedelta
from typing import Any

from tests.world import Actor, Tenant, World
from warmline.times import rfc3339


async def changes(actor: Actor, handoff: dict[str, Any]) -> list[tuple[str, Any]]:
    found = (await actor.get(f"handoffs/{handoff['id']}"))["changes"]
    return [(one["kind"], one["text"] or one["after"]) for one in found]


async def waiting(acme: Tenant) -> tuple[dict[str, Any], str]:
    case = await acme.case()
    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": "Before."})
    await acme.agent.post(f"cases/{case['id']}/tasks", {"title": "Ring back"})
    return await acme.handoff(case), f"cases/{case['id']}"


async def test_nothing_has_changed_of_what_was_just_handed_over(world: World) -> None:
    handoff, _ = await waiting(world.acme)
    assert handoff["changes"] == []
    assert await changes(world.acme.ben, handoff) == []


async def test_what_the_agent_appends_is_listed_with_its_time_and_author(world: World) -> None:
    acme = world.acme
    handoff, case = await waiting(acme)
    await acme.agent.post(f"{case}/messages", {"role": "customer", "text": "Still waiting."})
    await acme.agent.post(f"{case}/steps", {"title": "Restarted it", "result": "failed"})
    await acme.agent.post(f"{case}/facts", {"text": "Version 4.2", "origin": "looked_up"})
    new = await acme.agent.post(f"{case}/tasks", {"title": "Order a spare"})
    assert await changes(acme.ben, handoff) == [
        ("message", "Still waiting."), ("step", "Restarted it"), ("fact", "Version 4.2"), ("task", "Order a spare"),
    ]  # fmt: skip
    last = (await acme.ben.get(f"handoffs/{handoff['id']}"))["changes"][-1]
    assert last["id"] == new["id"]
    assert last["at"] == new["at"]
    assert last["by"] == {"kind": "member", "id": str(acme.agent.id), "name": "Jane"}


async def test_a_task_that_is_ticked_is_a_change(world: World) -> None:
    acme = world.acme
    handoff, case = await waiting(acme)
    task = (await acme.agent.get(case))["tasks"][0]["id"]
    for done in (True, False):
        await acme.agent.patch(f"{case}/tasks/{task}", {"done": done})
    assert await changes(acme.ben, handoff) == [("task_done", "Ring back"), ("task_open", "Ring back")]


async def test_it_ends_with_the_claim_and_goes_on_with_the_release(world: World) -> None:
    acme = world.acme
    handoff, case = await waiting(acme)
    await acme.agent.post(f"{case}/messages", {"role": "customer", "text": "Hello?"})
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    world.advance(seconds=2)
    await acme.ben.post(f"{case}/messages", {"role": "operator", "text": "Ben here."})
    assert await changes(acme.ben, handoff) == [("message", "Hello?")]
    await acme.ben.post(f"handoffs/{handoff['id']}/release")
    assert await changes(acme.cleo, handoff) == [("message", "Hello?"), ("message", "Ben here.")]


async def test_another_squad_and_another_due_time_are_changes(world: World) -> None:
    acme = world.acme
    handoff, _ = await waiting(acme)
    other = (await acme.owner.post("squads", {"name": "Field service"}))["id"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await acme.ben.post(f"handoffs/{handoff['id']}/transfer", {"squad_id": other, "note": "Needs hands."})
    assert await changes(acme.cleo, handoff) == [("squad", other)]
    before = (await acme.cleo.get(f"handoffs/{handoff['id']}"))["due_at"]
    await acme.cleo.post(f"handoffs/{handoff['id']}/claim")
    until = rfc3339(datetime.fromisoformat(before) + timedelta(hours=1))
    await acme.cleo.post(f"handoffs/{handoff['id']}/snooze", {"until": until})
    found = (await acme.cleo.get(f"handoffs/{handoff['id']}"))["changes"]
    assert [(one["kind"], one["after"]) for one in found] == [("squad", other), ("due", until)]
    assert found[-1]["before"] == before


async def test_after_a_return_and_a_new_escalation_the_count_starts_anew(world: World) -> None:
    acme = world.acme
    handoff, case = await waiting(acme)
    await acme.agent.post(f"{case}/messages", {"role": "customer", "text": "Hello?"})
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await acme.ben.post(f"handoffs/{handoff['id']}/return-to-agent", {"outcome": "Try 4.1."})
    await acme.agent.post(f"{case}/steps", {"title": "Took 4.1", "result": "failed"})
    again = await acme.agent.post(f"{case}/escalate", {"intent": "escalate", "reason": "Still."}, 201)
    assert again["changes"] == []
    await acme.agent.post(f"{case}/messages", {"role": "customer", "text": "And now?"})
    assert await changes(acme.ben, again) == [("message", "And now?")]
    assert await changes(acme.ben, handoff) == [("message", "Hello?")]


async def test_lists_and_the_next_claim_tell_it_too(world: World) -> None:
    acme = world.acme
    handoff, case = await waiting(acme)
    await acme.agent.post(f"{case}/messages", {"role": "customer", "text": "Hello?"})
    (listed,) = (await acme.ben.get("handoffs", state="ready"))["items"]
    taken = await acme.ben.post("handoffs/claim-next", {})
    assert listed["changes"] == taken["changes"]
    assert [one["text"] for one in taken["changes"]] == ["Hello?"]
    assert taken["id"] == handoff["id"]
