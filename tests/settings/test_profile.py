"""One's own page: presence, the password, signing out everywhere; and who is free, on the desk."""

import asyncio
import re
from contextlib import AsyncExitStack

from tests.conftest import Running
from tests.handoffs.cast import claimed
from tests.settings.screens import at, errors, says, sends
from tests.web.visitors import Visitor, with_password
from tests.world import World

PASSWORD, OTHER = "a long sentence is good", "another long sentence"
FREE = re.compile(r'<section class="sect" id="free".*?</section>', re.DOTALL)


async def signs_in(visitor: Visitor, email: str, password: str) -> int:
    """Through the form."""
    await visitor.get("/sign-in")
    return (await visitor.post("/sign-in", email=email, password=password)).status_code


async def test_whoever_knows_the_old_password_sets_another_and_others_are_signed_out(world: World) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    async with Visitor(world.address) as here, Visitor(world.address) as there:
        for browser in (here, there):
            assert await signs_in(browser, email, PASSWORD) == 303
        await here.get("/profile")
        wrong = await here.post("/profile/password", old="not this one", password=OTHER)
        assert (wrong.status_code, set(errors(wrong.text))) == (422, {"old"})
        short = await here.post("/profile/password", old=PASSWORD, password="short")
        assert (short.status_code, set(errors(short.text))) == (422, {"password"})
        assert PASSWORD not in short.text
        assert await there.is_in()
        answer = await here.post("/profile/password", old=PASSWORD, password=OTHER)
        assert "Password changed" in await says(here, answer)
        assert (await here.is_in(), await there.is_in()) == (True, False)
        assert await signs_in(there, email, PASSWORD) == 401
        assert await signs_in(there, email, OTHER) == 303


async def test_old_passwords_cannot_be_tried_without_end(world: World, shared: Running) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    async with Visitor(world.address) as browser:
        await signs_in(browser, email, PASSWORD)
        await browser.get("/profile")
        most = shared.web.state.settings.sign_in_attempts
        answers = [
            (await browser.post("/profile/password", old=f"wrong {number}", password=OTHER)).status_code
            for number in range(most + 1)
        ]
        assert answers == [422] * most + [429]
        assert (await browser.post("/profile/password", old=PASSWORD, password=OTHER)).status_code == 429
    shared.web.state.throttle._address._seen.clear()


async def test_one_signs_out_everywhere(world: World) -> None:
    acme = world.acme
    async with at(world, acme.ben) as here, at(world, acme.ben) as there, at(world, acme.cleo) as cleo:
        assert "Sign out everywhere?" in await here.get("/profile")  # asks once
        answer = await here.post("/sign-out/everywhere")
        assert answer.headers["location"] == "/sign-in"
        assert (await here.is_in(), await there.is_in(), await cleo.is_in()) == (False, False, True)
    assert (await acme.ben.get("me"))["name"] == "Ben"  # tokens stay


async def test_presence_is_said_in_the_menu_of_any_page_and_one_stays_there(world: World) -> None:
    acme = world.acme
    async with at(world, acme.ben) as ben:
        page = await ben.get("/cases")
        assert 'name="next" value="/cases"' in page
        answer = await ben.post("/profile/presence", status="away", next="/cases")
        assert answer.headers["location"] == "/cases"
        assert "You are away" in await says(ben, answer)
        assert (await acme.ben.get("me"))["presence"] == "away"
        outside = await ben.post("/profile/presence", status="busy", next="//evil.example/")
        assert outside.headers["location"] == "/desk"
        data = {"csrf": ben.csrf, "status": "available"}
        pushed = await ben.http.post("/profile/presence", data=data, headers={"hx-request": "true"})
        assert 'hx-target="#me"' in pushed.text
        assert "You are available" in pushed.text
        assert (await ben.post("/profile/presence", status="asleep")).status_code == 422


async def test_capacity_is_set_on_the_profile(world: World) -> None:
    acme = world.acme
    async with at(world, acme.ben) as ben:
        for wrong in ("many", "-1", "101", "²"):
            refused = await sends(ben, "/profile/presence", "/profile", status="busy", capacity=wrong)
            assert (refused.status_code, set(errors(refused.text))) == (422, {"capacity"})
            assert f'value="{wrong}"' in refused.text
        await says(ben, await sends(ben, "/profile/presence", "/profile", status="busy", capacity="5"))
        me = await acme.ben.get("me")
        assert (me["presence"], me["capacity"]) == ("busy", 5)


async def test_a_viewer_has_a_profile_and_no_presence(world: World) -> None:
    async with at(world, world.acme.viewer) as vic:
        page = await vic.get("/profile")
        assert "Present password" in page
        assert "presence" not in page
        assert (await vic.post("/profile/presence", status="away")).status_code == 403


async def test_signing_in_makes_available_and_the_last_sign_out_offline(world: World) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)

    async def presence() -> str:
        return str(
            next(one for one in (await world.acme.admin.get("users"))["items"] if one["email"] == email)["presence"]
        )

    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(Visitor(world.address)) for _ in range(2)]
        await signs_in(one, email, PASSWORD)
        assert await presence() == "available"
        await one.get("/desk")
        await one.post("/profile/presence", status="busy")
        await signs_in(two, email, PASSWORD)
        assert await presence() == "busy"  # what one has said stays
        await two.get("/desk")
        await one.post("/sign-out")
        assert await presence() == "busy"
        await two.post("/sign-out/everywhere")
        assert await presence() == "offline"


async def test_the_desk_says_who_is_free_and_how_much_they_hold(world: World) -> None:
    acme = world.acme
    for who, status, capacity in ((acme.ben, "available", 1), (acme.cleo, "available", 2), (acme.admin, "away", 3)):
        await who.http.put("me/presence", json={"status": status, "capacity": capacity})
    async with at(world, acme.viewer) as vic:
        panel = FREE.search(await vic.get("/desk"))
        assert panel
        assert "2 of 3" in panel[0]
        assert "0 of 1 place taken" in panel[0]
        await claimed(world)
        panel = FREE.search(await vic.get("/desk"))
        assert panel
        names = re.findall(r"<b>(\w+)</b>(?: <span class=\"faint\">(\w+)</span>)?", panel[0])
        assert names == [("Cleo", ""), ("Ben", "full"), ("Ada", "away")]
        assert "1 of 3" in panel[0]


async def test_it_changes_by_itself_on_an_open_desk(world: World) -> None:
    acme, said, live = world.acme, "", {"accept": "text/event-stream"}
    async with at(world, acme.cleo) as cleo, cleo.http.stream("GET", "/live?view=desk", headers=live) as answer:
        await acme.ben.http.put("me/presence", json={"status": "busy"})
        async with asyncio.timeout(20):
            async for text in answer.aiter_text():
                said += text
                if 'hx-target="#free"' in said and "busy" in said:
                    break
    assert "Ben" in said.partition('hx-target="#free"')[2]
