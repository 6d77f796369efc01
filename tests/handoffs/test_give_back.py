"""Release, snooze, transfer and return-to-agent: how a claim ends without the work ending."""

from tests.handoffs.cast import becomes, claimed, later, story
from tests.world import World


async def test_release_is_for_the_holder_and_admins(world: World) -> None:
    acme = world.acme
    won = await claimed(world, priority="high")
    path = f"handoffs/{won['id']}/release"
    for somebody in (acme.cleo, acme.viewer):
        await somebody.post(path, expect=403)
    await acme.agent.post(path, expect=403)
    await world.otto.post(path, expect=404)
    free = await acme.ben.post(path, expect=200)
    assert (free["state"], free["claimed_by"], free["due_at"], free["epoch"]) == ("ready", None, won["due_at"], 2)
    await acme.ben.post(path, expect=409)
    await acme.cleo.post(f"handoffs/{won['id']}/claim")
    assert (await acme.admin.post(path, expect=200))["state"] == "ready"
    assert [one[0] for one in await story(world, won)] == ["handoff.created"] + [
        "handoff.claimed",
        "handoff.released",
    ] * 2


async def test_snooze_ends_the_claim_and_it_returns_by_itself(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    path = f"handoffs/{won['id']}/snooze"
    tomorrow = later(world, hours=20)
    await acme.cleo.post(path, {"until": tomorrow}, 403)
    put_off = await acme.ben.post(path, {"until": tomorrow}, 200)
    assert (put_off["state"], put_off["claimed_by"], put_off["epoch"]) == ("scheduled", None, 2)
    assert put_off["due_at"] == put_off["scheduled_until"]
    case = await acme.agent.get(f"cases/{won['source']['id']}")
    assert (case["status"], case["handler"], case["epoch"]) == ("escalated", None, 2)
    world.advance(hours=19)
    assert await acme.cleo.post("handoffs/claim-next", expect=204) is None
    world.advance(hours=2)
    back = await becomes(acme.cleo, won, "ready")
    assert (back["due_at"], back["scheduled_until"]) == (put_off["due_at"], None)
    assert (await story(world, won))[-2:] == [
        ("handoff.snoozed", "claimed", "scheduled"),
        ("handoff.ready", "scheduled", "ready"),
    ]
    assert (await acme.cleo.post("handoffs/claim-next"))["id"] == won["id"]


async def test_an_admin_snoozes_too_and_a_short_snooze_keeps_the_due_time(world: World) -> None:
    acme = world.acme
    won = await claimed(world, priority="low")
    put_off = await acme.admin.post(f"handoffs/{won['id']}/snooze", {"until": later(world, minutes=1)})
    assert put_off["due_at"] == won["due_at"]


async def test_snooze_wants_a_time_to_come_within_a_year_and_a_claim(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    path = f"handoffs/{won['id']}/snooze"
    for wrong in (later(world, seconds=-1), later(world, days=366), "tomorrow", "2030-01-31T09:00:00", 12):
        refused = await acme.ben.post(path, {"until": wrong}, 422)
        assert refused["errors"][0]["field"] == "until"
    waiting = await acme.handoff()
    await acme.ben.post(f"handoffs/{waiting['id']}/snooze", {"until": later(world, hours=1)}, 409)
    await acme.admin.post(f"handoffs/{waiting['id']}/snooze", {"until": later(world, hours=1)}, 409)


async def test_transfer_moves_the_claim_to_a_person_with_a_note(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    path = f"handoffs/{won['id']}/transfer"
    world.advance(minutes=10)
    passed = await acme.ben.post(path, {"user_id": str(acme.cleo.id), "note": "You know them."}, 200)
    assert (passed["state"], passed["claimed_by"]["name"], passed["epoch"]) == ("claimed", "Cleo", 2)
    assert passed["transfer_note"] == "You know them."
    world.advance(minutes=10)  # a fresh lease
    assert (await acme.cleo.get(f"handoffs/{won['id']}"))["state"] == "claimed"
    case = f"cases/{won['source']['id']}"
    assert (await acme.cleo.get(case))["handler"]["name"] == "Cleo"
    await acme.ben.post(f"{case}/messages", {"role": "operator", "text": "x"}, 403)
    await acme.cleo.post(f"{case}/messages", {"role": "operator", "text": "x"}, 201)
    told = (await acme.admin.get("events", subject=won["id"], limit=200))["items"]
    moved = next(one for one in told if one["type"] == "handoff.transferred")
    assert (moved["from_state"], moved["to_state"], moved["data"]["to_user_id"]) == (
        "claimed",
        "claimed",
        str(acme.cleo.id),
    )


async def test_an_admin_hands_out_from_the_queue(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    path = f"handoffs/{handoff['id']}/transfer"
    given = {"user_id": str(acme.cleo.id), "note": "Please."}
    await acme.ben.post(path, given, 409)
    assert (await acme.admin.post(path, given, 200))["claimed_by"]["name"] == "Cleo"
    assert (await story(world, handoff))[-1] == ("handoff.transferred", "ready", "claimed")


async def test_transfer_to_a_squad_puts_it_in_that_queue(world: World) -> None:
    acme = world.acme
    phones = await acme.admin.post("squads", {"name": "Phones"})
    won = await claimed(world)
    path = f"handoffs/{won['id']}/transfer"
    moved = await acme.ben.post(path, {"squad_id": phones["id"], "note": "They rang."}, 200)
    assert (moved["state"], moved["squad_id"], moved["claimed_by"], moved["epoch"]) == ("ready", phones["id"], None, 2)
    assert (await acme.agent.get(f"cases/{won['source']['id']}"))["status"] == "escalated"
    assert (await acme.cleo.post("handoffs/claim-next", {"squad_id": phones["id"]}))["id"] == won["id"]
    assert ("handoff.transferred", "claimed", "ready") in await story(world, won)


async def test_a_receiver_is_one_who_can_claim_it(world: World) -> None:
    acme = world.acme
    won = await claimed(world, acme.cleo, case=await acme.case(acme.ben), agent=acme.ben)
    path = f"handoffs/{won['id']}/transfer"
    for wrong in (acme.cleo.id, acme.viewer.id, acme.ben.id, acme.agent.id, world.otto.id):
        await acme.cleo.post(path, {"user_id": str(wrong), "note": "x"}, 422)
    await acme.cleo.post(path, {"squad_id": str(world.zenith.squad), "note": "x"}, 422)
    for body in (
        {"note": "x"},
        {"user_id": str(acme.admin.id)},
        {"user_id": str(acme.admin.id), "squad_id": str(acme.squad), "note": "x"},
    ):
        await acme.cleo.post(path, body, 422)
    assert (await acme.cleo.get(f"handoffs/{won['id']}"))["epoch"] == 1


async def test_return_to_agent_ends_the_handoff_and_the_case_goes_on(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    path = f"handoffs/{won['id']}/return-to-agent"
    await acme.cleo.post(path, {"outcome": "x"}, 403)
    await acme.ben.post(path, {}, 422)
    done = await acme.ben.post(path, {"outcome": "Ask for the serial number.", "notes": "They have two."}, 200)
    assert (done["state"], done["closure_reason"], done["epoch"]) == ("closed", "returned", 2)
    assert (done["outcome"], done["fields"]) == ("Ask for the serial number.", {"notes": "They have two."})
    case = await acme.agent.get(f"cases/{won['source']['id']}")
    assert (case["status"], case["handler"], case["epoch"]) == ("active", None, 2)
    assert (await acme.agent.get(f"handoffs/{won['id']}"))["outcome"] == "Ask for the serial number."
    assert (await story(world, won))[-1] == ("handoff.returned", "claimed", "closed")
    await acme.ben.post(path, {"outcome": "x"}, 409)


async def test_an_admin_returns_what_nobody_has_claimed(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    done = await acme.admin.post(f"handoffs/{handoff['id']}/return-to-agent", {"outcome": "Not needed."}, 200)
    assert (done["state"], done["claimed_by"]) == ("closed", None)
    case = await acme.agent.get(f"cases/{handoff['source']['id']}")
    assert (case["status"], case["epoch"]) == ("active", 1)
