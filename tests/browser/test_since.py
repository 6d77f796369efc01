"""What changed since the hand-off, for somebody who reads it just now, and in the room afterwards."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.browser.people import is_live
from tests.browser.test_story import told
from tests.world import World


async def test_who_has_it_open_is_told_quietly_and_finds_the_changes_in_the_room(world: World, come: Come) -> None:
    acme, ben = world.acme, await come(world.acme.ben)
    case = await told(acme)
    handoff = await acme.handoff(case)
    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": "Hello?"})
    await ben.open(f"/handoffs/{handoff['id']}")
    await is_live(ben.page)
    await expect(ben.page.locator(".step-since")).to_have_count(1)
    await expect(ben.page.locator("#since-opened")).to_be_empty()

    await acme.agent.post(f"cases/{case['id']}/facts", {"text": "Version 4.2", "origin": "looked_up"})
    await expect(ben.page.locator("#since-opened")).to_have_text("1 change since you opened this")
    task = (await acme.agent.get(f"cases/{case['id']}"))["tasks"][0]["id"]
    await acme.agent.patch(f"cases/{case['id']}/tasks/{task}", {"done": True})
    line = ben.page.get_by_role("link", name="2 changes since you opened this")
    await line.click()
    await expect(ben.page).to_have_url(re.compile("#since-fact-"))
    await expect(ben.page.locator(".step-since").last).to_contain_text("Jane finished a task")

    await ben.page.get_by_role("button", name="Claim and continue").click()
    await expect(ben.page).to_have_url(re.compile("/work$"))
    await expect(ben.page.locator("#since .step-since")).to_have_count(3)
    await expect(ben.page.locator("#since")).to_contain_text("Since then, Leila wrote")
