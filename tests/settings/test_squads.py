"""Squads, their seats, and the tokens of their agents."""

import html
import json
import re

import httpx2

from tests.settings.screens import at, errors, fields, says, sends
from tests.world import World

LIST, TOKENS = "/settings/squads", "/settings/tokens"
TOKEN = re.compile(r'id="token">(wlm_[\w-]+)<')


async def works(world: World, token: str) -> bool:
    """Whether a token signs in."""
    async with httpx2.AsyncClient(base_url=world.address) as http:
        answer = await http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


async def test_a_squad_is_made_renamed_and_filled(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada:
        assert "Give it a name" in errors((await sends(ada, LIST, name=" ")).text)["name"]
        answer = await sends(ada, LIST, name="Field service")
        page = answer.headers["location"]
        assert "Field service is there" in await says(ada, answer)
        await says(ada, await sends(ada, page, name="Field work"))
        assert (await acme.viewer.get(page.removeprefix("/settings/")))["name"] == "Field work"
        seated = await sends(ada, f"{page}/people", page, user_id=str(acme.ben.id), role="Tech lead")
        assert "Ben is in Field work" in await says(ada, seated)
        shown = await ada.get(page)
        assert "tech_lead" in shown
        assert "1 person" in await ada.get(LIST)
        seat = (await acme.viewer.get(f"{page.removeprefix('/settings/')}/members"))["items"][0]
        assert "Remove Ben from Field work?" in shown  # asks once
        assert "has left the squad" in await says(ada, await ada.post(f"/settings/members/{seat['id']}/remove"))
        assert "Nobody yet" in await ada.get(page)


async def test_of_two_who_rename_a_squad_the_second_is_told(world: World) -> None:
    acme = world.acme
    page = f"{LIST}/{acme.squad}"
    async with at(world, acme.admin) as ada, at(world, acme.owner) as olga:
        hers = fields(await olga.get(page), page)
        await says(ada, await sends(ada, page, name="Day desk"))
        late = await olga.post(page, **(hers | {"name": "Night desk"}))
        assert late.status_code == 409
        assert "Ada has changed this" in late.text
        assert "it was <q>Support</q>, and is now <q>Day desk</q>" in late.text
        await says(olga, await olga.post(page, **fields(late.text, page)))
    assert (await acme.viewer.get(f"squads/{acme.squad}"))["name"] == "Night desk"


async def test_an_agent_gets_a_seat_and_a_token_that_is_shown_once(world: World) -> None:
    acme = world.acme
    page = f"{LIST}/{acme.squad}"
    async with at(world, acme.admin) as ada:
        refused = await sends(ada, f"{page}/agents", page, name="", role="7 dwarfs!")
        assert set(errors(refused.text)) == {"agent-name", "agent-role"}
        assert 'value="7 dwarfs!"' in refused.text
        shown = (await sends(ada, f"{page}/agents", page, name="Pip", role="Support agent")).text
        found = TOKEN.search(shown)
        assert found
        assert await works(world, found[1])
        assert f"TOKEN={found[1]}" in shown
        case = json.loads(html.unescape(shown).partition("$WARMLINE/cases -H")[2].split("'")[1])
        assert case["squad_id"] == str(acme.squad)
        later = await ada.get(page)
        assert found[1] not in later
        assert "first token" in later
        assert found[1] not in await ada.get(TOKENS)


async def test_tokens_of_a_seat_are_made_listed_and_revoked(world: World) -> None:
    acme = world.acme
    page, make = f"{LIST}/{acme.squad}", f"/settings/members/{acme.agent.id}/tokens"
    async with at(world, acme.admin) as ada:
        made = TOKEN.search((await sends(ada, make, page, name="production")).text)
        assert made
        assert await works(world, made[1])
        listed = next(one for one in (await acme.admin.get("tokens"))["items"] if one["name"] == "production")
        revoke = f"{TOKENS}/{listed['id']}/revoke"
        assert "Revoke “production”?" in await ada.get(page)  # asks once
        answer = await sends(ada, revoke, page)
        assert answer.headers["location"] == page
        assert "Revoked" in await says(ada, answer)
        assert not await works(world, made[1])
        assert "<span>production</span>" not in await ada.get(page)
        assert "revoked before" in await says(ada, await ada.post(revoke))
        assert (await ada.post(f"{TOKENS}/{acme.ben.id}/revoke")).status_code == 404
    assert await works(world, acme.agent.token)


async def test_all_tokens_are_listed_with_their_holders_and_revoked(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada:
        shown = await ada.get(TOKENS)
        assert shown.count('<li class="set-row">') == 7  # the whole cast
        assert "test · Support" in shown
        assert "owners only" in shown  # an admin does not end what an owner's program works with
        listed = (await acme.admin.get("tokens"))["items"]
        bens = next(one for one in listed if one["user_id"] == str(acme.ben.id))
        answer = await sends(ada, f"{TOKENS}/{bens['id']}/revoke", TOKENS)
        assert answer.headers["location"] == TOKENS
        await acme.ben.get("me", 401)
        assert (await ada.get(TOKENS)).count('<li class="set-row">') == 6


async def test_a_removed_agent_is_out_and_its_tokens_are_not_listed(world: World) -> None:
    acme = world.acme
    async with at(world, acme.admin) as ada:
        for _ in range(2):  # pressed twice
            answer = await ada.post(f"/settings/members/{acme.agent.id}/remove")
            assert answer.status_code == 303
        assert not await works(world, acme.agent.token)
        assert (await ada.get(TOKENS)).count('<li class="set-row">') == 6
        refused = await ada.post(f"/settings/members/{acme.agent.id}/tokens", name="again")
        assert "No token was made" in await says(ada, refused)
    told = (await acme.admin.get("events", subject=f"member:{acme.agent.id}"))["items"]
    assert [one["type"] for one in told].count("member.left") == 1


async def test_nothing_of_another_organization_is_reached(world: World) -> None:
    acme = world.acme
    async with at(world, world.otto) as otto:
        for path in (f"{LIST}/{acme.squad}", f"/settings/people/{acme.ben.id}"):
            await otto.get(path, 404)
            await otto.get("/profile")
            assert (await otto.post(path, name="Mine", role="viewer")).status_code == 404
        foreign = await otto.post(f"{LIST}/{world.zenith.squad}/people", user_id=str(acme.ben.id), role="x")
        assert foreign.status_code == 422
        assert "Ben" not in errors(foreign.text)["person-user"]
