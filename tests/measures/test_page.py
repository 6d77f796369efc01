"""The page of analytics: without scripts, with what was typed kept, and only for those who work."""

import csv
import io
from contextlib import AbstractAsyncContextManager

import pytest

from tests.measures.test_escalations import acted, claimed
from tests.web.visitors import Visitor, signed_in
from tests.world import Actor, World


def _in(world: World, who: Actor) -> AbstractAsyncContextManager[Visitor]:
    return signed_in(world.app, world.address, world.acme.id, who)


async def test_it_says_what_will_be_there_and_then_what_is(world: World) -> None:
    async with _in(world, world.acme.ben) as ben:
        assert "Nothing was claimed in this period" in await ben.get("/analytics")
        await acted(world, await claimed(world, 30), 90)
        shown = await ben.get("/analytics?period=30d")
        assert "1:3" in shown  # a minute and a half, and what the test itself takes
        assert "1 of 1 in 30 days" in shown
        assert "needs your own baseline" in shown
        await ben.get("/analytics?period=8d", 422)
    async with _in(world, world.acme.viewer) as viewer:
        await viewer.get("/analytics", 403)
        assert "/analytics" not in await viewer.get("/desk")


@pytest.mark.parametrize(
    ("took", "seconds"), [("12:40", 760), ("1:00:05", 3605), (" 90 s ", 90), ("1 h 30 min", 5400), ("0:01", 1)]
)
async def test_a_timed_pickup_is_noted_and_can_be_withdrawn(world: World, took: str, seconds: int) -> None:
    async with _in(world, world.acme.ben) as ben:
        await ben.get("/analytics")
        sent = await ben.post("/analytics/baselines", took=took, note="By phone")
        assert (sent.status_code, sent.headers["location"]) == (303, "/analytics?period=7d#recovered")
        (one,) = (await world.acme.ben.get("analytics/baselines"))["items"]
        assert (one["seconds"], one["note"]) == (seconds, "By phone")
        assert "By phone" in await ben.get("/analytics")
        await ben.post(f"/analytics/baselines/{one['id']}/withdraw")
        assert "By phone" not in await ben.get("/analytics")


async def test_an_admin_withdraws_what_somebody_noted_and_takes_it_back(world: World) -> None:
    made = await world.acme.ben.post("analytics/baselines", {"seconds": 600, "note": "By phone"}, 201)
    place = f"/analytics/baselines/{made['id']}"
    async with _in(world, world.acme.admin) as ada, _in(world, world.acme.cleo) as cleo:
        assert f'action="{place}/withdraw"' in await ada.get("/analytics")
        assert f'action="{place}/withdraw"' not in await cleo.get("/analytics")
        assert (await cleo.post(f"{place}/withdraw")).status_code == 403
        await ada.post(f"{place}/withdraw")
        shown = await ada.get("/analytics")
        assert "By phone" not in shown
        assert f'formaction="{place}/restore"' in shown
        assert (await cleo.post(f"{place}/restore")).status_code == 403
        await ada.post(f"{place}/restore")
        assert "By phone" in await ada.get("/analytics")
        await ada.post(f"{place}/restore")
    told = (await world.acme.admin.get("events", subject=f"baseline:{made['id']}"))["items"]
    assert [one["type"] for one in told] == ["baseline.restored", "baseline.withdrawn", "baseline.added"]


async def test_what_was_just_noted_can_be_taken_back_at_once(world: World) -> None:
    async with _in(world, world.acme.ben) as ben:
        await ben.get("/analytics")
        await ben.post("/analytics/baselines", took="12:40")
        (one,) = (await world.acme.ben.get("analytics/baselines"))["items"]
        assert f'formaction="/analytics/baselines/{one["id"]}/withdraw"' in await ben.get("/analytics")


@pytest.mark.parametrize("took", ["", "soon", "12", "0:00", "1:2:3:4", "9999:00", "168:00:01", "-1:00", "١:٠٠"])
async def test_what_is_no_time_comes_back_with_what_was_typed(world: World, took: str) -> None:
    async with _in(world, world.acme.ben) as ben:
        await ben.get("/analytics")
        sent = await ben.post("/analytics/baselines", took=took, note="By phone")
        assert sent.status_code == 422
        assert 'aria-invalid="true"' in sent.text
        assert 'value="By phone"' in sent.text
    assert (await world.acme.ben.get("analytics/baselines"))["items"] == []


async def test_it_is_reached_on_a_large_screen_by_the_rail_and_on_a_phone_by_ones_own_menu(world: World) -> None:
    async with _in(world, world.acme.ben) as ben:
        desk = await ben.get("/desk")
    assert 'class="only-large"><a href="/analytics"' in desk
    assert '<a class="only-small" href="/analytics"' in desk


async def test_the_days_for_a_spreadsheet(world: World) -> None:
    await acted(world, await claimed(world), 60)
    async with _in(world, world.acme.admin) as admin:
        answer = await admin.http.get("/analytics/days.csv?period=30d")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="warmline-30d-')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 31
    assert [(row["claimed"], row["with_action"]) for row in rows if row["claimed"] != "0"] == [("1", "1")]
    assert float(rows[-1]["median_seconds"]) == pytest.approx(60, abs=2)
