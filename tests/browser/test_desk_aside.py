"""What the desk says beside the queue, and what the room opens over itself."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.browser.test_story import told
from tests.world import World


async def test_the_metric_comes_after_the_desk_and_is_none_of_a_viewers(world: World, come: Come) -> None:
    acme = world.acme
    ben, vic = await come(acme.ben), await come(acme.viewer)
    await ben.open("/desk")
    card = ben.page.locator("#metric")
    await expect(card).to_contain_text("Nothing was measured in this week.")
    case = await acme.case()
    handoff = await acme.handoff(case)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    world.advance(seconds=90)
    await acme.ben.post(f"cases/{case['id']}/messages", {"role": "operator", "text": "Ben here."})
    world.advance(minutes=1)
    await ben.page.reload()
    await expect(card.locator(".figure")).to_contain_text(re.compile(r"^1:3\d"))
    await expect(card).to_contain_text("Median over 1 claimed handoff; 95 % within 1:3")
    await expect(card.get_by_role("img")).to_have_accessible_name(re.compile("^Median by day: 1:3"))
    await card.get_by_role("link", name="How it is measured").click()
    await expect(ben.page).to_have_url(re.compile("/analytics$"))
    await vic.open("/desk")
    await expect(vic.page.locator("#metric")).to_have_count(0)


async def test_without_scripts_the_metric_is_a_link(world: World, come: Come) -> None:
    ben = await come(world.acme.ben, java_script_enabled=False)
    await ben.open("/desk")
    await ben.page.locator("#metric").get_by_role("link", name="How fast people pick up").click()
    await expect(ben.page).to_have_url(re.compile("/analytics$"))


async def test_the_whole_story_opens_over_the_room_and_escape_goes_back(world: World, come: Come) -> None:
    acme = world.acme
    case = await told(acme)
    handoff = await acme.handoff(case)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(acme.ben)
    await ben.open(f"/handoffs/{handoff['id']}/work")
    await ben.page.get_by_label("Message to Leila").fill("Half a sentence")
    link = ben.page.get_by_role("link", name="The whole story")
    await link.focus()
    await ben.page.keyboard.press("Enter")
    story = ben.page.get_by_role("dialog", name=str(case["title"]))
    await expect(story).to_contain_text("Jane asked for a person: “I may not change their devices.”")
    await expect(story.get_by_role("heading", name="What Jane tried")).to_be_visible()
    await expect(story.get_by_role("heading", name="Assessment")).to_be_visible()
    ids = await ben.page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    await ben.page.keyboard.press("Escape")
    await expect(story).to_be_hidden()
    await expect(link).to_be_focused()
    await expect(ben.page).to_have_url(re.compile("/work$"))
    await expect(ben.page.get_by_label("Message to Leila")).to_have_value("Half a sentence")

    still = await come(acme.ben, java_script_enabled=False)
    await still.open(f"/handoffs/{handoff['id']}/work")
    await still.page.get_by_role("link", name="The whole story").click()
    await expect(still.page.get_by_role("heading", name="What Jane tried")).to_be_visible()


async def test_the_history_is_filtered_by_an_address_that_can_be_passed_on(world: World, come: Come) -> None:
    acme = world.acme
    case = await acme.case(title="Forty jobs wait", ticket="#7001")
    await acme.handoff(case)
    await acme.handoff(await acme.case(title="Another", ticket="#7002"))
    await acme.admin.post("squads", {"name": "Night"}, 201)
    ada = await come(acme.admin)
    lines = ada.page.locator(".log li")
    await ada.open("/history")
    await ada.page.get_by_label("What").select_option("Settings")
    await ada.page.get_by_label("Who").select_option("Ada")
    await ada.page.get_by_role("button", name="Show").click()
    await expect(lines).to_have_count(1)
    await expect(lines).to_contain_text("Ada named a squad")
    await ada.page.get_by_role("link", name="Clear").click()
    await ada.page.get_by_label("Ticket").fill("7001")
    await ada.page.get_by_label("When").select_option("7 days")
    await ada.page.get_by_label("What").select_option("Handoffs")
    await ada.page.keyboard.press("Tab")
    await ada.page.get_by_label("Ticket").press("Enter")
    await expect(ada.page).to_have_url(re.compile(r"what=handoff&who=&period=7d&ticket=7001$"))
    await expect(lines.filter(has_text="asked for a person")).to_have_count(1)
    await expect(lines.filter(has_text="Another")).to_have_count(0)
    await expect(ada.page.get_by_label("What")).to_have_value("handoff")

    ben = await come(acme.ben)
    await ben.open(ada.page.url.removeprefix(ben.address))
    await expect(ben.page.locator(".log li").filter(has_text="asked for a person")).to_have_count(1)
    await ben.open("/history?ticket=nothing")
    await expect(ben.page.get_by_role("heading", name="Nothing matches “nothing”")).to_be_visible()
    world.advance(days=8)
    await ada.page.reload()
    await expect(lines).to_have_count(0)
