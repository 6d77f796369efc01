"""POST /cases/{id}/escalate: the case goes to people, with the whole story frozen beside it."""

from tests.handoffs.cast import becomes, claimed, seconds_between, story
from tests.world import World

WHY = {"intent": "escalate", "reason": "I may not change their devices."}


async def test_the_handoff_carries_the_whole_story(world: World) -> None:
    acme = world.acme
    case = await acme.case(customer={"name": "Kim"}, domain="mail")
    path = f"cases/{case['id']}"
    await acme.agent.post(f"{path}/messages", {"role": "customer", "text": "Patients are queueing."})
    await acme.agent.post(f"{path}/steps", {"title": "Restarted it", "kind": "restart", "result": "failed"})
    await acme.agent.post(f"{path}/facts", {"text": "4.2", "origin": "looked_up", "source": "inventory"})
    await acme.agent.post(f"{path}/tasks", {"title": "Ring back"})
    made = await acme.agent.post(f"{path}/escalate", WHY | {"notes": "They close at six.", "topic": "mail"}, 201)
    assert (made["state"], made["intent"], made["priority"], made["level"]) == ("ready", "escalate", "normal", 0)
    assert (made["title"], made["reason"], made["notes"]) == ("Outlook fails", WHY["reason"], "They close at six.")
    assert made["source"] == {"kind": "case", "id": case["id"]}
    assert made["escalated_by"] == {"kind": "member", "id": str(acme.agent.id), "name": "Jane"}
    context = made["context"]
    assert (context["problem"], context["customer"], context["ticket"]) == (
        "The sync stops.",
        {"name": "Kim"},
        "#12345",
    )
    assert context["messages"][0]["text"] == "Patients are queueing."
    assert (context["steps"][0]["kind"], context["steps"][0]["result"]) == ("restart", "failed")
    assert (context["facts"][0]["origin"], context["facts"][0]["source"]) == ("looked_up", "inventory")
    assert context["tasks"][0]["title"] == "Ring back"
    assert context["frozen_at"]


async def test_the_package_is_frozen_and_the_agent_may_append_to_the_case(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    await acme.agent.post(f"cases/{case}/messages", {"role": "customer", "text": "Still waiting."})
    assert (await acme.ben.get(f"handoffs/{handoff['id']}"))["context"] == handoff["context"]
    added = (await acme.ben.get(f"cases/{case}"))["messages"][0]
    assert seconds_between(handoff["context"]["frozen_at"], added["at"]) > 0


async def test_the_due_time_is_promised_by_priority(world: World) -> None:
    for priority, seconds in (("urgent", 60), ("high", 300), ("normal", 900), ("low", 3600), (None, 900)):
        made = await world.acme.handoff(priority=priority)
        assert seconds_between(made["created_at"], made["due_at"]) == seconds


async def test_the_organizations_own_due_times_count(world: World) -> None:
    await world.acme.admin.patch("organization", {"settings": {"due_seconds": {"urgent": 30}}})
    for priority, seconds in (("urgent", 30), ("high", 300)):
        made = await world.acme.handoff(priority=priority)
        assert seconds_between(made["created_at"], made["due_at"]) == seconds


async def test_a_repeat_returns_the_open_one(world: World) -> None:
    acme = world.acme
    first = await acme.handoff()
    path = f"cases/{first['source']['id']}/escalate"
    again = await acme.agent.post(path, WHY | {"reason": "Once more."}, 200)
    assert (again["id"], again["reason"]) == (first["id"], first["reason"])
    await acme.ben.post(f"handoffs/{first['id']}/claim")
    still = await acme.agent.post(path, WHY, 200)
    assert (still["id"], still["claimed_by"]["name"]) == (first["id"], "Ben")
    assert [one[0] for one in await story(world, first)].count("handoff.created") == 1


async def test_a_repeat_is_for_those_who_may_escalate_not_for_anyone(world: World) -> None:
    acme = world.acme
    path = f"cases/{(await acme.handoff())['source']['id']}/escalate"
    for somebody in (acme.viewer, acme.cleo, acme.other_agent):
        await somebody.post(path, WHY, 403)
    await world.otto.post(path, WHY, 404)
    assert await acme.admin.post(path, WHY, 200)


async def test_when_it_came_back_it_can_be_escalated_anew(world: World) -> None:
    acme = world.acme
    first = await claimed(world)
    await acme.ben.post(f"handoffs/{first['id']}/return-to-agent", {"outcome": "Ask for the serial number."})
    case = await acme.agent.get(f"cases/{first['source']['id']}")
    second = await acme.handoff(case)
    assert (second["id"] != first["id"], second["state"], second["epoch"]) == (True, "ready", case["epoch"])
    assert (await acme.agent.get(f"cases/{case['id']}"))["handoff_id"] == second["id"]


async def test_an_ended_case_is_not_escalated(world: World) -> None:
    case = await world.acme.case()
    await world.acme.agent.post(f"cases/{case['id']}/resolve", {})
    await world.acme.agent.post(f"cases/{case['id']}/escalate", WHY, 409)


async def test_a_target_is_a_person_here_who_can_claim_and_not_oneself(world: World) -> None:
    acme = world.acme
    mine = await acme.case(acme.ben)
    path = f"cases/{mine['id']}/escalate"
    gone = await acme.admin.post("users", {"email": "gus@acme.example", "name": "Gus", "role": "operator"})
    await acme.admin.patch(f"users/{gone['id']}", {"disabled": True})
    for target in (acme.ben.id, acme.viewer.id, world.otto.id, acme.agent.id, gone["id"]):
        refused = await acme.ben.post(path, WHY | {"target_user_id": str(target)}, 422)
        assert refused["errors"][0]["field"] == "target_user_id"
    made = await acme.ben.post(path, WHY | {"target_user_id": str(acme.cleo.id)}, 201)
    assert made["target_user"] == {"id": str(acme.cleo.id), "name": "Cleo"}


async def test_a_target_excludes_nobody(world: World) -> None:
    acme = world.acme
    made = await acme.handoff(target_user_id=str(acme.cleo.id))
    assert (await acme.ben.post(f"handoffs/{made['id']}/claim"))["claimed_by"]["name"] == "Ben"


async def test_what_is_parked_stays_the_escalators_until_its_time(world: World) -> None:
    acme = world.acme
    mine = await acme.case(acme.ben)
    parked = await acme.ben.post(f"cases/{mine['id']}/escalate", WHY | {"intent": "park"}, 201)
    assert (parked["state"], parked["intent"], parked["scheduled_until"]) == ("parked", "park", parked["due_at"])
    assert (await acme.ben.get(f"cases/{mine['id']}"))["status"] == "parked"
    for somebody in (acme.cleo, acme.viewer, acme.agent):
        await somebody.get(f"handoffs/{parked['id']}", 404)
    await acme.cleo.post(f"handoffs/{parked['id']}/claim", expect=404)
    assert (await acme.cleo.get("handoffs"))["items"] == []
    assert await acme.cleo.post("handoffs/claim-next", expect=204) is None
    world.advance(minutes=16)
    ready = await becomes(acme.ben, parked, "ready")
    assert ready["epoch"] == parked["epoch"]
    assert seconds_between(parked["due_at"], ready["due_at"]) >= 900  # a new promise, from when it became ready
    assert (await acme.ben.get(f"cases/{mine['id']}"))["status"] == "escalated"
    assert await story(world, parked) == [("handoff.parked", None, "parked"), ("handoff.ready", "parked", "ready")]
    await acme.ben.post(f"handoffs/{parked['id']}/claim", expect=403)
    await acme.cleo.post(f"handoffs/{parked['id']}/claim", expect=200)


async def test_escalating_what_is_parked_makes_it_ready_at_once(world: World) -> None:
    acme = world.acme
    parked = await acme.handoff(intent="park", priority="high")
    path = f"cases/{parked['source']['id']}/escalate"
    assert (await acme.agent.post(path, WHY | {"intent": "park"}, 200))["state"] == "parked"
    ready = await acme.agent.post(path, WHY, 200)
    assert (ready["id"], ready["state"], ready["intent"]) == (parked["id"], "ready", "escalate")
    assert (await acme.agent.get(f"cases/{parked['source']['id']}"))["status"] == "escalated"
    assert await story(world, parked) == [("handoff.parked", None, "parked"), ("handoff.created", "parked", "ready")]
    assert (await acme.cleo.post(f"handoffs/{parked['id']}/claim"))["epoch"] == 1


async def test_the_agent_of_parked_work_goes_on_with_the_epoch_it_has(world: World) -> None:
    acme = world.acme
    parked = await acme.handoff(intent="park")
    world.advance(minutes=16)
    await becomes(acme.agent, parked, "ready")
    note = {"role": "customer", "text": "Any news?", "epoch": parked["epoch"]}
    await acme.agent.post(f"cases/{parked['source']['id']}/messages", note, 201)


WRONG = {
    "intent": "shout",
    "reason": "",
    "priority": "asap",
    "topic": "Not A Slug",
    "target_user_id": "ben",
    "epoch": 1.5,
}


async def test_a_wrong_field_is_named(world: World) -> None:
    case = await world.acme.case()
    for name, wrong in WRONG.items():
        refused = await world.acme.agent.post(f"cases/{case['id']}/escalate", WHY | {name: wrong}, 422)
        assert [error["field"] for error in refused["errors"]] == [name]


async def test_an_old_epoch_does_not_escalate(world: World) -> None:
    case = await world.acme.case()
    await world.acme.agent.post(f"cases/{case['id']}/escalate", WHY | {"epoch": 3}, 409)
    await world.acme.agent.post(f"cases/{case['id']}/escalate", WHY | {"epoch": 0}, 201)
