"""The one-time link with which a password is set, and the first owner's."""

from uuid import uuid4

import pytest

from tests.browser.screens import empty
from tests.conftest import Running
from tests.web.visitors import Visitor, newcomer, session_of
from tests.world import World

PASSWORD = "a sentence about wagtails"


async def test_a_link_sets_a_password_and_signs_in(world: World) -> None:
    email, link = await newcomer(world.acme)
    async with Visitor(world.address) as visitor:
        page = await visitor.get(link)
        assert "Welcome, Nora" in page
        assert f"Set a password for {email} at Acme" in page
        answer = await visitor.post(link, password=PASSWORD)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
        assert await visitor.is_in()


async def test_a_link_works_once(world: World) -> None:
    email, link = await newcomer(world.acme)
    async with Visitor(world.address) as visitor:
        await visitor.get(link)
        assert (await visitor.post(link, password=PASSWORD)).status_code == 303
    async with Visitor(world.address) as late:
        assert "This link is used up" in await late.get(link, 404)
        assert (await late.post(link, password="another password")).status_code == 404
        await late.get("/sign-in")
        assert (await late.post("/sign-in", email=email, password="another password")).status_code == 401


async def test_a_link_lapses_after_three_days(world: World) -> None:
    _, link = await newcomer(world.acme)
    world.advance(days=3, minutes=1)
    async with Visitor(world.address) as visitor:
        assert "This link is used up" in await visitor.get(link, 404)


@pytest.mark.parametrize("password", ["", "short", "ninechars", "x" * 201])
async def test_a_password_of_the_wrong_length_leaves_the_link_as_it_was(world: World, password: str) -> None:
    _, link = await newcomer(world.acme)
    async with Visitor(world.address) as visitor:
        await visitor.get(link)
        answer = await visitor.post(link, password=password)
        assert answer.status_code == 422
        assert not await visitor.is_in()
        assert 'role="alert"' in answer.text
        assert (await visitor.post(link, password=PASSWORD)).status_code == 303


async def test_setting_a_password_ends_earlier_sessions(world: World) -> None:
    acme = world.acme
    async with Visitor(world.address, await session_of(world.app, acme.id, acme.ben)) as old:
        assert await old.is_in()
        made = await acme.admin.post(f"users/{acme.ben.id}/password-link", None, 201)
        link = "/" + made["set_password_url"].split("/", 3)[3]
        async with Visitor(world.address) as new:
            await new.get(link)
            assert (await new.post(link, password=f"{PASSWORD} {uuid4()}")).status_code == 303
            assert await new.is_in()
        assert not await old.is_in()


async def test_the_first_owners_way_in_makes_one_organization(shared: Running, world: World) -> None:
    """The server is not empty: the database itself refuses a second first owner."""
    with empty(shared) as link:
        async with Visitor(world.address) as visitor:
            assert "Welcome to Warmline" in await visitor.get(link)
            who = {"organization": "Newly", "name": "Nils", "email": "nils@newly.example", "password": PASSWORD}
            assert (await visitor.post(link, **who)).status_code in (404, 409)
            assert not await visitor.is_in()


@pytest.mark.parametrize(
    "wrong",
    [{"organization": ""}, {"name": " "}, {"email": "nobody"}, {"password": "short"}],
    ids=lambda one: next(iter(one)),
)
async def test_the_first_owner_keeps_what_they_typed(shared: Running, world: World, wrong: dict[str, str]) -> None:
    who = {"organization": "Newly “N”", "name": "Nils", "email": "nils@newly.example", "password": PASSWORD} | wrong
    with empty(shared) as link:
        async with Visitor(world.address) as visitor:
            await visitor.get(link)
            answer = await visitor.post(link, **who)
            assert answer.status_code == 422
            for name in who.keys() - wrong.keys() - {"password"}:
                assert f'value="{who[name]}"' in answer.text
            assert PASSWORD not in answer.text
