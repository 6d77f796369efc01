"""An empty server: the first owner, the organization, a squad, an agent, and the first handoff by pasted commands."""

import asyncio
import json
import os
import re
import shutil

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Come
from tests.browser.people import Person
from tests.conftest import running, settings_for
from warmline.db.connections import Urls
from warmline.serving import welcome

LINK = re.compile(r"Begin here, once: (\S+)")


async def begin(page: Page, link: str) -> None:
    """The first owner says who they are."""
    await page.goto(link)
    await page.get_by_label("Organization").fill("Fernhill Support")
    await page.get_by_label("Your name").fill("Ines Holm")
    await page.get_by_label("Your e-mail").fill("ines@fernhill.example")
    await page.get_by_label("Password").fill("a sentence about ferns")
    await page.get_by_role("button", name="Begin").click()
    await expect(page).to_have_url(re.compile("/start$"))


async def name_the_squad_and_the_agent(page: Page) -> None:
    """Two short forms; then the token, once."""
    await page.get_by_label("Name", exact=True).fill("Support")
    await page.get_by_role("button", name="Name it").click()
    await expect(page.get_by_role("heading", name="Support")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Jane")
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_text("It is shown once")).to_be_visible()


async def a_colleague_sees_it_too(page: Page, colleague: Person) -> None:
    """Invited by the link at the end of the guide; the owner comes back to it."""
    await page.get_by_role("link", name="invite the people who will take these").click()
    await page.get_by_label("Name", exact=True).fill("Ben Okafor")
    await page.get_by_label("E-mail").fill("ben@fernhill.example")
    await page.get_by_role("button", name="Invite").click()
    await colleague.page.goto(await page.locator("#one-time-link").inner_text())
    await colleague.page.get_by_label("Password").fill("a sentence about moss")
    await colleague.page.keyboard.press("Enter")
    await expect(colleague.page).to_have_url(re.compile("/desk$"))
    await expect(colleague.page.get_by_role("link", name="Trying Warmline")).to_be_visible()
    await colleague.context.close()
    await page.goto("/desk")


async def paste(commands: str) -> None:
    """Into a terminal, as it is; where there is no curl, the same requests."""
    await (_in_a_shell(commands) if shutil.which("curl") else asyncio.to_thread(_by_hand, commands))


async def _in_a_shell(commands: str) -> None:
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    shell = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", commands, env=plain, stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await asyncio.wait_for(shell.communicate(), 30)
    assert shell.returncode == 0
    assert b'"state":"ready"' in answer, answer


def _by_hand(commands: str) -> None:
    address, token = re.search(r"WARMLINE=(\S+) TOKEN=(\S+)", commands).groups()  # type: ignore[union-attr]
    case, escalation = (json.loads(one) for one in re.findall(r"--json '(.*)'", commands))
    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as agent:
        made = agent.post("/cases", json=case).raise_for_status().json()
        agent.post(f"/cases/{made['id']}/escalate", json=escalation).raise_for_status()


async def test_from_nothing_to_the_first_handoff(
    own_database: Urls, come: Come, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(settings_for(own_database)) as server:
        await welcome(server.app.settings, demo=False)(server.web)
        link = LINK.search(capsys.readouterr().err)
        assert link is not None
        ines = await come(address=server.address)
        page = ines.page
        await begin(page, link[1])
        await name_the_squad_and_the_agent(page)
        await expect(page.locator("#first")).to_contain_text("Waiting for the first handoff…")

        await paste(await page.locator("pre.paste").inner_text())
        await expect(page.locator("#first")).to_contain_text("It is on your desk")
        await expect(page.locator("#first")).to_contain_text("Trying Warmline")
        await a_colleague_sees_it_too(page, await come(address=server.address))

        await page.get_by_role("link", name="Trying Warmline").click()
        await expect(page.get_by_role("heading", name="Trying Warmline")).to_be_visible()
        await page.get_by_role("button", name="Claim and continue").click()
        await expect(page).to_have_url(re.compile("/work$"))

        ines.expects("status of 404")
        await page.goto(link[1])
        await expect(page.get_by_role("heading", name="This link is used up")).to_be_visible()
        await ines.context.close()


async def test_the_token_is_not_shown_again_and_a_new_one_replaces_it(
    own_database: Urls, come: Come, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(settings_for(own_database)) as server:
        await welcome(server.app.settings, demo=False)(server.web)
        link = LINK.search(capsys.readouterr().err)
        assert link is not None
        ines = await come(address=server.address)
        await begin(ines.page, link[1])
        await name_the_squad_and_the_agent(ines.page)
        first = await ines.page.locator("span.cmd code").inner_text()
        await ines.page.goto("/start")
        await expect(ines.page.locator("main")).not_to_contain_text(first)
        await ines.page.get_by_role("button", name="Make a new token").click()
        second = await ines.page.locator("span.cmd code").inner_text()
        async with httpx2.AsyncClient(base_url=f"{server.address}/api/v1/") as http:
            for token, status in ((first, 401), (second, 200)):
                answer = await http.get("me", headers={"Authorization": f"Bearer {token}"})
                assert answer.status_code == status
        await ines.context.close()
