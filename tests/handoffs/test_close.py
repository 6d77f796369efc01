"""POST /handoffs/{id}/close: with a reason of the organization's list; the outcome goes to the case."""

from tests.handoffs.cast import claimed, later, story
from tests.world import World

SOLVED = {"resolved", "workaround", "answered", "won"}
WANT_NOTES = {"duplicate", "wrong_escalation", "other"}
SHIPPED = [
    "resolved", "workaround", "answered", "duplicate", "unreachable", "wrong_escalation", "won", "lost",
    "do_not_contact", "expired", "other",
]  # fmt: skip


async def test_every_shipped_reason_closes_with_notes_where_it_wants_them(world: World) -> None:
    acme = world.acme
    reasons = (await acme.viewer.get("close-reasons"))["items"]
    assert [one["key"] for one in reasons] == SHIPPED
    assert {one["key"] for one in reasons if one["requires_notes"]} == WANT_NOTES
    for reason in SHIPPED:
        won = await claimed(world)
        path = f"handoffs/{won['id']}/close"
        if reason in WANT_NOTES:
            for notes in (None, " "):
                refused = await acme.ben.post(path, {"reason": reason, "notes": notes}, 422)
                assert refused["errors"][0]["field"] == "notes"
        closed = await acme.ben.post(path, {"reason": reason, "notes": "Line."}, 200)
        assert (closed["state"], closed["closure_reason"], closed["outcome"]) == ("closed", reason, "Line.")
        case = await acme.ben.get(f"cases/{won['source']['id']}")
        assert case["status"] == ("resolved" if reason in SOLVED else "closed")
        assert (case["closure_reason"], case["summary"]) == (reason, "Line.")
        assert case["handler"]["name"] == "Ben"


async def test_an_unknown_reason_names_the_known_ones(world: World) -> None:
    won = await claimed(world)
    refused = await world.acme.ben.post(f"handoffs/{won['id']}/close", {"reason": "bored"}, 422)
    assert refused["errors"][0]["field"] == "reason"
    assert "resolved, workaround" in refused["errors"][0]["message"]
    assert (await world.acme.ben.get(f"handoffs/{won['id']}"))["state"] == "claimed"


async def test_only_the_holder_and_admins_close_and_only_once(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    path, body = f"handoffs/{won['id']}/close", {"reason": "resolved"}
    for somebody in (acme.cleo, acme.viewer, acme.agent):
        await somebody.post(path, body, 403)
    await world.otto.post(path, body, 404)
    await acme.admin.post(path, body, 200)
    for somebody in (acme.admin, acme.ben):
        assert (await somebody.post(path, body, 409))["closure_reason"] == "resolved"
    assert [one[0] for one in await story(world, won)].count("handoff.closed") == 1


async def test_who_has_not_claimed_it_claims_first_but_an_admin_may_close_from_anywhere(world: World) -> None:
    acme = world.acme
    waiting = await acme.handoff()
    await acme.ben.post(f"handoffs/{waiting['id']}/close", {"reason": "resolved"}, 409)
    for never in (acme.viewer, acme.agent):
        await never.post(f"handoffs/{waiting['id']}/close", {"reason": "resolved"}, 403)
    put_off, parked = await claimed(world), await acme.handoff(intent="park")
    await acme.ben.post(f"handoffs/{put_off['id']}/snooze", {"until": later(world, hours=1)})
    for one in (waiting, put_off, parked):
        closed = await acme.admin.post(f"handoffs/{one['id']}/close", {"reason": "expired"}, 200)
        assert (closed["state"], closed["claimed_by"], closed["claimed_at"]) == ("closed", None, None)
        assert (await acme.agent.get(f"cases/{one['source']['id']}"))["status"] == "closed"


async def test_fields_are_kept_as_they_came(world: World) -> None:
    won = await claimed(world)
    fields = {"serial": "A-1", "minutes": 12, "parts": ["fan", None, {"size": 2.5}]}
    closed = await world.acme.ben.post(f"handoffs/{won['id']}/close", {"reason": "resolved", "fields": fields})
    assert closed["fields"] == fields
    other = await claimed(world)
    for wrong in ({"a": "x\x00"}, {str(number): 1 for number in range(51)}, [1]):
        await world.acme.ben.post(f"handoffs/{other['id']}/close", {"reason": "resolved", "fields": wrong}, 422)


async def test_the_history_tells_of_handoff_and_case_in_one_breath(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    await acme.ben.post(f"handoffs/{won['id']}/close", {"reason": "lost"})
    told = (await acme.admin.get("events", subject=f"case:{won['source']['id']}", order="asc"))["items"]
    last = [one for one in told if one["actor"]["name"] == "Ben"][-2:]
    assert [(one["type"], one["from_state"], one["to_state"]) for one in last] == [
        ("handoff.closed", "claimed", "closed"),
        ("case.closed", "active", "closed"),
    ]
    assert {one["data"]["closure_reason"] for one in last} == {"lost"}
    assert last[0]["at"] == last[1]["at"]
