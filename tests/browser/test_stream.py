"""The live part over hours: cut and resumed, ended by the server, by a sign-out, by a lost right, in two tabs."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Come
from tests.browser.people import is_live, wire
from tests.conftest import Running
from tests.world import Tenant, World, until
from warmline.live.subscriber import Subscriber

CUT = ("ERR_CONNECTION", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED")


async def has_rows(page: Page, ids: list[str]) -> None:
    """These handoffs are on the desk, each once, and no other."""
    rows = page.locator(".item[data-due]")
    await expect(rows).to_have_count(len(ids))
    shown = [await row.get_attribute("id") for row in await rows.all()]
    assert sorted(shown, key=str) == sorted(f"handoff-{id}" for id in ids)


async def three_more(acme: Tenant) -> list[str]:
    """Handed over while nobody is told."""
    return [str((await acme.handoff(priority=one))["id"]) for one in ("low", "urgent", "normal")]


async def end_streams(world: World) -> None:
    """The server ends what is open, as it does after a while; browsers come back."""

    async def open_ones() -> list[Subscriber]:
        return list(world.app.hub.subscribers.get(world.acme.id, ()))

    for stream in await until(open_ones):
        stream.close()


async def test_what_arrives_while_the_line_is_cut_is_there_afterwards_once(
    shared: Running, world: World, come: Come
) -> None:
    ids = [(await world.acme.handoff())["id"]]
    async with wire(shared.port) as cable:
        ben = await come(world.acme.ben, address=cable.address)
        ben.expects(*CUT)
        await ben.open("/desk")
        await is_live(ben.page)
        await cable.cut()
        await expect(ben.page.locator("#live")).to_have_text(
            re.compile(r"Reconnecting in \d+ s; nothing will be missed")
        )
        await expect(ben.page.locator("#live")).to_have_class(re.compile("live-lost"))
        ids += await three_more(world.acme)
        await has_rows(ben.page, ids[:1])

        await cable.mend()
        await is_live(ben.page)
        await has_rows(ben.page, ids)
        await expect(ben.page.locator("#headline")).to_contain_text("Four have just come in.")
        await cable.cut()
        await expect(ben.page.locator("#live")).to_contain_text("Reconnecting")
        await cable.mend()
        await is_live(ben.page)
        await has_rows(ben.page, ids)


async def test_a_stream_that_the_server_ends_goes_on_where_it_was(world: World, come: Come) -> None:
    acme = world.acme
    case = await acme.case()
    handoff = await acme.handoff(case)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    ben = await come(acme.ben)
    await ben.open(f"/handoffs/{handoff['id']}/work")
    await is_live(ben.page)
    said = ["One.", "Two.", "Three."]
    for text in said:
        await end_streams(world)
        await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": text, "epoch": 1})
    entries = ben.page.locator("#entries article p")
    await expect(entries).to_have_text(said)


async def test_signing_out_in_one_tab_ends_the_other_tabs_stream_and_says_so(world: World, come: Come) -> None:
    ben = await come(world.acme.ben)
    ben.expects("status of 401")
    await ben.open("/desk")
    other = await ben.new_tab("/cases")
    await other.goto("/desk")
    await is_live(other)
    await ben.page.locator("summary", has_text="Ben").click()
    await ben.page.get_by_role("button", name="Sign out").click()
    await expect(ben.page).to_have_url(re.compile("/sign-in$"))
    await expect(other.locator("#live")).to_have_text("You were signed out. Reload to sign in.", timeout=5000)
    await world.acme.handoff()
    await other.reload()
    await expect(other).to_have_url(re.compile("/sign-in"))


async def test_who_becomes_a_viewer_is_told_to_look_again(world: World, come: Come) -> None:
    ben = await come(world.acme.ben)
    ben.expects("status of 403")
    await ben.open("/desk")
    await is_live(ben.page)
    await world.acme.admin.patch(f"users/{world.acme.ben.id}", {"role": "viewer"})
    await expect(ben.page.locator("#live")).to_have_text("Reload to see how it is now.", timeout=5000)
    await world.acme.handoff()
    await ben.page.reload()
    await expect(ben.page.get_by_role("button", name="Claim")).to_have_count(0)


async def test_two_tabs_of_one_person_show_the_same(world: World, come: Come) -> None:
    handoff = await world.acme.handoff()
    ben = await come(world.acme.ben)
    await ben.open("/desk")
    other = await ben.new_tab("/desk")
    await is_live(other)
    await expect(ben.row(handoff)).to_have_class(re.compile("is-unread"))
    await ben.row(handoff).get_by_role("button", name="Claim").click()
    await expect(ben.page).to_have_url(re.compile("/work$"))
    await expect(other.locator(f"#held-{handoff['id']}")).to_contain_text("no first action yet")
    await expect(other.locator(f"#handoff-{handoff['id']}")).to_have_count(0)
    await expect(other.locator("#headline")).to_have_text("The desk is clear.")

    await ben.page.get_by_label("Message to").fill("Ben here.")
    await ben.page.keyboard.press("Enter")
    await expect(other.locator(f"#held-{handoff['id']}")).to_contain_text("answered")


async def test_what_is_unread_stays_so_for_oneself_until_it_is_opened(world: World, come: Come) -> None:
    handoff = await world.acme.handoff()
    ben, cleo = await come(world.acme.ben), await come(world.acme.cleo)
    for person in (ben, cleo):
        await person.open("/desk")
        await person.row(handoff).hover()
        await expect(person.row(handoff)).to_have_class(re.compile("is-unread"))
    await ben.row(handoff).locator("summary").click()
    await expect(ben.row(handoff)).not_to_have_class(re.compile("is-unread"))
    for person in (ben, cleo):
        await person.page.reload()
    await expect(ben.row(handoff)).not_to_have_class(re.compile("is-unread"))
    await expect(cleo.row(handoff)).to_have_class(re.compile("is-unread"))


async def test_the_list_does_not_move_under_a_pointer(world: World, come: Come) -> None:
    acme = world.acme
    first = await acme.handoff()
    ben = await come(acme.ben)
    await ben.open("/desk")
    await is_live(ben.page)
    await ben.row(first).hover()
    second = await acme.handoff(priority="urgent")
    waiting = ben.page.get_by_role("button", name="1 new")
    await expect(waiting).to_be_visible()
    await expect(ben.row(second)).to_have_count(0)
    await ben.page.mouse.move(0, 0)
    await expect(ben.row(second, "#arrivals >")).to_be_visible()
    await expect(waiting).to_be_hidden()
    await expect(ben.row(first, "#queue >")).to_be_visible()
