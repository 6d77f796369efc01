"""A claim that is gone: whoever was working is told in the composer's place, with what is possible now."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.browser.people import Person, is_live
from tests.browser.test_stream import end_streams
from tests.world import World


async def bens_room(world: World, come: Come) -> tuple[Person, dict[str, Any]]:
    """Ben has claimed something and types."""
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(world.acme.ben)
    await ben.open(f"/handoffs/{handoff['id']}/work")
    await is_live(ben.page)
    await ben.page.get_by_label("Message to").fill("I was about to say")
    return ben, handoff


async def released(world: World, id: str) -> None:
    """By an admin."""
    await world.acme.admin.post(f"handoffs/{id}/release")


async def lapsed(world: World, id: str) -> None:
    """By itself."""
    world.advance(minutes=16)


async def transferred(world: World, id: str) -> None:
    """By an admin, to Cleo."""
    await world.acme.admin.post(f"handoffs/{id}/transfer", {"user_id": str(world.acme.cleo.id), "note": "Yours."})


async def closed(world: World, id: str) -> None:
    """By an admin."""
    await world.acme.admin.post(f"handoffs/{id}/close", {"reason": "resolved"})


GONE = [(released, "It was released"), (lapsed, "Your lease ran out"), (transferred, "It was passed on")]


@pytest.mark.parametrize(("end", "why"), GONE, ids=lambda one: getattr(one, "__name__", ""))
async def test_a_lost_claim_replaces_the_composer(world: World, come: Come, end: Any, why: str) -> None:
    ben, handoff = await bens_room(world, come)
    await end(world, handoff["id"])
    await expect(ben.page.locator("#composer")).to_contain_text(why)
    await expect(ben.page.locator("form.composer")).to_have_count(0)
    await expect(ben.page.get_by_role("link", name="Close…")).to_have_count(0)
    await expect(ben.page.locator("#lease")).to_have_text("Cleo has it" if end is transferred else "not yours")


async def test_what_nobody_has_can_be_claimed_again_from_there(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    await released(world, handoff["id"])
    await ben.page.get_by_role("button", name="Claim it again").click()
    await expect(ben.page.locator("#lease")).to_contain_text("Yours,")
    await expect(ben.page.get_by_label("Message to")).to_be_visible()
    assert (await world.acme.ben.get(f"handoffs/{handoff['id']}"))["epoch"] == 3


async def test_what_somebody_has_leads_to_the_next_one(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    following = await world.acme.handoff()
    await transferred(world, handoff["id"])
    await ben.page.get_by_role("button", name="Claim the next one").click()
    await expect(ben.page).to_have_url(re.compile(f"/handoffs/{following['id']}/work$"))


async def test_what_was_closed_meanwhile_is_not_offered_again(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    await closed(world, handoff["id"])
    await expect(ben.page.locator("#composer")).to_contain_text("It was closed")
    await expect(ben.page.get_by_role("button", name="Claim it again")).to_have_count(0)


async def test_who_claims_it_next_is_told_to_the_one_who_lost_it(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    await released(world, handoff["id"])
    await expect(ben.page.get_by_role("button", name="Claim it again")).to_be_visible()
    await world.acme.cleo.post(f"handoffs/{handoff['id']}/claim")
    await expect(ben.page.locator("#composer")).to_contain_text("Cleo has this now")
    await expect(ben.page.get_by_role("button", name="Claim it again")).to_have_count(0)


async def test_a_message_into_a_lost_claim_is_refused_and_kept(world: World, come: Come) -> None:
    ben, handoff = await bens_room(world, come)
    ben.expects("status of 403", "status of 409")
    await ben.page.route("**/live?*", lambda route: route.abort())
    await end_streams(world)
    ben.expects("ERR_FAILED")
    await released(world, handoff["id"])
    await ben.page.get_by_label("Message to").press("Enter")
    await expect(ben.page.locator("#toasts .toast")).to_be_visible()
    await expect(ben.page.get_by_label("Message to")).to_have_value("I was about to say")
    case = await world.acme.ben.get(f"cases/{handoff['source']['id']}")
    assert case["messages"] == []
