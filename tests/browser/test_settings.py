"""The settings in the browser: an owner brings a person and an agent in, and work goes from one to the other."""

import re
from typing import Any

import httpx2
from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.browser.people import Person, is_live, shows_toast
from tests.handoffs.cast import claimed
from tests.world import World

PASSWORD = "a long sentence is good"


async def test_an_owner_brings_in_a_person_and_an_agent_and_the_work_gets_done(world: World, come: Come) -> None:
    olga, nora = await come(world.acme.owner), await come()
    link = await she_is_invited(olga)
    await she_sets_a_password(nora, link)
    token, squad = await a_squad_with_an_agent(olga)
    await is_live(nora.page)
    handoff = await the_agent_hands_over(world, token, squad)
    await expect(nora.row(handoff, "#arrivals >")).to_be_visible()
    await nora.row(handoff).get_by_role("button", name="Claim").click()
    await expect(nora.page).to_have_url(re.compile(f"/handoffs/{handoff['id']}/work$"))
    await olga.open("/desk")
    await expect(olga.page.locator("#free")).to_contain_text("Nora Nilsen")
    await expect(olga.page.locator("#free [role=img]")).to_have_attribute("aria-label", "1 of 3 places taken")


async def she_is_invited(olga: Person) -> str:
    """The link that Olga would send; its button copies it."""
    await olga.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await olga.open("/desk")
    await olga.page.get_by_role("link", name="Settings").click()
    await expect(olga.page.get_by_role("heading", name="Organization")).to_be_visible()
    await olga.page.get_by_role("link", name="People").click()
    await olga.page.get_by_label("Name").fill("Nora Nilsen")
    await olga.page.get_by_label("E-mail").fill(f"nora-{olga.name}@acme.example")
    await olga.page.get_by_role("button", name="Invite").click()
    shown = await olga.page.locator("#one-time-link").inner_text()
    copies = olga.page.get_by_role("button", name="Copy the link")
    await expect(copies).to_be_focused()
    await copies.press("Enter")
    assert await olga.page.evaluate("navigator.clipboard.readText()") == shown
    await olga.page.reload()  # a form that is sent again leads on, and shows the link no more
    await expect(olga.page.get_by_role("heading", name="Nora Nilsen")).to_be_visible()
    await expect(olga.page.locator("#one-time-link")).to_have_count(0)
    return shown


async def she_sets_a_password(nora: Person, link: str) -> None:
    """In a browser of her own; she is in, and available."""
    await nora.open("/" + link.split("/", 3)[3])
    await nora.page.get_by_label("New password").fill(PASSWORD)
    await nora.page.get_by_role("button", name="Set it and sign in").click()
    await expect(nora.page).to_have_url(re.compile("/desk$"))
    await expect(nora.page.locator("#me .present")).to_have_attribute("data-state", "available")


async def a_squad_with_an_agent(olga: Person) -> tuple[str, str]:
    """The token of its agent, and its id."""
    await olga.open("/settings/squads")
    await olga.page.get_by_label("Name").fill("Field service")
    await olga.page.get_by_role("button", name="Make it").click()
    await shows_toast(olga.page, "Field service is there")
    squad = olga.page.url.rpartition("/")[2]
    await olga.page.get_by_label("Agent’s name").fill("Pip")
    await olga.page.locator("#agent-role").fill("Field agent")
    await olga.page.get_by_role("button", name="Add it").click()
    await expect(olga.page.locator("#agents")).to_contain_text("It is shown only now")
    token = await olga.page.locator("#token").inner_text()
    await olga.page.get_by_text("New token", exact=True).click()
    await olga.page.get_by_label("What it is for").fill("production")
    await olga.page.get_by_role("button", name="Make a token").click()
    await expect(olga.page.locator("#agents .tokens")).to_contain_text("production")
    await olga.page.get_by_role("link", name="Revoke production…").click()
    await olga.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await shows_toast(olga.page, "Revoked")
    await expect(olga.page.locator("#agents .tokens")).not_to_contain_text("production")
    return token, squad


async def the_agent_hands_over(world: World, token: str, squad: str) -> dict[str, Any]:
    """With the token of its seat."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=f"{world.address}/api/v1", headers=headers) as pip:
        case = {"squad_id": squad, "title": "The pump leaks", "problem": "It drips."}
        opened = (await pip.post("/cases", json=case)).json()
        escalation = {"intent": "escalate", "reason": "Somebody has to drive there."}
        made: dict[str, Any] = (await pip.post(f"/cases/{opened['id']}/escalate", json=escalation)).json()
        return made


async def test_somebody_is_disabled_and_it_is_taken_back_by_keyboard(world: World, come: Come) -> None:
    olga = await come(world.acme.owner)
    await olga.open(f"/settings/people/{world.acme.ben.id}")
    await olga.page.get_by_role("link", name="Disable Ben…").press("Enter")
    dialog = olga.page.get_by_role("dialog", name="Disable Ben?")
    await expect(dialog).to_be_visible()
    await olga.page.keyboard.press("Escape")
    await expect(dialog).not_to_be_visible()
    await olga.page.get_by_role("link", name="Disable Ben…").press("Enter")
    await dialog.get_by_role("button", name="Disable").press("Enter")
    await shows_toast(olga.page, "Ben is disabled")
    await olga.page.locator("#toasts").get_by_role("button", name="Undo").press("Enter")
    await shows_toast(olga.page, "Ben may sign in again")
    assert (await world.acme.admin.get(f"users/{world.acme.ben.id}"))["disabled_at"] is None


async def test_reasons_are_put_in_order_by_keyboard(world: World, come: Come) -> None:
    ada = await come(world.acme.admin)
    await ada.open("/settings/close-reasons")
    await ada.page.get_by_role("button", name="Answered: up").press("Enter")
    for _ in range(2):  # the focus stays with the row; at the top it goes to the other button
        await ada.page.wait_for_load_state()
        await expect(ada.page.locator("#reason-answered button:focus")).to_have_count(1)
        await ada.page.keyboard.press("Enter")
    await expect(ada.page.locator("#reason-answered button:focus")).to_have_attribute("value", "down")
    await expect(ada.page.locator(".set-rows > li").nth(1)).to_contain_text("Answered")


async def test_the_close_dialog_shows_what_the_chosen_reason_asks_for(world: World, come: Come) -> None:
    acme, ben = world.acme, await come(world.acme.ben)
    fields = [{"key": "serial", "label": "Serial number", "required": True}, {"key": "shelf", "label": "Shelf"}]
    await acme.admin.post("close-reasons", {"key": "spare", "label": "Sent a spare part", "fields": fields}, 201)
    won = await claimed(world)
    await ben.open(f"/handoffs/{won['id']}/work")
    await ben.page.get_by_role("link", name="Close…").click()
    dialog = ben.page.get_by_role("dialog", name="How did it end?")
    await expect(dialog.get_by_label("Serial number")).not_to_be_visible()
    await dialog.get_by_role("radio", name="Sent a spare part").check()
    await dialog.get_by_label("Shelf").fill("B4")
    ben.expects("status of 422")
    await dialog.get_by_role("button", name="Close the case").click()
    await shows_toast(ben.page, "wants “Serial number”")
    await expect(dialog.get_by_label("Serial number")).to_be_focused()
    await expect(dialog.get_by_label("Shelf")).to_have_value("B4")
    await dialog.get_by_label("Serial number").fill("A-1")
    await dialog.get_by_role("button", name="Close the case").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    assert (await acme.admin.get(f"handoffs/{won['id']}"))["fields"] == {"serial": "A-1", "shelf": "B4"}


async def test_how_somebody_is_there_shows_on_anothers_desk_by_itself(world: World, come: Come) -> None:
    ben, cleo = await come(world.acme.ben), await come(world.acme.cleo)
    await cleo.open("/desk")
    await expect(cleo.page.locator("#free")).to_contain_text("Nobody says that they are there")
    await is_live(cleo.page)
    await ben.open("/cases")
    await ben.page.locator("#me summary").press("Enter")
    await ben.page.get_by_role("button", name="Away").press("Enter")
    await shows_toast(ben.page, "You are away")
    await expect(ben.page).to_have_url(re.compile("/cases$"))
    await expect(ben.page.locator("#me summary")).to_be_focused()
    await expect(cleo.page.locator("#free li")).to_contain_text("Ben away")
    await ben.page.locator("#me summary").press("Enter")
    await ben.page.get_by_role("button", name="Available").press("Enter")
    await expect(cleo.page.locator("#free header")).to_contain_text("1 of 1")
    await world.acme.handoff()
    await world.acme.ben.post("handoffs/claim-next")
    await expect(cleo.page.locator("#free [role=img]")).to_have_attribute("aria-label", "1 of 3 places taken")


async def test_settings_are_kept_without_scripts(world: World, come: Come) -> None:
    ada = await come(world.acme.admin, java_script_enabled=False)
    await ada.open("/settings/organization")
    await ada.page.get_by_label("Urgent").fill("45 s")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.locator("#toasts")).to_contain_text("Saved")
    await ada.open(f"/settings/people/{world.acme.ben.id}")
    await ada.page.get_by_role("link", name="Disable Ben…").click()
    await ada.page.get_by_role("button", name="Disable", exact=True).click()
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(ada.page.locator("#toasts")).to_contain_text("Ben may sign in again")
    await ada.page.locator("#me summary").click()
    await ada.page.get_by_role("button", name="Busy").click()
    await expect(ada.page.locator("#toasts")).to_contain_text("You are busy")
    await expect(ada.page).to_have_url(re.compile(f"/settings/people/{world.acme.ben.id}$"))
