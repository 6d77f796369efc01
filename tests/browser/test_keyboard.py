"""From signing in to closing without a mouse."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Come
from tests.browser.people import shows_toast
from tests.browser.test_story import told
from tests.conftest import Running
from tests.web.visitors import with_password
from tests.world import World

PASSWORD = "a sentence about otters"


async def tab_to(page: Page, what: str, key: str = "Tab") -> None:
    """Press Tab until the focus is there; it must be seen, too."""
    for _ in range(40):
        await page.keyboard.press(key)
        if await page.locator(":focus").filter(has_text=re.compile(what)).count():
            break
    focused = page.locator(":focus")
    await expect(focused).to_contain_text(re.compile(what))
    await expect(focused).not_to_have_css("outline-style", "none")


async def test_keys_alone_lead_from_the_sign_in_to_the_end(shared: Running, world: World, come: Come) -> None:
    acme = world.acme
    email = await with_password(shared.address, PASSWORD, acme)
    case = await told(acme)
    late, early = await acme.handoff(case, priority="normal"), await acme.handoff(priority="urgent")
    nora = await come()
    keys = nora.page.keyboard
    await nora.open("/desk")
    await keys.type(email)
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await expect(nora.page).to_have_url(re.compile("/desk$"))

    await keys.press("j")
    await expect(nora.row(early).locator("h3 a")).to_be_focused()
    await keys.press("j")
    await expect(nora.row(late).locator("h3 a")).to_be_focused()
    await keys.press("k")
    await expect(nora.row(early).locator("h3 a")).to_be_focused()
    await keys.press("j")
    await keys.press("Enter")
    await expect(nora.page.get_by_role("button", name="Claim and continue")).to_be_focused()
    await keys.press("Enter")
    await expect(nora.page).to_have_url(re.compile(f"/handoffs/{late['id']}/work$"))

    await expect(nora.page.get_by_label("Message to Leila")).to_be_focused()
    await keys.type("Nora here.")
    await keys.press("Enter")
    await expect(nora.page.locator("#entries .msg-you")).to_contain_text("Nora here.")
    await tab_to(nora.page, "^Close…$", "Shift+Tab")
    await keys.press("Enter")
    await expect(nora.page.get_by_role("radio", name="Solved")).to_be_focused()
    await keys.press("Escape")
    await expect(nora.page.get_by_role("dialog")).to_have_count(0)
    await keys.press("Enter")
    await keys.press("ArrowDown")
    await expect(nora.page.get_by_role("radio", name="Worked around")).to_be_checked()
    await keys.press("Tab")
    await keys.type("The older add-in.")
    await keys.press("Enter")
    await expect(nora.page).to_have_url(re.compile("/desk$"))
    await shows_toast(nora.page, "Closed")
    ended = await acme.admin.get(f"handoffs/{late['id']}")
    assert (ended["closure_reason"], ended["outcome"]) == ("workaround", "The older add-in.")


async def test_c_claims_the_row_one_is_on_and_n_the_next(world: World, come: Come) -> None:
    second, first = await world.acme.handoff(priority="low"), await world.acme.handoff(priority="urgent")
    ben = await come(world.acme.ben)
    await ben.open("/desk")
    await ben.page.keyboard.press("j")
    await ben.page.keyboard.press("j")
    await ben.page.keyboard.press("c")
    await expect(ben.page).to_have_url(re.compile(f"/handoffs/{second['id']}/work$"))
    await ben.open("/desk")
    await ben.page.keyboard.press("n")
    await expect(ben.page).to_have_url(re.compile(f"/handoffs/{first['id']}/work$"))


async def test_n_on_an_empty_desk_says_that_nothing_waits(world: World, come: Come) -> None:
    ben = await come(world.acme.ben)
    await ben.open("/desk")
    await ben.page.keyboard.press("n")
    await shows_toast(ben.page, "Nothing waits for you just now")


async def test_o_goes_ones_own_way(world: World, come: Come) -> None:
    handoff = await world.acme.handoff(await told(world.acme))
    ben = await come(world.acme.ben)
    await ben.open(f"/handoffs/{handoff['id']}")
    await ben.page.keyboard.press("o")
    await expect(ben.page).to_have_url(re.compile("/work$"))
    await expect(ben.page.locator("#task-list li")).to_have_count(0)


async def test_keys_are_listed_and_can_be_switched_off(world: World, come: Come) -> None:
    await world.acme.handoff()
    ben = await come(world.acme.ben)
    await ben.open("/desk")
    await ben.page.keyboard.press("?")
    dialog = ben.page.get_by_role("dialog", name="Keys")
    await dialog.get_by_role("switch", name="Single keys act").uncheck()
    await ben.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await ben.page.reload()
    await ben.page.keyboard.press("n")
    await ben.page.keyboard.press("?")
    await expect(dialog).to_be_hidden()
    await expect(ben.page).to_have_url(re.compile("/desk$"))


async def test_keys_do_nothing_while_one_types(world: World, come: Come) -> None:
    handoff, other = await world.acme.handoff(), await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(world.acme.ben)
    await ben.open(f"/handoffs/{handoff['id']}/work")
    await ben.page.get_by_label("Message to").press_sequentially("can nobody come?")
    await expect(ben.page.get_by_label("Message to")).to_have_value("can nobody come?")
    assert (await world.acme.ben.get(f"handoffs/{other['id']}"))["state"] == "ready"


async def test_the_first_tab_leads_past_the_menu(world: World, come: Come) -> None:
    ben = await come(world.acme.ben)
    await ben.open("/cases")
    await ben.page.keyboard.press("Tab")
    await expect(ben.page.get_by_role("link", name="Skip to the page")).to_be_focused()
    await expect(ben.page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()
