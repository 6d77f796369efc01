"""The one-time link with which a password is set, and the first owner's."""

from uuid import uuid4

import pytest

from tests.browser.screens import empty
from tests.conftest import Running, running, settings_for
from tests.web.visitors import Visitor, newcomer, session_of
from tests.world import World
from warmline.db.connections import Urls

PASSWORD = "a sentence about wagtails"
WHO = {"organization": "Newly “N”", "name": "Nils", "email": "nils@newly.example", "password": PASSWORD}


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
            assert (await visitor.post(link, **WHO)).status_code == 409
            assert not await visitor.is_in()


async def test_the_first_owner_keeps_what_they_typed(own_database: Urls) -> None:
    wrong = ({"organization": ""}, {"name": " "}, {"email": "nobody"}, {"password": "short"}, {"password": ""})
    async with running(settings_for(own_database)) as server, Visitor(server.address) as visitor:
        with empty(server) as link:
            await visitor.get(link)
            for one in wrong:
                await keeps(visitor, link, one)
            assert (await visitor.post(link, **WHO)).status_code == 303
            assert await visitor.is_in()


async def keeps(visitor: Visitor, link: str, wrong: dict[str, str]) -> None:
    """What was right stands in the form that comes back; the password does not."""
    answer = await visitor.post(link, **WHO | wrong)
    assert answer.status_code == 422, wrong
    assert 'role="alert"' in answer.text
    for name in WHO.keys() - wrong.keys() - {"password"}:
        assert f'value="{WHO[name]}"' in answer.text
    assert PASSWORD not in answer.text
