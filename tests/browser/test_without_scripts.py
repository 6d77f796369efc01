"""Without scripts everything can be read, claimed, written and closed; the losers of a race get a notice."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.browser.people import Person, shows_toast
from tests.conftest import Running
from tests.web.visitors import with_password
from tests.world import World

PASSWORD = "a sentence about herons"


async def sign_in(person: Person, email: str) -> None:
    """Type both, press the button."""
    await person.page.get_by_label("E-mail").fill(email)
    await person.page.get_by_label("Password").fill(PASSWORD)
    await person.page.get_by_role("button", name="Sign in").click()


async def test_one_signs_in_reads_claims_writes_and_closes(shared: Running, world: World, come: Come) -> None:
    email = await with_password(shared.address, PASSWORD, world.acme)
    nora = await come(java_script_enabled=False)
    case = await world.acme.case(title="Outlook closes by itself")
    await world.acme.agent.post(f"cases/{case['id']}/tasks", {"title": "Take the add-in back"})
    handoff = await world.acme.handoff(case)

    await nora.open(f"/handoffs/{handoff['id']}")
    await sign_in(nora, email)
    await expect(nora.page.get_by_role("heading", name="Outlook closes by itself")).to_be_visible()
    await nora.page.get_by_role("button", name="Claim and continue").click()
    await expect(nora.page).to_have_url(re.compile("/work$"))

    await nora.page.get_by_label("Message to the customer").fill("Nora here.")
    await nora.page.get_by_role("button", name="Send").click()
    await expect(nora.page.locator("#entries .msg-you")).to_contain_text("Nora here.")
    await nora.page.get_by_role("checkbox", name="Take the add-in back").click()
    await expect(nora.page.locator("#tasks-done")).to_have_text("1 of 1 done")

    await nora.page.get_by_role("link", name="Close…").click()
    await nora.page.get_by_label("What did it, in one line").fill("The older add-in.")
    await nora.page.get_by_role("button", name="Close the case").click()
    await expect(nora.page).to_have_url(re.compile("/desk$"))
    await shows_toast(nora.page, "Closed")
    outcome = await world.acme.agent.get(f"handoffs/{handoff['id']}")
    assert (outcome["state"], outcome["outcome"]) == ("closed", "The older add-in.")


async def test_a_step_and_a_call_are_noted(world: World, come: Come) -> None:
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(world.acme.ben, java_script_enabled=False)
    await ben.open(f"/handoffs/{handoff['id']}/work")
    await ben.page.locator(".seg").get_by_text("Step").click()
    await ben.page.get_by_label("What you tried").fill("Restarted it")
    await ben.page.get_by_text("Did not help").click()
    await ben.page.get_by_role("button", name="Note it").click()
    await expect(ben.page.locator("#entries")).to_contain_text("You tried: Restarted it, did not help.")
    await ben.page.locator(".seg").get_by_text("Call").click()
    await ben.page.get_by_label("Whom you rang").fill("Leila")
    await ben.page.get_by_label("What came of it").fill("She will look.")
    await ben.page.get_by_role("button", name="Note it").click()
    await expect(ben.page.locator("#entries")).to_contain_text("You rang Leila. She will look.")


async def test_a_refused_form_comes_back_with_what_was_typed(world: World, come: Come) -> None:
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(world.acme.ben, java_script_enabled=False)
    ben.expects("status of 422")
    await ben.open(f"/handoffs/{handoff['id']}/work")
    await ben.page.get_by_role("link", name="Close…").click()
    await ben.page.get_by_role("radio", name="Duplicate").check()
    await ben.page.get_by_role("button", name="Close the case").click()

    dialog = ben.page.get_by_role("dialog", name="How did it end?")
    await expect(dialog.get_by_role("radio", name="Duplicate")).to_be_checked()
    await expect(dialog.get_by_label("Notes")).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Notes").fill("Of #12344.")
    await dialog.get_by_role("button", name="Close the case").click()
    await expect(ben.page).to_have_url(re.compile("/desk$"))
    assert (await world.acme.ben.get(f"handoffs/{handoff['id']}"))["closure_reason"] == "duplicate"


async def test_the_loser_gets_a_notice_and_may_read_along(world: World, come: Come) -> None:
    handoff = await world.acme.handoff()
    cleo = await come(world.acme.cleo, java_script_enabled=False)
    await cleo.open("/desk")
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await cleo.row(handoff).get_by_role("button", name="Claim").click()
    await expect(cleo.page).to_have_url(re.compile(f"/handoffs/{handoff['id']}$"))
    await shows_toast(cleo.page, r"Already claimed by Ben, \d+ s ago")
    await expect(cleo.page.locator("#ways")).to_contain_text("Ben has this")
    await cleo.page.reload()
    await expect(cleo.page.locator("#toasts .toast")).to_have_count(0)


async def test_nothing_that_needs_scripts_is_shown(world: World, come: Come) -> None:
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(world.acme.ben, java_script_enabled=False)
    for path in ("/desk", f"/handoffs/{handoff['id']}", f"/handoffs/{handoff['id']}/work"):
        await ben.open(path)
        for part in await ben.page.locator(".needs-scripts").all():
            await expect(part).to_be_hidden()
