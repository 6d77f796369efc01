"""The story in the browser: it arrives by itself, one person takes it, both sides talk, and the outcome goes back."""

import asyncio
import re
from functools import partial
from typing import Any

from playwright.async_api import Route, expect

from tests.browser.conftest import Come
from tests.browser.people import Person, held, is_live, shows_toast
from tests.world import Tenant, World, until

SAID = "Hello Leila, Ben here. I have read everything; give me two minutes."


async def told(acme: Tenant) -> dict[str, Any]:
    """A case with what was said and tried in it."""
    case = await acme.case(title="Outlook closes by itself", customer={"name": "Leila Haddad", "company": "Northwind"})
    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": "It closes when I press send."})
    step = {"title": "Started it in safe mode", "result": "worked", "evidence": "It stays open without add-ins."}
    await acme.agent.post(f"cases/{case['id']}/steps", step)
    await acme.agent.post(f"cases/{case['id']}/tasks", {"title": "Take the add-in back to 4.1"})
    return case


async def test_a_case_arrives_is_taken_answered_and_closed(world: World, come: Come) -> None:
    acme, ben, cleo = world.acme, await come(world.acme.ben), await come(world.acme.cleo)
    case = await told(acme)
    await ben.open("/desk")
    await cleo.open("/desk")
    await ben.page.evaluate("() => { window.notReloaded = true }")
    await ben.look_away()

    async with held(world.app.worker) as go_on:
        handoff = await acme.handoff(case, priority="urgent")
        await it_arrives(ben, handoff)
        await ben.row(handoff).get_by_role("link", name="Outlook closes by itself").click()
        await the_assessment_comes_by_itself(ben, go_on)
    await cleo.row(handoff).locator("summary").click()
    await expect(cleo.row(handoff).locator(".glance-body")).to_contain_text("Started it in safe mode")
    await both_press_at_once(ben, cleo, handoff)
    await expect(ben.page).to_have_url(re.compile(f"/handoffs/{handoff['id']}/work$"))
    await expect(cleo.page).to_have_url(re.compile("/desk$"))
    await it_leaves_her_list(cleo, handoff)

    await ben_writes_and_the_agent_reads_it(ben, acme, case)
    await the_agent_is_refused_with_its_old_epoch(acme, case)
    await the_customer_answers(ben, acme, case)
    await it_is_closed_and_the_agent_learns_how(ben, acme, handoff)


async def test_of_two_who_press_at_once_one_has_it_and_one_is_told(world: World, come: Come) -> None:
    people = [await come(world.acme.ben), await come(world.acme.cleo)]
    for person in people:
        person.expects("status of 409")
    for _ in range(3):
        handoff = await world.acme.handoff()
        for person in people:
            await person.open(f"/handoffs/{handoff['id']}")
        presses = [
            one.page.get_by_role("button", name="Claim and continue").click(no_wait_after=True, timeout=2000)
            for one in people
        ]
        await asyncio.gather(*presses, return_exceptions=True)  # the button of the slower one may be gone already
        winner = (await until(partial(claimer, world, handoff["id"])))["name"]
        for person in people:
            if person.name == winner:
                await expect(person.page).to_have_url(re.compile("/work$"))
            else:
                await shows_toast(person.page, f"Already claimed by {winner}|{winner} has just taken this")
                await expect(person.page.locator("#ways")).to_contain_text(f"{winner} has this")


async def claimer(world: World, handoff_id: str) -> Any:
    """Who has it, if somebody has."""
    return (await world.acme.admin.get(f"handoffs/{handoff_id}"))["claimed_by"]


async def it_arrives(ben: Person, handoff: dict[str, Any]) -> None:
    """On top, by itself; the title counts it, until he looks."""
    await expect(ben.row(handoff, "#arrivals >")).to_be_visible()
    await expect(ben.page.locator("#headline")).to_have_text("One has just come in.")
    await expect(ben.page.locator("#rail-count")).to_contain_text("1")
    await expect(ben.page).to_have_title("(1) Desk · Warmline")
    await ben.look_back()
    await expect(ben.page).to_have_title("Desk · Warmline")
    assert await ben.page.evaluate("() => window.notReloaded")


async def the_assessment_comes_by_itself(ben: Person, go_on: asyncio.Event) -> None:
    """It is read while he looks, and appears in the placeholder's place."""
    assessment = ben.page.locator("#assessment")
    await expect(assessment).to_have_attribute("aria-busy", "true")
    await expect(assessment).to_contain_text("Being read from the steps and messages")
    await is_live(ben.page)
    go_on.set()
    await expect(assessment).to_contain_text("Start here")
    await expect(assessment).not_to_have_attribute("aria-busy", "true")
    await expect(assessment).to_contain_text("Take the add-in back to 4.1")
    await expect(ben.page.locator("#sure .sure")).to_be_visible()


async def both_press_at_once(ben: Person, cleo: Person, handoff: dict[str, Any]) -> None:
    """Both press; hers is held up on the way, so that it is she who is too late."""
    ben_has_it = asyncio.Event()

    async def slowly(route: Route) -> None:
        await ben_has_it.wait()
        await route.continue_()

    async def ben_presses() -> None:
        await ben.page.get_by_role("button", name="Claim and continue").click()
        await ben.page.wait_for_url("**/work")
        ben_has_it.set()

    await cleo.page.route("**/claim", slowly)
    cleo.expects("status of 409")
    await asyncio.gather(ben_presses(), cleo.row(handoff).get_by_role("button", name="Claim").click())
    await shows_toast(cleo.page, r"Already claimed by Ben, \d+ s ago")
    await expect(cleo.page.locator("#toasts").get_by_role("link", name="Read along")).to_be_visible()


async def it_leaves_her_list(cleo: Person, handoff: dict[str, Any]) -> None:
    """It says who took it, and goes as soon as her mouse has left the list."""
    await expect(cleo.row(handoff)).to_contain_text(re.compile(r"taken\s+by Ben"))
    await cleo.page.mouse.move(0, 0)
    await expect(cleo.row(handoff)).to_have_count(0)


async def ben_writes_and_the_agent_reads_it(ben: Person, acme: Tenant, case: dict[str, Any]) -> None:
    """Enter sends; Shift+Enter is a new line."""
    field = ben.page.get_by_label("Message to Leila")
    await expect(field).to_be_focused()
    await field.press_sequentially(SAID)
    await field.press("Shift+Enter")
    await field.press_sequentially("Please leave it open.")
    await field.press("Enter")
    await expect(ben.page.locator("#entries .msg-you").last).to_contain_text(SAID)
    await expect(field).to_have_value("")
    read = (await acme.agent.get(f"cases/{case['id']}"))["messages"][-1]
    assert (read["role"], read["text"]) == ("operator", f"{SAID}\nPlease leave it open.")


async def the_agent_is_refused_with_its_old_epoch(acme: Tenant, case: dict[str, Any]) -> None:
    """A person has taken over; what the agent meant to say before is not said."""
    message = {"role": "agent", "text": "As I said, try once more.", "epoch": case["epoch"]}
    await acme.agent.post(f"cases/{case['id']}/messages", message, 409)


async def the_customer_answers(ben: Person, acme: Tenant, case: dict[str, Any]) -> None:
    """It stands in his thread, once, and nothing of the refused message does."""
    epoch = (await acme.agent.get(f"cases/{case['id']}"))["epoch"]
    message = {"role": "customer", "text": "It is open, thank you.", "epoch": epoch}
    await acme.agent.post(f"cases/{case['id']}/messages", message)
    entries = ben.page.locator("#entries")
    await expect(entries.locator("article").last).to_contain_text("It is open, thank you.")
    await expect(entries.get_by_text("It is open, thank you.")).to_have_count(1)
    await expect(entries).not_to_contain_text("As I said, try once more.")


async def it_is_closed_and_the_agent_learns_how(ben: Person, acme: Tenant, handoff: dict[str, Any]) -> None:
    """With a reason and what did it; the agent has been waiting for that."""
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(acme.agent.get(f"handoffs/{handoff['id']}/wait", timeout=30, epoch=1))
        await he_closes_it(ben)
    outcome = waiting.result()
    assert (outcome["state"], outcome["closure_reason"]) == ("closed", "workaround")
    assert outcome["outcome"] == "Took the add-in back to 4.1."


async def he_closes_it(ben: Person) -> None:
    """The dialog asks how it ended; the desk is clear, and a toast says who knows."""
    await ben.page.get_by_role("link", name="Close…").click()
    dialog = ben.page.get_by_role("dialog", name="How did it end?")
    await dialog.get_by_role("radio", name="Worked around").check()
    await dialog.get_by_label("What did it, in one line").fill("Took the add-in back to 4.1.")
    await dialog.get_by_role("button", name="Close the case").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    await shows_toast(ben.page, "Closed.*Jane knows how it ended")
    await expect(ben.page.locator("#headline")).to_have_text("The desk is clear.")
