"""Settings, Privacy: days and what is hidden are kept; a customer is looked for, seen, and erased."""

import pytest

from tests.settings.screens import at, errors, fields, says, sends
from tests.world import World

HERE, FIND, ERASE = "/settings/privacy", "/settings/privacy/find#erase", "/settings/privacy/erase#erase"


async def test_an_admin_says_how_long_and_what_is_hidden(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada:
        answer = await sends(ada, HERE, content="90", viewer=["email", "card"], operator=[])
        assert "Saved" in await says(ada, answer)
        assert fields(await ada.get(HERE), HERE)["content"] == "90"
    kept = (await acme.admin.get("organization"))["settings"]
    assert kept["retention_days"] == {"content": 90, "deliveries": None}
    assert kept["redaction"] == {"viewer": ["email", "card"], "operator": []}
    async with at(world, acme.admin) as ada:
        await sends(ada, HERE, content="", deliveries="7", viewer=["email", "card"])
    kept = (await acme.admin.get("organization"))["settings"]
    assert kept["retention_days"] == {"content": None, "deliveries": 7}


@pytest.mark.parametrize("days", ["0", "3651", "-1", "ten", "1.5", "٣", "99999"])
async def test_days_that_are_none_are_refused_beside_their_field(world: World, days: str) -> None:
    async with at(world, world.acme.admin) as ada:
        answer = await sends(ada, HERE, content=days)
        assert answer.status_code == 422
        assert "1 to 3650" in errors(answer.text)["content"]
        assert fields(answer.text, HERE)["content"] == days[:4] or fields(answer.text, HERE)["content"] == days


async def test_who_saves_second_is_told_what_the_first_has_changed(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada, at(world, acme.owner) as olga:
        shown = fields(await ada.get(HERE), HERE)
        await sends(olga, HERE, content="30")
        late = await ada.post(HERE, **shown | {"content": "60"})
    assert late.status_code == 409
    assert "Olga" in late.text
    assert (await acme.admin.get("organization"))["settings"]["retention_days"]["content"] == 30


async def test_a_customer_is_looked_for_seen_and_erased(world: World) -> None:
    acme = world.acme
    cases = [await acme.case(customer={"email": "kim@example.com", "name": "Kim"}) for _ in range(2)]
    async with at(world, acme.admin) as ada:
        await ada.get(HERE)
        found = await ada.post(FIND, email="KIM@example.com")
        assert found.text.count("Close it first") == 2
        assert "until then nothing is erased" in found.text
        for case in cases:
            await acme.agent.post(f"cases/{case['id']}/resolve", {})
        found = await ada.post(FIND, email="kim@example.com")
        assert "Erase 2 cases for good" in found.text
        shown = fields(found.text, ERASE)
        answer = await ada.post(ERASE, **shown)
        assert "The content of 2 cases" in await says(ada, answer)
        assert (await ada.post(ERASE, **shown)).status_code == 303  # pressed twice
        again = await ada.post(ERASE, **shown | {"idempotency_key": "another"})
        assert again.status_code == 409
        assert "There are 0 cases to erase now" in again.text
    for case in cases:
        assert (await acme.admin.get(f"cases/{case['id']}"))["title"].endswith("by Ada")


async def test_who_is_not_there_is_not_found_and_nobody_is_no_search(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await ada.get(HERE)
        assert "No case of theirs is here" in (await ada.post(FIND, name="Nobody")).text
        empty = await ada.post(FIND)
        assert empty.status_code == 422
        assert "Say an e-mail address" in empty.text


async def test_others_do_not_come_in(world: World) -> None:
    for who in (world.acme.ben, world.acme.viewer):
        async with at(world, who) as visitor:
            await visitor.get(HERE, 403)
            assert (await visitor.post(FIND, email="kim@example.com")).status_code == 403
