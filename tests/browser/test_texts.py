"""A text of one's own is seen on an example while it is typed, and nothing is saved before one says so."""

from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.world import World
from warmline.organizations.defaults import TEXTS


async def test_a_preview_follows_what_is_typed_and_the_form_still_saves(world: World, come: Come) -> None:
    ada = await come(world.acme.admin)
    await ada.open("/settings/texts")
    headline, shown = ada.page.locator("#text-headline"), ada.page.locator("#preview-headline")
    await headline.fill("Help for {who}[[ ({ticket})]]")
    await expect(shown).to_contain_text("Help for Jane (#12345)")
    await headline.fill("Help for {whom}")
    await expect(shown).to_contain_text("{whom} is no placeholder here")
    assert (await world.acme.viewer.get("organization"))["settings"]["texts"] == TEXTS
    await headline.fill("Help for {who}")
    await expect(shown).to_contain_text("Help for Jane")
    await ada.page.locator("#headline").get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_role("link", name="Back to the shipped text")).to_be_visible()
    assert (await world.acme.viewer.get("organization"))["settings"]["texts"]["headline"] == "Help for {who}"
    await ada.page.get_by_role("link", name="Back to the shipped text").click()
    await expect(headline).to_have_value(TEXTS["headline"])
    await expect(headline).to_be_focused()
