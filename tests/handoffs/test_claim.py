"""POST /handoffs/{id}/claim: one owner, for as long as the lease lasts; the others are told who."""

import re

from tests.handoffs.cast import becomes, claimed, later, seconds_between, story
from tests.world import World


async def test_the_winner_gets_it_all_and_the_case_is_theirs(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    won = await acme.ben.post(f"handoffs/{handoff['id']}/claim", expect=200)
    assert (won["state"], won["epoch"], won["claimed_by"]) == ("claimed", 1, {"id": str(acme.ben.id), "name": "Ben"})
    assert seconds_between(won["claimed_at"], won["claim_expires_at"]) == 900
    assert won["context"] == handoff["context"]
    case = await acme.agent.get(f"cases/{handoff['source']['id']}")
    assert (case["status"], case["handler"], case["epoch"]) == ("active", {"id": str(acme.ben.id), "name": "Ben"}, 1)
    assert await story(world, handoff) == [("handoff.created", None, "ready"), ("handoff.claimed", "ready", "claimed")]


async def test_the_loser_is_told_who_won_and_when(world: World) -> None:
    won = await claimed(world)
    lost = await world.acme.cleo.post(f"handoffs/{won['id']}/claim", expect=409)
    assert (lost["claimed_by"], lost["claimed_at"]) == (won["claimed_by"], won["claimed_at"])
    assert re.fullmatch(r"Already claimed by Ben, \d+ s ago", lost["detail"])
    world.advance(minutes=5)
    lost = await world.acme.cleo.post(f"handoffs/{won['id']}/claim", expect=409)
    assert lost["detail"] == "Already claimed by Ben, 5 min ago"


async def test_claiming_again_is_the_same_claim(world: World) -> None:
    won = await claimed(world)
    again = await world.acme.ben.post(f"handoffs/{won['id']}/claim", expect=200)
    assert (again["epoch"], again["claimed_at"]) == (won["epoch"], won["claimed_at"])
    assert [one[0] for one in await story(world, won)].count("handoff.claimed") == 1


async def test_viewers_agents_and_the_escalator_are_refused_and_other_tenants_see_nothing(world: World) -> None:
    acme = world.acme
    case = await acme.case(acme.ben)
    handoff = await acme.handoff(case, acme.ben)
    for somebody in (acme.viewer, acme.agent, acme.ben):
        await somebody.post(f"handoffs/{handoff['id']}/claim", expect=403)
    await world.otto.post(f"handoffs/{handoff['id']}/claim", expect=404)
    assert (await acme.cleo.get(f"handoffs/{handoff['id']}"))["state"] == "ready"


async def test_a_squad_fences_nobody(world: World) -> None:
    acme = world.acme
    phones = await acme.admin.post("squads", {"name": "Phones"})
    case = await acme.case(squad_id=phones["id"])
    handoff = await acme.handoff(case)
    for who in (acme.ben, acme.admin, acme.owner):
        assert (await who.post(f"handoffs/{handoff['id']}/claim", expect=200))["claimed_by"]["name"] == who.name
        await who.post(f"handoffs/{handoff['id']}/release")


async def test_what_is_closed_put_off_or_unknown_cannot_be_claimed(world: World) -> None:
    acme = world.acme
    closed, put_off = await claimed(world), await claimed(world)
    await acme.ben.post(f"handoffs/{closed['id']}/close", {"reason": "resolved"})
    until = later(world, hours=1)
    await acme.ben.post(f"handoffs/{put_off['id']}/snooze", {"until": until})
    assert (await acme.admin.post(f"handoffs/{closed['id']}/claim", expect=409))["closure_reason"] == "resolved"
    assert (await acme.cleo.post(f"handoffs/{put_off['id']}/claim", expect=409))["state"] == "scheduled"
    await acme.cleo.post(f"handoffs/{acme.squad}/claim", expect=404)
    await acme.cleo.post("handoffs/none/claim", expect=422)


async def test_the_lease_is_as_long_as_the_organization_says_and_then_it_lapses(world: World) -> None:
    acme = world.acme
    await acme.admin.patch("organization", {"settings": {"claim_lease_seconds": 60}})
    won = await claimed(world)
    assert seconds_between(won["claimed_at"], won["claim_expires_at"]) == 60
    world.advance(seconds=61)
    free = await becomes(acme.cleo, won, "ready")
    assert (free["claimed_by"], free["claimed_at"], free["claim_expires_at"], free["epoch"]) == (None, None, None, 2)
    assert free["due_at"] == won["due_at"]
    case = await acme.agent.get(f"cases/{won['source']['id']}")
    assert (case["status"], case["handler"], case["epoch"]) == ("escalated", None, 2)
    told = (await acme.admin.get("events", subject=won["id"]))["items"]
    (lapsed,) = [event for event in told if event["type"] == "handoff.lapsed"]
    assert lapsed["actor"] == {"kind": "job", "id": None, "name": "Warmline"}
    assert lapsed["data"]["held_by"] == str(acme.ben.id)
    await acme.cleo.post(f"handoffs/{won['id']}/claim", expect=200)


async def test_heartbeats_and_work_extend_the_lease_and_only_the_holders(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    path, case = f"handoffs/{won['id']}", f"cases/{won['source']['id']}"
    ends = won["claim_expires_at"]
    for act, body in (
        (f"{path}/heartbeat", None),
        (f"{case}/messages", {"role": "operator", "text": "Ben here."}),
        (f"{case}/steps", {"title": "x", "result": "failed"}),
        (f"{case}/facts", {"text": "x", "origin": "said"}),
        (f"{case}/tasks", {"title": "x"}),
    ):
        world.advance(minutes=1)
        await acme.ben.post(act, body)
        now_ends = (await acme.ben.get(path))["claim_expires_at"]
        assert seconds_between(ends, now_ends) >= 60
        ends = now_ends
    world.advance(minutes=1)
    await acme.agent.post(f"{case}/messages", {"role": "customer", "text": "Hm.", "epoch": 1})
    for somebody in (acme.cleo, acme.admin):
        await somebody.post(f"{path}/heartbeat", expect=403)
    assert (await acme.ben.get(path))["claim_expires_at"] == ends
    assert (await acme.ben.get(path))["epoch"] == 1


async def test_the_first_message_or_step_after_the_claim_is_the_first_action(world: World) -> None:
    acme = world.acme
    for kind, note in (
        ("messages", {"role": "operator", "text": "Ben here."}),
        ("steps", {"title": "x", "result": "failed"}),
    ):
        won = await claimed(world)
        case = f"cases/{won['source']['id']}"
        await acme.agent.post(f"{case}/messages", {"role": "customer", "text": "Hm.", "epoch": 1})
        await acme.ben.post(f"{case}/facts", {"text": "x", "origin": "said"})
        await acme.ben.post(f"{case}/tasks", {"title": "x"})
        assert (await acme.ben.get(f"handoffs/{won['id']}"))["first_action_at"] is None
        acted = await acme.ben.post(f"{case}/{kind}", note)
        await acme.ben.post(f"{case}/{kind}", note)
        assert (await acme.ben.get(f"handoffs/{won['id']}"))["first_action_at"] == acted["at"]
        assert [one[0] for one in await story(world, won)].count("handoff.first_action") == 1


async def test_a_new_owner_has_a_first_action_of_their_own(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    case = f"cases/{won['source']['id']}"
    await acme.ben.post(f"{case}/messages", {"role": "operator", "text": "Ben here."})
    passed = await acme.ben.post(f"handoffs/{won['id']}/transfer", {"user_id": str(acme.cleo.id), "note": "Yours."})
    assert passed["first_action_at"] is None
    await acme.cleo.post(f"{case}/messages", {"role": "operator", "text": "Cleo here."})
    assert [one[0] for one in await story(world, won)].count("handoff.first_action") == 2


async def test_under_a_key_a_claim_is_answered_the_same_again(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    first = await acme.ben.post(f"handoffs/{handoff['id']}/claim", key="claim-once")
    await acme.ben.post(f"handoffs/{handoff['id']}/release")
    assert await acme.ben.post(f"handoffs/{handoff['id']}/claim", key="claim-once") == first
    assert (await acme.ben.get(f"handoffs/{handoff['id']}"))["state"] == "ready"
    await acme.cleo.post(f"handoffs/{handoff['id']}/claim", expect=422, key="claim-once")
