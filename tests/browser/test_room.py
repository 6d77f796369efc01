"""The room of a claimed handoff, with scripts: its dialogs, its chips, and forms that keep what was typed."""

import re
from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.conftest import Come
from tests.browser.people import Person, shows_toast
from tests.browser.test_story import told
from tests.world import World


async def bens_room(world: World, come: Come, **browser: Any) -> tuple[Person, dict[str, Any]]:
    """Ben has claimed a case with a customer, steps and a task."""
    handoff = await world.acme.handoff(await told(world.acme))
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(world.acme.ben, **browser)
    await ben.open(f"/handoffs/{handoff['id']}/work")
    return ben, handoff


async def choose(ben: Person, act: str, asks: str) -> Locator:
    """An act of the menu, and the dialog that asks for more."""
    await ben.page.locator("summary[aria-label=More]").click()
    await ben.page.get_by_role("link", name=act).click()
    dialog = ben.page.get_by_role("dialog", name=asks)
    await expect(dialog).to_be_visible()
    return dialog


async def now(world: World, handoff: dict[str, Any]) -> dict[str, Any]:
    """How it is."""
    found: dict[str, Any] = await world.acme.admin.get(f"handoffs/{handoff['id']}")
    return found


async def test_it_is_snoozed_for_an_hour(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    dialog = await choose(ben, "Snooze until…", "When should it come back?")
    await expect(dialog.get_by_role("radio", name="In an hour")).to_be_focused()
    await dialog.get_by_role("button", name="Snooze").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    await shows_toast(ben.page, "Snoozed")
    assert (await now(world, handoff))["state"] == "scheduled"


async def test_it_is_snoozed_until_a_time_of_ones_own_clock(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come, timezone_id="Asia/Kolkata")
    dialog = await choose(ben, "Snooze until…", "When should it come back?")
    await expect(dialog.get_by_label("Until")).to_be_hidden()
    await dialog.get_by_role("radio", name="At a time").check()
    tomorrow = await ben.page.evaluate("() => new Date(Date.now() + 864e5).toISOString().slice(0, 10)")
    await dialog.get_by_label("Until").fill(f"{tomorrow}T09:00")
    await dialog.get_by_role("button", name="Snooze").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    assert (await now(world, handoff))["scheduled_until"] == f"{tomorrow}T03:30:00Z"


async def test_it_is_passed_on_to_a_colleague_with_a_note(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    dialog = await choose(ben, "Transfer…", "Who should have it?")
    await dialog.get_by_label("To", exact=True).select_option("Cleo")
    await dialog.get_by_label("What they should know").fill("She knows the add-in.")
    await dialog.get_by_role("button", name="Transfer").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    await shows_toast(ben.page, "Passed on")
    moved = await now(world, handoff)
    assert (moved["claimed_by"]["name"], moved["transfer_note"]) == ("Cleo", "She knows the add-in.")


async def test_it_is_released_and_can_be_taken_back(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    await ben.page.locator("summary[aria-label=More]").click()
    await ben.page.get_by_role("button", name="Release").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    await expect(ben.row(handoff)).to_contain_text("Outlook closes by itself")
    await ben.page.get_by_role("link", name="Take it back").click()
    await ben.page.get_by_role("button", name="Claim and continue").click()
    await expect(ben.page).to_have_url(re.compile("/work$"))


async def test_it_is_returned_to_the_agent_with_what_to_do(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    await ben.page.get_by_role("link", name="Return to Jane…").click()
    dialog = ben.page.get_by_role("dialog", name="What should Jane do now?")
    await dialog.get_by_label("In one line").fill("Take the add-in back to 4.1, then ask her.")
    await dialog.get_by_role("button", name="Return to Jane").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    told = await world.acme.agent.get(f"handoffs/{handoff['id']}")
    assert (told["closure_reason"], told["outcome"]) == ("returned", "Take the add-in back to 4.1, then ask her.")


async def test_tasks_are_added_and_ticked_where_they_stand(world: World, come: Come) -> None:
    ben, _ = await bens_room(world, come)
    await ben.page.locator("summary", has_text="Add a task").click()
    await ben.page.get_by_label("Task", exact=True).fill("Call her back")
    await ben.page.get_by_role("button", name="Add", exact=True).click()
    await expect(ben.page.locator("#tasks-done")).to_have_text("0 of 2 done")
    tick = ben.page.get_by_role("checkbox", name="Call her back")
    await tick.click()
    await expect(tick).to_be_checked()
    await expect(ben.page.locator("#tasks-done")).to_have_text("1 of 2 done")
    await tick.click()
    await expect(ben.page.locator("#tasks-done")).to_have_text("0 of 2 done")


async def test_a_chip_fills_the_field_and_all_go_after_the_first_message(world: World, come: Come) -> None:
    ben, _ = await bens_room(world, come)
    field = ben.page.get_by_label("Message to Leila")
    chip = ben.page.locator(".chip[data-prefill]").first
    text = await chip.get_attribute("data-prefill") or "none"
    await chip.click()
    await expect(field).to_have_value(text)
    await expect(field).to_be_focused()
    await field.press("Enter")
    await expect(ben.page.locator("#entries .msg-you")).to_contain_text(text)
    await expect(ben.page.locator(".chips")).to_have_count(0)


async def test_a_refused_dialog_says_why_and_keeps_what_was_typed(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    ben.expects("status of 422")
    await ben.page.get_by_role("link", name="Close…").click()
    dialog = ben.page.get_by_role("dialog", name="How did it end?")
    await dialog.get_by_role("radio", name="Duplicate").check()
    notes = dialog.get_by_label("Notes")
    await notes.fill("   ")  # the browser takes this for something; the server does not
    await dialog.get_by_role("button", name="Close the case").click()
    await shows_toast(ben.page, "Please look at what is marked.*wants a line that says more")
    await expect(notes).to_have_attribute("aria-invalid", "true")
    await expect(notes).to_be_focused()
    assert await is_on_top(ben.page.locator("#toasts .toast"))
    await expect(dialog).to_be_visible()
    await expect(dialog.get_by_role("radio", name="Duplicate")).to_be_checked()
    await notes.fill("Of #12344.")
    await dialog.get_by_role("button", name="Close the case").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    assert (await now(world, handoff))["closure_reason"] == "duplicate"


async def is_on_top(element: Locator) -> bool:
    """Whether a click in its middle would reach it: nothing lies before it."""
    found: bool = await element.evaluate(
        "e => { const b = e.getBoundingClientRect();"
        " return e.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)) }"
    )
    return found


async def test_a_refused_message_stays_in_its_field(world: World, come: Come) -> None:
    ben, _ = await bens_room(world, come)
    ben.expects("status of 422")
    await ben.page.locator(".seg").get_by_text("Step").click()
    await ben.page.get_by_label("What you tried").fill("   ")
    await ben.page.get_by_label("What you saw").fill("The same error.")
    await ben.page.get_by_role("button", name="Note it").click()
    await shows_toast(ben.page, "Please look at what is marked.*This is needed")
    await expect(ben.page.get_by_label("What you tried")).to_have_attribute("aria-invalid", "true")
    await expect(ben.page.get_by_label("What you saw")).to_have_value("The same error.")
    await ben.page.get_by_label("What you tried").fill("Restarted it")
    await ben.page.get_by_role("button", name="Note it").click()
    await expect(ben.page.locator("#entries")).to_contain_text("You tried: Restarted it, worked. The same error.")


async def test_what_the_server_did_not_answer_is_kept_and_said(world: World, come: Come) -> None:
    ben, _ = await bens_room(world, come)
    ben.expects("ERR_FAILED", "Failed to fetch")
    await ben.page.route("**/say", lambda route: route.abort())
    field = ben.page.get_by_label("Message to Leila")
    await field.fill("Are you there?")
    await field.press("Enter")
    await shows_toast(ben.page, "Not sent")
    await expect(field).to_have_value("Are you there?")
    await ben.page.unroute("**/say")
    await field.press("Enter")
    await expect(ben.page.locator("#entries .msg-you")).to_have_count(1)


async def test_pressed_twice_a_message_is_sent_once(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    await ben.page.get_by_label("Message to Leila").fill("Only once.")
    await ben.page.get_by_role("button", name="Send").dblclick()
    await expect(ben.page.locator("#entries .msg-you")).to_have_count(1)
    case = await world.acme.ben.get(f"cases/{handoff['source']['id']}")
    assert [one["text"] for one in case["messages"]].count("Only once.") == 1
