"""Channels at a browser: a test is watched until its end, a list of deliveries moves by itself, keys do it all."""

import re
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.browser.people import Person, held
from tests.world import World, until

NOBODY = "slack://none"  # no such address: given up at the first try, and nobody is asked


async def channel(world: World, **body: Any) -> str:
    """The page of a new one."""
    made = await world.acme.admin.post("channels", {"kind": "chat", "url": NOBODY, "name": "Team chat"} | body, 201)
    return f"/settings/channels/{made['id']}"


async def test_a_test_is_watched_until_it_has_ended(world: World, come: Come) -> None:
    ada = await come(world.acme.admin)
    await ada.open(await channel(world))
    async with held(world.app.worker):
        await ada.page.get_by_role("button", name="Send a test").press("Enter")
        await expect(ada.page.locator(".progress")).to_contain_text("On its way")
    await expect(ada.page.locator(".progress")).to_contain_text("Given up")
    await expect(ada.page.locator(".progress")).to_contain_text("Slack has no such address")
    await expect(ada.page.locator(".progress[hx-get]")).to_have_count(0)  # it asks no more
    await expect(ada.page.get_by_role("button", name="Send another test")).to_be_visible()


async def test_the_list_moves_by_itself_and_the_focus_stays(world: World, come: Come) -> None:
    ada = await come(world.acme.admin)
    await world.acme.admin.post((await channel(world)).replace("/settings/", "") + "/test")
    await ada.open("/settings/deliveries")
    first = ada.page.get_by_role("button", name="Send again: Ada tested a channel")
    await first.focus()
    await channel(world, kind="email", url=None, to="leads@acme.example", name="Mail")
    await world.acme.handoff()
    row = ada.page.locator(".sending").filter(has_text="Mail")
    await expect(row).to_contain_text("This server has no mail server")
    await expect(row).to_contain_text(re.compile(r"next attempt in \d:\d\d|any moment now"))
    await expect(first).to_be_focused()
    await row.get_by_role("link", name="Jane asked for a person").press("Enter")
    await expect(ada.page.get_by_role("heading", name="Jane asked for a person")).to_be_visible()
    await ada.page.get_by_role("button", name="Send again now").press("Enter")
    await expect(ada.page.locator(".tries li")).not_to_have_count(0)


async def test_one_is_made_by_keys_and_what_is_wrong_has_the_focus(world: World, come: Come) -> None:
    ada = await come(world.acme.admin)
    ada.expects("status of 422")
    await ada.open("/settings/channels")
    await ada.page.get_by_role("link", name="Webhook").press("Enter")
    await expect(ada.page.get_by_label("Address")).to_be_focused()
    await expect(ada.page.get_by_label("claimed it")).to_be_hidden()  # all about handoffs are told: they need no choice
    await ada.page.keyboard.type("https://127.0.0.1/hook")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_text("127.0.0.1 is inside a network of somebody’s own")).to_be_visible()
    await expect(ada.page.get_by_label("Address")).to_be_focused()
    await ada.page.get_by_label("Address").fill("https://hooks.example.com/warmline")
    await ada.page.get_by_label("Everything about handoffs").uncheck()
    await ada.page.get_by_label("claimed it").press("Space")
    await ada.page.get_by_label("Address").press("Enter")
    await expect(ada.page.locator("#secret")).to_contain_text("whsec_")
    await expect(ada.page.get_by_role("button", name="Copy the secret")).to_be_focused()
    await _taken_out_and_back(ada)
    made = (await world.acme.owner.get("channels"))["items"][0]
    assert (made["event_types"], made["disabled_at"]) == (["handoff.claimed"], None)


async def _taken_out_and_back(ada: Person) -> None:
    await ada.page.get_by_role("link", name="Take it out of use…").press("Enter")
    await ada.page.get_by_role("dialog").get_by_role("button", name="Take it out of use").press("Enter")
    await expect(ada.page.locator(".note")).to_contain_text("it is told of nothing")
    await ada.page.get_by_role("button", name="Undo").press("Enter")
    await expect(ada.page.locator("#toasts")).to_contain_text("is in use again")


async def test_without_scripts_a_test_is_seen_by_looking_again(world: World, come: Come) -> None:
    ada = await come(world.acme.admin, java_script_enabled=False)
    await ada.open(await channel(world))
    async with held(world.app.worker):
        await ada.page.get_by_role("button", name="Send a test").click()
        await expect(ada.page.locator(".progress")).to_contain_text("On its way")

    async def over() -> bool:
        found = await world.acme.owner.get("deliveries", state="dead")
        return bool(found["items"])

    await until(over)
    await ada.page.get_by_role("link", name="Look again").click()
    await ada.page.reload()
    await expect(ada.page.locator(".progress")).to_contain_text("Slack has no such address")
    await ada.page.get_by_role("link", name="Its deliveries").click()
    await ada.page.get_by_role("button", name="Send again: Ada tested a channel").click()
    await expect(ada.page.get_by_role("heading", name="Ada tested a channel")).to_be_visible()
    await ada.open("/settings/new-channel/ticket")
    await ada.page.get_by_role("radio", name="ConnectWise").check()
    await expect(ada.page.get_by_label("Client id")).to_be_visible()
