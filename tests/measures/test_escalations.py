"""What GET /analytics/escalations says, to the second: the clock stands still unless it is told to move."""

from typing import Any

import pytest

from tests.world import World

PATH = "analytics/escalations"


async def claimed(world: World, after: int = 0, **what: Any) -> dict[str, Any]:
    """A handoff that Ben claims so many seconds after it came."""
    handoff = await world.acme.handoff(**what)
    world.advance(seconds=after)
    won: dict[str, Any] = await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    return won


async def acted(world: World, won: dict[str, Any], after: int) -> None:
    world.advance(seconds=after)
    await world.acme.ben.post(f"cases/{won['source']['id']}/messages", {"role": "operator", "text": "Here."})


async def test_from_the_claim_to_the_first_action_and_from_ready_to_the_claim(world: World) -> None:
    acme = world.acme
    for wait, act in ((10, 20), (20, 40), (30, 90)):
        await acted(world, await claimed(world, wait), act)
    await claimed(world)
    await acme.handoff()  # nobody claims it: it does not count
    told = await acme.ben.get(PATH)
    assert (told["claimed"], told["with_action"], told["conversion"]) == (4, 3, 0.75)
    assert told["average_seconds"] == pytest.approx(50, abs=3)
    assert told["median_seconds"] == pytest.approx(40, abs=3)
    assert told["p95_seconds"] == pytest.approx(85, abs=3)
    assert told["time_to_claim"]["median_seconds"] == pytest.approx(15, abs=3)
    assert "unclaimed handoffs do not count" in told["metric_definition"]
    assert told["before"]["claimed"] == 0


async def test_a_second_action_changes_nothing_and_a_new_claim_counts_instead_of_the_old(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    await acted(world, won, 10)
    await acted(world, won, 100)
    assert (await acme.ben.get(PATH))["average_seconds"] == pytest.approx(10, abs=2)
    await acme.ben.post(f"handoffs/{won['id']}/release")
    await acme.ben.post(f"handoffs/{won['id']}/claim")
    told = await acme.ben.get(PATH)
    assert (told["claimed"], told["with_action"], told["average_seconds"]) == (1, 0, None)
    await acted(world, won, 30)
    assert (await acme.ben.get(PATH))["average_seconds"] == pytest.approx(30, abs=2)


async def test_the_trend_has_every_day_and_the_period_ends(world: World) -> None:
    acme = world.acme
    await acted(world, await claimed(world), 10)
    world.advance(days=2)
    await acted(world, await claimed(world), 20)
    week = await acme.admin.get(PATH, period="7d")
    assert len(week["trend"]) == 8  # a week touches eight days
    assert [day["claimed"] for day in week["trend"] if day["claimed"]] == [1, 1]
    assert sorted(day["day"] for day in week["trend"]) == [day["day"] for day in week["trend"]]
    world.advance(days=6)
    assert (await acme.admin.get(PATH, period="7d"))["claimed"] == 1
    assert (await acme.admin.get(PATH, period="7d"))["before"]["claimed"] == 1
    assert (await acme.admin.get(PATH, period="30d"))["claimed"] == 2
    await acme.admin.get(PATH, 422, period="8d")


async def test_by_squad_and_never_of_another_organization(world: World) -> None:
    acme = world.acme
    phones = await acme.admin.post("squads", {"name": "Phones"}, 201)
    case = await acme.case(squad_id=phones["id"])
    handoff = await acme.handoff(case)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await claimed(world)
    assert (await acme.ben.get(PATH, squad_id=phones["id"]))["claimed"] == 1
    assert (await acme.ben.get(PATH))["claimed"] == 2
    assert (await world.zenith.admin.get(PATH))["claimed"] == 0
    await world.zenith.admin.get(PATH, 404, squad_id=phones["id"])


async def test_viewers_and_agents_are_refused(world: World) -> None:
    acme = world.acme
    for somebody in (acme.viewer, acme.agent):
        for path in (PATH, "analytics/baselines"):
            await somebody.get(path, 403)
        await somebody.post("analytics/baselines", {"seconds": 60}, 403)


async def test_was_it_right_to_escalate(world: World) -> None:
    acme = world.acme
    for reason in ("resolved", "resolved", "wrong_escalation"):
        won = await claimed(world)
        await acme.ben.post(f"handoffs/{won['id']}/close", {"reason": reason, "notes": "So it was."})
    won = await claimed(world)
    await acme.ben.post(f"handoffs/{won['id']}/return-to-agent", {"outcome": "Go on."})
    quality = (await acme.ben.get(PATH))["quality"]
    assert quality == {
        "closed": 4, "right_to_escalate": 0.75, "by_reason": {"resolved": 2, "returned": 1, "wrong_escalation": 1},
    }  # fmt: skip


async def test_minutes_recovered_need_a_baseline_of_ones_own(world: World) -> None:
    acme = world.acme
    await acted(world, await claimed(world), 60)
    told = await acme.ben.get(PATH)
    assert (told["minutes_recovered"], told["hours_saved_per_week"], told["baseline_seconds"]) == (None, None, None)
    first = await acme.ben.post("analytics/baselines", {"seconds": 600, "note": "By phone"}, 201)
    second = await acme.ben.post("analytics/baselines", {"seconds": 720}, 201)
    told = await acme.ben.get(PATH)
    assert (told["baseline_entries"], told["baseline_seconds"]) == (2, 660)
    assert told["minutes_recovered"] == pytest.approx(10, abs=0.05)
    assert told["hours_saved_per_week"] == pytest.approx(10 / 60, abs=0.01)
    await acme.cleo.delete(f"analytics/baselines/{first['id']}", 403)
    await acme.admin.delete(f"analytics/baselines/{first['id']}")
    await acme.admin.delete(f"analytics/baselines/{first['id']}", 404)
    assert [one["id"] for one in (await acme.ben.get("analytics/baselines"))["items"]] == [second["id"]]
    assert (await acme.ben.get(PATH))["baseline_seconds"] == 720
    assert (await world.zenith.admin.get(PATH))["baseline_entries"] == 0


@pytest.mark.parametrize("wrong", [{"seconds": 0}, {"seconds": 604801}, {"seconds": "60"}, {"seconds": True}, {}])
async def test_a_baseline_is_a_time(world: World, wrong: dict[str, Any]) -> None:
    await world.acme.ben.post("analytics/baselines", wrong, 422)
    await world.acme.ben.post("analytics/baselines", {"seconds": 60, "squad_id": str(world.zenith.squad)}, 404)
    assert (await world.acme.ben.get("analytics/baselines"))["items"] == []
