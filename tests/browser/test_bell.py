"""The bell on every page: it counts by itself, opens what it tells of, and keeps what was read."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Come
from tests.browser.people import is_live
from tests.world import World


async def counts(page: Page, many: int) -> None:
    """What the bell says; nothing for none."""
    count = page.locator("#bell-count")
    await (expect(count).to_contain_text(str(many)) if many else expect(count).to_be_hidden())


async def test_it_counts_on_every_page_and_is_read_by_opening(world: World, come: Come) -> None:
    acme = world.acme
    ben, cleo = await come(acme.ben), await come(acme.cleo)
    await ben.open("/desk")
    await is_live(ben.page)
    other = await ben.new_tab("/cases")
    await cleo.open("/history")
    for page in (ben.page, other, cleo.page):
        await counts(page, 0)
    handoff = await acme.handoff(await acme.case(problem="Nothing prints."))
    for page in (ben.page, other, cleo.page):
        await counts(page, 1)
    await other.reload()
    await counts(other, 1)

    await other.locator("#bell > summary").click()
    told = other.locator("#bell-told li")
    await expect(told).to_have_class(re.compile("is-unread"))
    await told.get_by_role("link", name="Escalation from Jane · #12345: Nothing prints.").click()
    await expect(other).to_have_url(re.compile(rf"/handoffs/{handoff['id']}\?pickup=true$"))
    for page in (ben.page, other):
        await counts(page, 0)
    await ben.page.reload()
    await counts(ben.page, 0)
    await counts(cleo.page, 1)

    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await counts(cleo.page, 0)  # it waits for nobody any more


async def test_what_is_meant_for_me_is_marked_and_stands_first(world: World, come: Come) -> None:
    acme = world.acme
    await acme.handoff(await acme.case(ticket="#1"), target_user_id=str(acme.cleo.id))
    await acme.handoff(await acme.case(ticket="#2"))
    cleo = await come(acme.cleo)
    await cleo.open("/desk")
    await counts(cleo.page, 2)
    await cleo.page.locator("#bell > summary").click()
    told = cleo.page.locator("#bell-told li")
    await expect(told).to_contain_text([re.compile(r"#1: .*For you", re.DOTALL), "#2: "])
    await expect(told.filter(has_text="For you")).to_have_count(1)


async def test_keys_alone_open_it_mark_all_read_and_leave(world: World, come: Come) -> None:
    for _ in range(3):
        await world.acme.handoff()
    ben = await come(world.acme.ben)
    await ben.open("/analytics")
    other = await ben.new_tab("/desk")
    keys = ben.page.keyboard
    await ben.page.bring_to_front()
    await ben.page.locator("#bell > summary").focus()
    await keys.press("Enter")
    await expect(ben.page.locator("#bell-told .is-unread")).to_have_count(3)
    await keys.press("Tab")
    await expect(ben.page.get_by_role("button", name="Mark all read")).to_be_focused()
    await keys.press("Enter")
    await expect(ben.page.locator("#bell-told li")).to_have_count(3)
    await expect(ben.page.locator("#bell-told .is-unread")).to_have_count(0)
    for page in (ben.page, other):
        await counts(page, 0)
    await world.acme.handoff()  # while it is open
    await expect(ben.page.locator("#bell-told .is-unread")).to_have_count(1)
    await keys.press("Escape")
    await expect(ben.page.locator("#bell-told")).to_be_hidden()
    await expect(ben.page.locator("#bell > summary")).to_be_focused()


async def test_nothing_told_is_said_and_viewers_have_none(world: World, come: Come) -> None:
    ben, vic = await come(world.acme.ben), await come(world.acme.viewer)
    await ben.open("/cases")
    await ben.page.locator("#bell > summary").click()
    await expect(ben.page.locator("#bell-told")).to_contain_text("Nothing yet.")
    await ben.open("/notifications")
    await expect(ben.page.get_by_role("heading", name="Nothing was told yet")).to_be_visible()
    await vic.open("/desk")
    await expect(vic.page.locator("#bell")).to_have_count(0)


async def test_without_scripts_it_is_a_page(world: World, come: Come) -> None:
    handoff = await world.acme.handoff()
    await world.acme.handoff(await world.acme.case(ticket="#9"))
    ben = await come(world.acme.ben, java_script_enabled=False)
    await ben.open("/cases")
    await counts(ben.page, 2)
    await ben.page.locator("#bell > summary").click()
    await ben.page.get_by_role("link", name="See all").click()
    await ben.page.get_by_role("link", name="Escalation from Jane · #12345").click()
    await expect(ben.page).to_have_url(re.compile(f"/handoffs/{handoff['id']}"))
    await ben.open("/notifications")
    await expect(ben.page.locator(".told .is-unread")).to_have_count(1)
    await ben.page.get_by_role("button", name="Mark all read").click()
    await expect(ben.page.locator(".told .is-unread")).to_have_count(0)
    await expect(ben.page.locator("#toasts")).to_contain_text("All read")
    await counts(ben.page, 0)


async def test_a_hidden_page_rests_and_catches_up(world: World, come: Come) -> None:
    ben = await come(world.acme.ben)
    await ben.open("/cases")

    async def streams() -> int:
        return len(world.app.hub.subscribers.get(world.acme.id, ()))

    await ben.look_away()
    await world.acme.handoff()
    await expect(ben.page.locator("#bell-count")).to_be_hidden()
    await ben.look_back()
    await counts(ben.page, 1)
    assert await streams() == 1
