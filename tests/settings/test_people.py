"""People: inviting, links, roles, disabling and taking it back."""

import json
import re
from base64 import urlsafe_b64encode
from uuid import uuid4

from tests.settings.screens import at, errors, fields, says, sends
from tests.web.visitors import Visitor
from tests.world import World

LIST = "/settings/people"
LINK = re.compile(r'id="one-time-link">([^<]+)<')
PASSWORD = "a long sentence is good"


async def invited(world: World, ada: Visitor, email: str = "", role: str = "operator") -> tuple[str, str]:
    """Nora is invited: the page of hers, and the path of her link."""
    email = email or f"{uuid4()}@acme.example"
    answer = await sends(ada, LIST, name="Nora Nilsen", email=email, role=role)
    assert answer.status_code == 200, errors(answer.text)
    found = LINK.search(answer.text)
    assert found
    people = (await world.acme.admin.get("users"))["items"]
    return f"{LIST}/{next(one['id'] for one in people if one['email'] == email)}", "/" + found[1].split("/", 3)[3]


async def sets_password(world: World, link: str, password: str = PASSWORD) -> int:
    """Somebody follows a one-time link."""
    async with Visitor(world.address) as browser:
        answer = await browser.http.get(link)
        await browser.get(link, answer.status_code)
        if answer.status_code == 200:
            answer = await browser.post(link, password=password)
            assert await browser.is_in()
        return answer.status_code


async def row_of(ada: Visitor, page: str) -> str:
    """Somebody's row of the list."""
    rows = (await ada.get(LIST)).split('<li class="set-row')
    return next(row for row in rows if f'href="{page}"' in row)


async def test_the_list_says_who_is_invited_and_who_was_here(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        page, link = await invited(world, ada)
        rows = await row_of(ada, page), await row_of(ada, f"{LIST}/{world.acme.admin.id}")
        assert ("Invited" in rows[0], "signed in" in rows[1]) == (True, True)
        assert "No password yet" in await row_of(ada, f"{LIST}/{world.acme.ben.id}")
        await sets_password(world, link)
        assert "signed in" in await row_of(ada, page)
        assert "Signed in last" in await ada.get(page)
        world.advance(days=4)
    async with at(world, world.acme.admin) as ada:
        assert "No password yet" in await row_of(ada, f"{LIST}/{world.acme.owner.id}")  # her link has expired


async def test_an_invitation_works_once_and_is_shown_once(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        page, link = await invited(world, ada)
        assert link not in await ada.get(page)
        assert await sets_password(world, link) == 303
        assert await sets_password(world, link) == 404


async def test_the_form_sent_twice_invites_once(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        form = fields(await ada.get(LIST), LIST) | {"name": "Nora", "email": "nora@acme.example", "role": "viewer"}
        first = await ada.post(LIST, **form)
        again = await ada.post(LIST, **form)
        assert (first.status_code, again.status_code) == (200, 303)
        assert re.fullmatch(rf"{LIST}/[0-9a-f-]+", again.headers["location"])
    assert [one["name"] for one in (await world.acme.admin.get("users"))["items"]].count("Nora") == 1


async def test_a_new_link_ends_the_earlier_one_and_resets_a_password(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        page, first = await invited(world, ada)
        again = LINK.search((await sends(ada, f"{page}/link", page)).text)
        assert again
        second = "/" + again[1].split("/", 3)[3]
        assert await sets_password(world, first) == 404
        assert await sets_password(world, second) == 303
        assert "Link for a new password" in await ada.get(page)
        reset = LINK.search((await sends(ada, f"{page}/link", page)).text)
        assert reset
        assert await sets_password(world, "/" + reset[1].split("/", 3)[3], "another long sentence") == 303


async def test_a_wrong_invitation_is_refused_beside_its_fields(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        typed = {"name": " ", "email": "nobody", "role": "boss"}
        refused = await sends(ada, LIST, **typed)
        assert refused.status_code == 422
        assert set(errors(refused.text)) == {"invite-name", "invite-role"}
        refused = await sends(ada, LIST, **(typed | {"name": "Nora", "role": "viewer"}))
        assert "ana@example.com" in errors(refused.text)["invite-email"]
        assert fields(refused.text, LIST)["email"] == "nobody"
        taken = await sends(ada, LIST, name="Ben", email="BEN@acme.example", role="viewer")
        assert "already a user" in errors(taken.text)["invite-email"]
        owner = await sends(ada, LIST, name="Nora", email="nora@acme.example", role="owner")
        assert owner.status_code == 403
    assert len((await world.acme.admin.get("users"))["items"]) == 5


async def test_a_role_is_changed_and_counts_at_once(world: World) -> None:
    acme = world.acme
    page = f"{LIST}/{acme.ben.id}"
    async with at(world, acme.admin) as ada:
        assert 'value="owner"' not in await ada.get(page)  # only owners make owners
        await says(ada, await sends(ada, page, name="Benno", role="viewer"))
        assert (await acme.ben.get("me"))["role"] == "viewer"
        assert (await sends(ada, page, name="Benno", role="owner")).status_code == 403
        bad = await sends(ada, page, name="\x1b", role="viewer")
        assert set(errors(bad.text)) == {"name"}
    assert (await acme.admin.get(f"users/{acme.ben.id}"))["name"] == "Benno"


async def test_of_two_who_change_a_person_the_second_is_told(world: World) -> None:
    acme = world.acme
    page = f"{LIST}/{acme.ben.id}"
    async with at(world, acme.admin) as ada, at(world, acme.owner) as olga:
        hers = fields(await olga.get(page), page)
        await says(ada, await sends(ada, page, role="viewer"))
        late = await olga.post(page, **(hers | {"name": "Benedikt", "role": "operator"}))
        assert late.status_code == 409
        assert "Ada has changed this" in late.text
        assert "Role: it was <q>operator</q>, and is now <q>viewer</q>." in late.text
        assert fields(late.text, page)["name"] == "Benedikt"
    ben = await acme.admin.get(f"users/{acme.ben.id}")
    assert (ben["name"], ben["role"]) == ("Ben", "viewer")


async def test_who_is_disabled_is_out_at_once_and_it_can_be_taken_back(world: World) -> None:
    acme = world.acme
    page = f"{LIST}/{acme.ben.id}"
    async with at(world, acme.admin) as ada, at(world, acme.ben) as ben:
        assert "Disable Ben?" in await ada.get(page)  # asks once
        answer = await sends(ada, f"{page}/disable", page)
        shown = await ada.get(answer.headers["location"])
        assert f'formaction="{page}/enable">Undo' in shown
        assert not await ben.is_in()
        await acme.ben.get("me", 401)
        assert "Disabled" in await ada.get(LIST)
        assert "may sign in again" in await says(ada, await ada.post(f"{page}/enable"))
        assert not await ben.is_in()  # the session is gone for good; a new sign-in works
    assert (await acme.admin.get(f"users/{acme.ben.id}"))["disabled_at"] is None


async def test_the_last_owner_is_neither_disabled_nor_demoted(world: World) -> None:
    acme = world.acme
    page = f"{LIST}/{acme.owner.id}"
    async with at(world, acme.owner) as olga:
        shown = await olga.get(page)
        assert "Another admin can change yours" in shown
        assert "/disable" not in shown
        assert "last owner" in await says(olga, await olga.post(f"{page}/disable"))
        refused = await olga.post(page, name="Olga", role="viewer")
        assert (refused.status_code, "last owner" in errors(refused.text)["role"]) == (409, True)
        assert await olga.is_in()
    async with at(world, acme.admin) as ada:
        shown = await ada.get(page)
        assert "Only an owner changes owners" in shown
        assert "<form class=" not in shown.partition("<main")[2].partition("</main>")[0]
        for act in ("link", "disable"):
            assert (await ada.post(f"{page}/{act}")).status_code in (303, 403)
    assert (await acme.admin.get(f"users/{acme.owner.id}"))["disabled_at"] is None


async def test_a_planted_notice_puts_no_other_act_under_undo(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await ada.post(f"{LIST}/{world.acme.ben.id}/disable")
        assert "Undo" in await ada.get(LIST)
        for planted in ("/sign-out/everywhere", "//evil.example", f"{LIST}/{world.acme.ben.id}/disable"):
            forged = urlsafe_b64encode(json.dumps(["Done", "", None, None, planted]).encode()).decode()
            ada.http.cookies.set("warmline_notice", forged)
            shown = await ada.get(LIST)
            assert ("Done" in shown, "Undo" in shown) == (True, False)
            ada.http.cookies.delete("warmline_notice")
