"""The page of models: what is set up, what it may take and took; and never a key."""

from datetime import timedelta

import pytest

from tests.settings.screens import at, errors, fields, says, sends
from tests.world import World
from warmline.assessments import spending
from warmline.db.transaction import tenant
from warmline.llm.client import Client, Usage
from warmline.settings import Settings
from warmline.web.pages.settings.models import SetUp, heard, set_up

HERE = "/settings/models"
KEY = {"model_provider": "openai", "model_name": "large", "model_key": "sk-secret"}


@pytest.mark.parametrize(
    ("text", "number"),
    [("2,000,000", 2_000_000), ("0", 0), (" 40 000 ", 40_000), ("40.000", 40_000), ("1\u202f000", 1000), ("", None),
     ("-5", None), ("1e9", None), ("many", None), ("5 M", None), ("\u0665", None), ("9" * 16, None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: int | None) -> None:
    assert heard(text) == number


def test_what_is_set_up_is_said_without_keys_and_passwords() -> None:
    assert set_up(Settings.model_validate({}), None) == SetUp()
    given = Settings.model_validate(KEY | {"small_model_name": "small"})
    assert set_up(given, Client(given)) == SetUp("large", "small", "OpenAI", 45)
    given = Settings.model_validate(KEY | {"model_url": "https://me:pass@models.example/v1?key=1"})
    assert set_up(given, None) == SetUp("large", "large", "a server at models.example", 45, is_missing=True)


async def test_an_admin_sets_the_bounds(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        assert "No model is set up." in await ada.get(HERE)
        await says(ada, await sends(ada, HERE, model_daily_tokens="500000"))
        assert fields(await ada.get(HERE), HERE)["model_daily_tokens"] == "500,000"
    kept = (await world.acme.viewer.get("organization"))["settings"]
    assert (kept["model_daily_tokens"], kept["model_input_characters"]) == (500_000, 40_000)
    told = (await world.acme.admin.get("events", subject=f"organization:{world.acme.id}"))["items"][0]
    assert told["data"] == {"changed": ["model_daily_tokens"]}


async def test_what_is_wrong_is_said_beside_its_field(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        first = await sends(ada, HERE, model_daily_tokens="lots", model_input_characters="1,999")
        assert (first.status_code, set(errors(first.text))) == (422, {"model_daily_tokens"})
        second = await ada.post(HERE, **(fields(first.text, HERE) | {"model_daily_tokens": "0"}))
        assert errors(second.text) == {"model_input_characters": "Expected a number from 2,000 to 400,000."}


async def test_of_two_admins_the_second_is_told(world: World) -> None:
    async with at(world, world.acme.admin) as ada, at(world, world.acme.owner) as olga:
        hers = fields(await olga.get(HERE), HERE)
        await says(ada, await sends(ada, HERE, model_daily_tokens="5"))
        late = await olga.post(HERE, **(hers | {"model_daily_tokens": "7"}))
        assert late.status_code == 409
        assert "it was <q>2,000,000</q>, and is now <q>5</q>" in late.text


async def test_what_models_took_is_shown_by_the_day_and_only_ones_own(world: World) -> None:
    async with world.app.database.transaction(tenant(world.acme.id)) as unit:
        for days, tokens in ((0, 900), (0, 100), (3, 5000), (29, 70), (30, 123_456)):
            then = unit.now - timedelta(days=days)
            reserved = await spending.reserve(unit.session, world.acme.id, 5, 10**9, then)
            assert reserved is not None
            await spending.correct(unit.session, reserved, Usage("large", tokens, 10))
    async with at(world, world.acme.admin) as ada:
        shown = await ada.get(HERE)
        assert "1,020 of 2,000,000 tokens today" in shown
        assert "6,110 tokens for 4 questions" in shown
        assert "2 questions, 1,000 tokens in, 20 out" in shown
        assert "123,456" not in shown
        await says(ada, await sends(ada, HERE, model_daily_tokens="1020"))
        assert "The day’s tokens are used up." in await ada.get(HERE)
    async with at(world, world.zenith.admin) as zoe:
        assert "No model was asked." in await zoe.get(HERE)


async def test_a_cap_of_nothing_asks_no_model(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await says(ada, await sends(ada, HERE, model_daily_tokens="0"))
        assert "No model is asked: the cap is 0." in await ada.get(HERE)
