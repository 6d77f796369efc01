"""Signing in with a provider, in a real browser that goes from one address to the other and back."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Come
from tests.conftest import Running, running, settings_for
from tests.oidc.going import setting_up
from tests.oidc.provider import Provider, serving
from tests.web.visitors import newcomer
from tests.world import World, create_world
from warmline.db.connections import Urls


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    """One that asks before it sends people back."""
    async with serving() as made:
        made.asks = True
        yield made


@pytest_asyncio.fixture
async def server(own_database: Urls, provider: Provider) -> AsyncIterator[Running]:
    """Ours, which takes its word."""
    async with running(settings_for(own_database, **setting_up(provider))) as made:
        yield made


@pytest_asyncio.fixture
async def cast(server: Running) -> AsyncIterator[World]:
    """The people of that server."""
    made = await create_world(server.app, server.address)
    yield made
    await made.close()


@pytest.mark.parametrize("scripts", [True, False])
async def test_one_presses_the_button_and_is_where_one_was_going(
    cast: World, server: Running, provider: Provider, come: Come, scripts: bool
) -> None:
    await newcomer(cast.acme, email=provider.email)
    handoff = await cast.acme.handoff()
    nora = await come(address=server.address, java_script_enabled=scripts)
    nora.expects(f"asked {provider.issuer}")
    await nora.open(f"/handoffs/{handoff['id']}")
    await nora.page.get_by_role("link", name="Sign in with Id").click()
    await nora.page.get_by_role("link", name="Go on as Nora").click()
    await expect(nora.page).to_have_url(f"{server.address}/handoffs/{handoff['id']}")
    await expect(nora.page.get_by_role("button", name="Claim and continue")).to_be_visible()
    assert [one["name"] for one in await nora.context.cookies() if "oidc" in one["name"]] == []

    await nora.page.go_back()  # to the provider's page; its button is old by now
    await nora.page.get_by_role("link", name="Go on as Nora").click()
    nora.expects("status of 400")
    await expect(nora.page.get_by_role("alert")).to_contain_text("was not begun in this browser")
    await nora.open("/desk")
    await expect(nora.page).to_have_url(re.compile("/desk$"))


async def test_who_is_not_here_is_told_whom_to_ask(
    cast: World, server: Running, provider: Provider, come: Come
) -> None:
    stranger = await come(address=server.address)
    stranger.expects(f"asked {provider.issuer}", "status of 403")
    await stranger.open("/sign-in")
    await stranger.page.get_by_role("link", name="Sign in with Id").focus()
    await stranger.page.keyboard.press("Enter")
    await stranger.page.get_by_role("link", name="Go on as Nora").click()
    await expect(stranger.page.get_by_role("alert")).to_contain_text("Ask an admin of your organization to add you.")
    await expect(stranger.page.get_by_role("link", name="Sign in with Id")).to_be_visible()
