"""The search of the desk: as one types, by its address, live, and harmless; and that of the cases."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import Come
from tests.browser.people import Person, is_live
from tests.world import World


async def told(world: World, title: str, company: str = "Oakline", **more: Any) -> dict[str, Any]:
    """A handoff with this title, of this customer."""
    given = {"name": "Theo Marsh", "company": company}
    case = await world.acme.case(title=title, customer=given, ticket=more.pop("ticket", f"#{len(title)}"), **more)
    return await world.acme.handoff(case)


async def shows(person: Person, *handoffs: dict[str, Any]) -> None:
    """These rows, and no others."""
    await expect(person.page.locator(".item[data-due]")).to_have_count(len(handoffs))
    for handoff in handoffs:
        await expect(person.row(handoff)).to_be_visible()


async def look_for(page: Page, text: str) -> None:
    """Type it, as people do."""
    await page.get_by_role("searchbox").fill(text)


async def test_it_finds_as_one_types_by_keys_alone(world: World, come: Come) -> None:
    printer, payroll = await told(world, "Forty jobs wait", "Fernhill"), await told(world, "Payroll refuses IBANs")
    ben = await come(world.acme.ben)
    await ben.open("/desk")
    keys = ben.page.keyboard
    await keys.press("/")
    await expect(ben.page.get_by_role("searchbox", name="Search the queue")).to_be_focused()
    await keys.type("fernhill JOBS")
    await shows(ben, printer)
    await expect(ben.page.locator("#found")).to_have_text("1")
    await expect(ben.page).to_have_url(re.compile(r"/desk\?q=fernhill\+JOBS$"))
    await keys.press("Escape")
    await expect(ben.page.get_by_role("searchbox")).not_to_be_focused()
    await keys.press("j")
    await expect(ben.row(printer).locator("h3 a")).to_be_focused()
    await ben.page.reload()
    await shows(ben, printer)
    await expect(ben.page.get_by_role("searchbox")).to_have_value("fernhill JOBS")
    await look_for(ben.page, "")
    await shows(ben, printer, payroll)
    await expect(ben.page).to_have_url(re.compile("/desk$"))


async def test_everything_a_row_says_is_found_and_signs_are_letters(world: World, come: Come) -> None:
    acme = world.acme
    case = await acme.case(title="A door", customer={"company": "Müller_Söhne"}, ticket="#INC-7%")
    door = await acme.handoff(case, reason="It needs \\ hands.")
    other = await acme.handoff(await acme.case(acme.cleo, title="Another"), acme.cleo, reason="No idea.")
    ben = await come(acme.ben)
    await ben.open("/desk")
    for text in ("A DOOR", "müller", "inc-7", "#INC-7%", "hands", "jane door", "MÜLLER_", "\\"):
        await look_for(ben.page, text)
        await shows(ben, door)
    for text in ("cleo", "idea"):
        await look_for(ben.page, text)
        await shows(ben, other)
    for text in ("%", "_"):  # each stands in the one, and in no other
        await look_for(ben.page, text)
        await shows(ben, door)
    await look_for(ben.page, "door cleo")
    await expect(ben.page.get_by_role("heading", name="Nothing that waits matches “door cleo”")).to_be_visible()
    await ben.page.get_by_role("link", name="Show all 2 waiting").last.click()
    await shows(ben, door, other)


async def test_what_is_found_stays_live_and_the_rest_is_counted(world: World, come: Come) -> None:
    first = await told(world, "Printer on the first floor")
    ben = await come(world.acme.ben)
    await ben.open("/desk")
    await look_for(ben.page, "printer")
    await shows(ben, first)
    await is_live(ben.page)
    second = await told(world, "Printer on the second floor")
    await shows(ben, first, second)
    await expect(ben.page.locator("#found")).to_have_text("2")
    await ben.look_away()
    door = await told(world, "A door is stuck")
    beyond = ben.page.locator("#beyond")
    await expect(beyond).to_have_text("1 new outside of this search")
    await expect(ben.page).to_have_title(re.compile(r"^\(1\) "))
    await shows(ben, first, second)
    await ben.look_back()
    await world.acme.cleo.post(f"handoffs/{door['id']}/claim")
    await expect(beyond).to_be_hidden()
    await world.acme.cleo.post(f"handoffs/{first['id']}/claim")
    await expect(ben.row(first)).to_contain_text("taken")
    await shows(ben, second)
    await expect(ben.page.locator("#found")).to_have_text("1")
    last = await told(world, "A window is stuck")
    await beyond.click()
    await shows(ben, second, last)


async def test_it_goes_with_the_filter_by_squad(world: World, come: Come) -> None:
    acme = world.acme
    night = (await acme.admin.post("squads", {"name": "Night"}, 201))["id"]
    here, there = await told(world, "Printer by day"), await told(world, "Printer by night", squad_id=night)
    await told(world, "A door by night", squad_id=night)
    ben = await come(acme.ben)
    await ben.open(f"/desk?squad={night}")
    await look_for(ben.page, "printer")
    await shows(ben, there)
    await expect(ben.page).to_have_url(re.compile(rf"squad={night}&q=printer$"))
    await ben.page.get_by_role("navigation", name="Filter by squad").get_by_role("link", name="All").click()
    await shows(ben, here, there)
    await expect(ben.page.get_by_role("searchbox")).to_have_value("printer")


async def test_without_scripts_it_is_a_form(world: World, come: Come) -> None:
    printer, _ = await told(world, "Forty jobs wait"), await told(world, "Payroll refuses IBANs")
    for who in (world.acme.ben, world.acme.viewer):
        person = await come(who, java_script_enabled=False)
        await person.open("/desk")
        await look_for(person.page, "jobs")
        await person.page.keyboard.press("Enter")
        await shows(person, printer)
        await person.page.get_by_role("link", name="Show all 2 waiting").first.click()
        await expect(person.page.locator(".item[data-due]")).to_have_count(2)


async def test_cases_are_found_open_and_closed_and_ones_own(world: World, come: Come) -> None:
    acme = world.acme
    done = await told(world, "Forty jobs wait", ticket="#7001")
    await told(world, "Payroll refuses IBANs", ticket="7002")
    await acme.ben.post(f"handoffs/{done['id']}/claim")
    await acme.ben.post(f"handoffs/{done['id']}/close", {"reason": "resolved", "notes": "Paper."})
    ben = await come(acme.ben)
    rows = ben.page.locator(".case-row h2")
    await ben.open("/cases")
    for text, title in (("7001", "Forty jobs wait"), ("#7002", "Payroll refuses IBANs"), ("oakline forty", "Forty")):
        await ben.page.keyboard.press("/")
        await ben.page.keyboard.type(text)
        await ben.page.keyboard.press("Enter")
        await expect(rows).to_contain_text([title])
        await ben.open("/cases")
    await ben.page.get_by_role("link", name="Mine").click()
    await expect(rows).to_have_text(["Forty jobs wait"])
    await look_for(ben.page, "payroll")
    await ben.page.keyboard.press("Enter")
    await expect(ben.page.get_by_role("heading", name="No case matches “payroll”")).to_be_visible()
    await expect(ben.page).to_have_url(re.compile(r"mine=true"))
    await ben.page.get_by_role("link", name="Show all").click()
    await expect(rows).to_have_count(2)
