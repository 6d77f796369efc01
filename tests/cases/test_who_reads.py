"""Who reads what of the work of others, at the edges."""

from tests.world import World


async def test_an_agent_of_another_squad_reads_no_case_that_is_not_in_transit(world: World) -> None:
    acme = world.acme
    other = await acme.admin.post("squads", {"name": "Sales"})
    seat = {"kind": "agent", "role": "sdr", "name": "Otto"}
    member = await acme.admin.post(f"squads/{other['id']}/members", seat)
    token = (await acme.admin.post(f"members/{member['id']}/tokens"))["token"]
    case = await acme.case()
    headers = {"Authorization": f"Bearer {token}"}
    for path in (f"cases/{case['id']}", f"cases/{case['id']}/documentation"):
        assert (await acme.ben.http.get(path, headers=headers)).status_code == 404
    assert (await acme.ben.http.get("cases", headers=headers)).json()["items"] == []
    await acme.handoff(case)
    assert (await acme.ben.http.get(f"cases/{case['id']}", headers=headers)).status_code == 200


async def test_an_agent_reads_the_handoff_of_its_case_that_somebody_else_made(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    body = {"intent": "escalate", "reason": "I take this from here."}
    handoff = await acme.admin.post(f"cases/{case['id']}/escalate", body, 201)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await acme.ben.post(f"handoffs/{handoff['id']}/return-to-agent", {"outcome": "Ask for the serial number."})
    assert (await acme.agent.get(f"handoffs/{handoff['id']}/wait", timeout=0))[
        "outcome"
    ] == "Ask for the serial number."
    assert (await acme.agent.get(f"cases/{case['id']}"))["handoff_id"] == handoff["id"]


async def test_what_was_parked_is_handed_over_as_it_is_now(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    park = {"intent": "park", "reason": "Later.", "priority": "low"}
    parked = await acme.agent.post(f"cases/{case['id']}/escalate", park, 201)
    await acme.agent.post(f"cases/{case['id']}/steps", {"title": "Looked again", "result": "failed"})
    now = {"intent": "escalate", "reason": "It is on fire.", "priority": "urgent", "target_user_id": str(acme.ben.id)}
    ready = await acme.agent.post(f"cases/{case['id']}/escalate", now, 200)
    assert (ready["id"], ready["state"]) == (parked["id"], "ready")
    assert (ready["reason"], ready["priority"]) == ("It is on fire.", "urgent")
    assert ready["target_user"]["name"] == "Ben"
    assert [step["title"] for step in ready["context"]["steps"]] == ["Looked again"]
    assert ready["due_at"] < parked["due_at"]
