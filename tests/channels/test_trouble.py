"""Everything outside fails at once, and the handoff is there at once; what failed is seen, with its reason."""

import html
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.browser.people import held
from tests.channels.trouble import channels, troubled
from tests.conftest import Running, cloned
from tests.settings.screens import at
from tests.web.visitors import Visitor
from tests.world import World, create_world, until
from warmline.db.embedded import EmbeddedPostgres
from warmline.web.pages.words import WHY_NO_MODEL

LIST = "/settings/deliveries"
ROW = re.compile(r'<li class="sending".*?</li>', re.DOTALL)
TO_COME, NEVER = "next attempt in", "Given up"
REASONS = {
    "Mail": ("The mail server cannot be reached.", TO_COME),
    "Fails": ("The receiver has a fault of its own. 500 Internal Server Error: Our disk is full.", TO_COME),
    "Gone": ("The receiver does not want this any more. 410 Gone", NEVER),
    "Moved": ("It has moved. Redirects are not followed: enter the address it leads to. 302 Found", TO_COME),
    "Drips": ("There was no whole answer within 2 s.", TO_COME),
    "Lies": ("hooks.lying.example leads to 169.254.169.254, which is not on the internet", TO_COME),
    "Chat": ("Mattermost did not take it: the receiver does not let us in", TO_COME),
    "Tickets": ("The receiver does not know us: look at the keys. 401 Unauthorized: Wrong keys.", TO_COME),
}


@pytest_asyncio.fixture
async def world(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[World]:
    """Two organizations on a server for which everything outside is in trouble."""
    async with cloned(postgres, template, "in_trouble") as urls, troubled(urls) as server:
        made = await create_world(server.app, server.address)
        yield made
        await made.close()


def plain(part: str) -> str:
    """Its text."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


async def rows(ada: Visitor) -> dict[str, str]:
    """What the list says of each channel's delivery."""
    found = [plain(row) for row in ROW.findall(await ada.get(LIST))]
    return {name: row for row in found for name in REASONS if f" {name} " in row}


async def test_a_handoff_is_there_whatever_fails_outside_and_each_failure_is_seen(world: World) -> None:
    acme = world.acme
    async with channels(acme) as made, at(world, acme.admin) as ada:
        async with held(world.app.worker):  # nobody outside has been asked for anything yet
            handoff = await acme.handoff()
            there = await acme.ben.get(f"handoffs/{handoff['id']}")
            unsent = (await acme.owner.get("deliveries"))["items"]
            assert there["state"] == "ready"
            assert {(one["channel"]["name"], one["state"], one["attempts"]) for one in unsent} == {
                (name, "pending", 0) for name in REASONS
            }
            assert await acme.ben.post(f"handoffs/{handoff['id']}/claim")

        async def all_are_seen() -> bool:
            said = await rows(ada)
            return all(reason in said.get(name, "") for name, (reason, _) in REASONS.items())

        await until(all_are_seen, 20)
        for name, row in (await rows(ada)).items():
            assert REASONS[name][1] in row, row
            assert "Jane asked for a person" in row
        await _gone_is_out_of_use(ada, made["Gone"])
        await _each_attempt_is_seen(ada, acme.owner)
        await _the_reading_says_so(ada, handoff)


async def _gone_is_out_of_use(ada: Visitor, gone: dict[str, Any]) -> None:
    assert "The receiver answered 410 Gone" in await ada.get(f"/settings/channels/{gone['id']}")


async def _each_attempt_is_seen(ada: Visitor, owner: Any) -> None:
    for delivery in (await owner.get("deliveries"))["items"]:
        whole = await owner.get(f"deliveries/{delivery['id']}")
        page = plain(await ada.get(f"{LIST}/{delivery['id']}"))
        assert all(f"{one['milliseconds']:,} ms" in page for one in whole["attempt_log"])
        assert REASONS[delivery["channel"]["name"]][0].partition(". ")[0] in page


async def _the_reading_says_so(ada: Visitor, handoff: dict[str, Any]) -> None:
    async def read() -> str:
        page = plain(await ada.get(f"/handoffs/{handoff['id']}"))
        return page if "Put together from the steps and messages" in page else ""

    assert f"Put together from the steps and messages: {WHY_NO_MODEL['timeout']}." in await until(read, 20)


async def test_without_a_mail_server_the_form_and_the_delivery_say_so(shared: Running) -> None:
    world = await create_world(shared.app, shared.address)
    async with at(world, world.acme.admin) as ada:
        assert "This server has no mail server yet." in await ada.get("/settings/new-channel/email")
        await ada.post("/settings/new-channel/email", to="leads@acme.example", events=["handoff.created"], name="Mail")
        handoff = await world.acme.handoff()
        assert handoff["state"] == "ready"

        async def said() -> str:
            return (await rows(ada)).get("Mail", "")

        async def failed() -> bool:
            return "its operator sets WARMLINE_SMTP_URL" in await said()

        await until(failed)
        assert TO_COME in await said()
        channel = (await world.acme.owner.get("channels"))["items"][0]
        await world.acme.owner.delete(f"channels/{channel['id']}")
    await world.close()
