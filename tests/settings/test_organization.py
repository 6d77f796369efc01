"""The organization's page: what is kept, what is refused beside its field, and two who save at the same time."""

import pytest

from tests.settings.screens import at, errors, fields, says, sends
from tests.world import World
from warmline.web.pages.settings.spans import heard, said

HERE = "/settings/organization"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5 min", 300), ("90 s", 90), ("1 h 30 min", 5400), ("2 days", 172_800), ("1h30m", 5400), (" 10 MINUTES ", 600),
        ("1 hour, 5 seconds", 3605), ("0 s", 0),
    ],
)  # fmt: skip
def test_spans_are_read_as_people_write_them(text: str, seconds: int) -> None:
    assert heard(text) == seconds
    assert heard(said(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "5", "soon", "5 moons", "min", "-5 min", "1.5 h", "5 min or so", "５ min\x00"])
def test_what_is_no_span_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="min"):
        heard(text)


async def test_an_admin_changes_name_and_times(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada:
        answer = await sends(ada, HERE, name="Acme & Sons", urgent="30 s", lease="1 h 30 min", region="de")
        assert "Saved" in await says(ada, answer)
        shown = fields(await ada.get(HERE), HERE)
        assert (shown["name"], shown["urgent"], shown["lease"]) == ("Acme & Sons", "30 s", "1 h 30 min")
    kept = (await acme.viewer.get("organization"))["settings"]
    assert kept["due_seconds"] == {"urgent": 30, "high": 300, "normal": 900, "low": 3600}
    assert (kept["claim_lease_seconds"], kept["default_region"]) == (5400, "DE")
    told = (await acme.admin.get("events", subject=f"organization:{acme.id}"))["items"][0]
    assert told["data"] == {"changed": ["claim_lease_seconds", "default_region", "due_seconds", "name"]}


async def test_saving_what_is_there_changes_nothing(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await sends(ada, HERE, urgent="60 seconds")
    told = (await world.acme.admin.get("events", subject=f"organization:{world.acme.id}"))["items"]
    assert [one["type"] for one in told] == ["organization.created"]


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(world: World) -> None:
    typed = {"name": " ", "urgent": "5", "high": "soon", "normal": "1 s", "low": "40 days", "region": "GERMANY"}
    async with at(world, world.acme.admin) as ada:
        first = await sends(ada, HERE, **typed, lease="20 min")
        assert first.status_code == 422
        assert set(errors(first.text)) == {"name", "urgent", "high"}
        assert "5 min" in errors(first.text)["urgent"]
        shown = fields(first.text, HERE)
        assert {name: shown[name] for name in typed} == typed
        assert shown["lease"] == "20 min"
        second = await ada.post(HERE, **(shown | {"name": "Acme", "urgent": "1 min", "high": "5 min"}))
        assert set(errors(second.text)) == {"normal", "low", "region"}
        assert "5 s to 30 days" in errors(second.text)["normal"]
        assert 'aria-describedby="region-error region-help"' in second.text
        assert "20 min" in fields(second.text, HERE)["lease"]
    assert (await world.acme.viewer.get("organization"))["settings"]["claim_lease_seconds"] == 900


async def test_what_is_more_urgent_is_promised_no_later(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        answer = await sends(ada, HERE, urgent="10 min", low="10 min", normal="10 min", high="10 min")
        assert "Saved" in await says(ada, answer)
        wrong = await sends(ada, HERE, urgent="11 min", normal="12 min")
    assert wrong.status_code == 422
    assert errors(wrong.text) == {
        "urgent": "Urgent is promised later than high.", "normal": "Normal is promised later than low.",
    }  # fmt: skip
    due = (await world.acme.viewer.get("organization"))["settings"]["due_seconds"]
    assert set(due.values()) == {600}


async def test_of_two_admins_the_second_is_told_what_the_first_has_changed(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada, at(world, acme.owner) as olga:
        hers = fields(await olga.get(HERE), HERE)
        await says(ada, await sends(ada, HERE, urgent="30 s", name="Acme Ltd"))
        late = await olga.post(HERE, **(hers | {"urgent": "2 min", "low": "2 h"}))
        assert late.status_code == 409
        assert "Nothing was saved: Ada has changed this since you opened it." in late.text
        assert "Urgent: it was <q>1 min</q>, and is now <q>30 s</q>." in late.text
        assert "Name: it was <q>Acme</q>, and is now <q>Acme Ltd</q>." in late.text
        kept = (await acme.viewer.get("organization"))["settings"]["due_seconds"]
        assert (kept["urgent"], kept["low"]) == (30, 3600)
        shown = fields(late.text, HERE)
        assert (shown["urgent"], shown["low"], shown["name"]) == ("2 min", "2 h", "Acme Ltd")
        await says(olga, await olga.post(HERE, **shown))
    now = await acme.viewer.get("organization")
    assert (now["name"], now["settings"]["due_seconds"]["urgent"]) == ("Acme Ltd", 120)
