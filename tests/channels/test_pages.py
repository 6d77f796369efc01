"""The pages of channels and deliveries, in a browser without scripts: made, tried out, changed, out of use and back."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest_asyncio
from standardwebhooks.webhooks import Webhook

from tests.channels.cast import arrived, deliveries, settled
from tests.channels.mail import Sink
from tests.channels.receiver import Receiver, answering, in_turn
from tests.channels.test_ticket import KEYS, ConnectWise
from tests.channels.trouble import TOKEN
from tests.conftest import Running, cloned, running, settings_for
from tests.settings.screens import at, errors, fields, says
from tests.web.visitors import Visitor
from tests.world import World, create_world
from warmline.db.embedded import EmbeddedPostgres

LIST, NEW, SENT = "/settings/channels", "/settings/new-channel", "/settings/deliveries"
SECRET = re.compile(r"whsec_[\w+/=]{20,}")
TICKED = re.compile(r'name="events" value="([^"]+)"[^>]*? checked')


@pytest_asyncio.fixture(scope="module")
async def plain(postgres: EmbeddedPostgres, template: str, mail_server: tuple[Sink, str]) -> AsyncIterator[Running]:
    """A server on plain http, whose channels may reach this machine: cookies of https would not come back to it."""
    more = {"allow_private_targets": True, "smtp_url": mail_server[1]}
    async with cloned(postgres, template, "channel_pages") as urls, running(settings_for(urls, **more)) as server:
        yield server


@pytest_asyncio.fixture
async def world(plain: Running) -> AsyncIterator[World]:
    """Two organizations on it."""
    made = await create_world(plain.app, plain.address)
    yield made
    for channel in (await made.acme.owner.get("channels"))["items"]:
        await made.acme.owner.delete(f"channels/{channel['id']}")
    plain.app.clock.offset *= 0
    await made.close()


async def made(visitor: Visitor, kind: str, **typed: Any) -> httpx2.Response:
    """The form of a kind, filled in and sent."""
    path = f"{NEW}/{kind}"
    page = await visitor.get(path)
    return await visitor.post(path, **(fields(page, path) | {"events": TICKED.findall(page)} | typed))


async def one_of(world: World) -> str:
    """The page of the only channel."""
    return f"{LIST}/{(await world.acme.owner.get('channels'))['items'][0]['id']}"


async def test_a_webhook_is_made_and_its_secret_shown_once(world: World, there: Receiver) -> None:
    async with at(world, world.acme.admin) as ada:
        answer = await made(ada, "webhook", url=f"{there.url}?key=hidden", idempotency_key="pressed twice")
        secret = SECRET.findall(html.unescape(answer.text))[0]
        again = await made(ada, "webhook", url=f"{there.url}?key=hidden", idempotency_key="pressed twice")
        page = await one_of(world)
        assert (again.status_code, again.headers["location"]) == (303, page)
        for path in (LIST, page, SENT):
            assert secret[6:20] not in await ada.get(path)
        assert "key=hidden" not in await ada.get(LIST)
        shown = await ada.get(LIST)
        assert f"127.0.0.1:{there.port}/hook" in shown
        assert "everything about handoffs" in shown
        await world.acme.handoff()
        await arrived(there)
        Webhook(secret).verify(there.got[0].body, there.got[0].headers)
        await settled(world.acme, "sent")
        assert "last sent" in await ada.get(LIST)


async def test_a_test_says_how_it_goes_until_it_is_there(world: World, there: Receiver) -> None:
    there.reply = in_turn(answering(500, "Not yet."), answering(204))
    async with at(world, world.acme.admin) as ada:
        await made(ada, "webhook", url=there.url, name="Ours")
        page = await one_of(world)
        assert "Send a test" in await ada.get(page)
        assert (await ada.post(f"{page}/test")).headers["location"] == f"{page}#test"
        await settled(world.acme, "failed")
        shown = await ada.get(page)
        assert "The receiver has a fault of its own." in shown
        assert "next attempt in" in shown
        assert 'hx-trigger="every 4s"' in shown
        world.advance(seconds=6)
        await settled(world.acme, "sent", 2)
        shown = await ada.get(page)
        assert "204 No Content" in shown
        assert "Send another test" in shown
        assert "hx-trigger" not in shown


async def test_the_address_of_a_chat_is_shown_to_nobody(world: World, there: Receiver) -> None:
    async with at(world, world.acme.admin) as ada:
        told = await says(ada, await made(ada, "chat", url=f"mmost://127.0.0.1:{there.port}/{TOKEN}"))
        assert "“Mattermost” is made" in told
        page = await one_of(world)
        for path in (LIST, page):
            assert TOKEN not in await ada.get(path)
        await says(
            ada,
            await ada.post(page, **(fields(await ada.get(page), page) | {"name": "Team"}), events="handoff.created"),
        )
        await world.acme.handoff()
        await arrived(there)  # the address was left empty, and stayed
        assert there.got[0].path == f"/hooks/{TOKEN}"
    assert (await world.acme.owner.get("channels"))["items"][0]["name"] == "Team"


async def test_the_keys_of_a_ticket_system_stay_where_they_are_left_empty(world: World, there: Receiver) -> None:
    there.reply = system = ConnectWise()
    url = f"http://127.0.0.1:{there.port}/"
    async with at(world, world.acme.admin) as ada:
        refused = await made(ada, "ticket", system="connectwise", url=url, company="acme")
        assert (refused.status_code, "client_id" in errors(refused.text)) == (422, True)
        assert 'value="connectwise" checked' in refused.text
        await says(ada, await made(ada, "ticket", system="connectwise", url=url, **KEYS))
        page = await one_of(world)
        assert "priv" not in fields(await ada.get(page), page).values()
        await says(ada, await ada.post(page, **fields(await ada.get(page), page), events="handoff.created"))
    await world.acme.handoff()
    await settled(world.acme, "sent")
    assert len(system.notes["12345"]) == 1


async def test_of_two_who_change_a_channel_the_second_is_told(world: World, there: Receiver) -> None:
    nights = await world.acme.owner.post("squads", {"name": "Nights"}, 201)
    async with at(world, world.acme.admin) as ada, at(world, world.acme.owner) as olga:
        await made(ada, "webhook", url=there.url, name="Ours")
        page = await one_of(world)
        hers = fields(await olga.get(page), page) | {"events": ["handoff.*"], "name": "Hers"}
        his = fields(await ada.get(page), page) | {"events": ["case.resolved"], "squad": nights["id"]}
        await says(ada, await ada.post(page, **his))
        late = await olga.post(page, **hers)
        assert late.status_code == 409
        told = html.unescape(late.text)
        assert "Ada has changed this" in told
        assert "Squad: it was <q>all</q>, and is now <q>Nights</q>." in told
        assert "it was <q>everything about handoffs</q>, and is now <q>resolved the case</q>." in told
        assert TICKED.findall(late.text) == ["case.resolved"]
        shown = fields(late.text, page)
        assert shown["name"] == "Hers"
        await says(olga, await olga.post(page, **shown, events=["case.resolved"], squad=nights["id"]))
    now = (await world.acme.owner.get("channels"))["items"][0]
    assert (now["name"], now["event_types"], now["squad_id"]) == ("Hers", ["case.resolved"], nights["id"])


async def test_the_e_mail_to_whoever_it_is_meant_for_can_be_renamed_and_nothing_else(world: World) -> None:
    await world.acme.handoff(target_user_id=str(world.acme.ben.id))
    page = await one_of(world)
    async with at(world, world.acme.admin) as ada:
        assert "when a handoff is meant for somebody by name" in await ada.get(LIST)
        form = fields(await ada.get(page), page)
        assert set(form) == {"name", "seen", "idempotency_key"}
        await says(ada, await ada.post(page, **(form | {"name": "By name"}), to="a@b.example", events="handoff.closed"))
        assert "By name" in await ada.get(LIST)
    kept = (await world.acme.owner.get("channels"))["items"][0]
    assert (kept["name"], kept["event_types"]) == ("By name", ["notification.created"])


async def test_a_new_secret_is_shown_once_and_signs_from_then_on(world: World, there: Receiver) -> None:
    async with at(world, world.acme.admin) as ada:
        first = SECRET.findall(html.unescape((await made(ada, "webhook", url=there.url)).text))[0]
        page = await one_of(world)
        await ada.get(page)
        fresh = SECRET.findall(html.unescape((await ada.post(f"{page}/rotate")).text))[0]
        assert fresh != first
        assert "whsec_" not in await ada.get(page)
        await world.acme.handoff()
        await arrived(there)
        for secret in (fresh, first):
            Webhook(secret).verify(there.got[0].body, there.got[0].headers)
        await made(ada, "email", to="leads@acme.example")
        mail = f"{LIST}/{(await world.acme.owner.get('channels'))['items'][1]['id']}"
        assert "Signing secret" not in await ada.get(mail)
        assert "no secret to replace" in await says(ada, await ada.post(f"{mail}/rotate"))


async def test_out_of_use_and_back(world: World, there: Receiver) -> None:
    there.reply = answering(500)
    async with at(world, world.acme.admin) as ada:
        await made(ada, "webhook", url=there.url, name="Ours")
        page = await one_of(world)
        await world.acme.handoff()
        failed = await settled(world.acme, "failed")
        assert "1 delivery that is not sent yet will be given up" in await ada.get(page)
        answer = await ada.post(f"{page}/disable")
        shown = await ada.get(answer.headers["location"])
        assert f'formaction="{page}/enable">Undo' in shown
        assert "An admin disabled it." in shown
        assert "Out of use" in await ada.get(LIST)
        assert "enable it first" in await says(ada, await ada.post(f"{page}/test"))
        one = f"{SENT}/{failed['id']}"
        assert "Its channel is out of use." in await ada.get(one)
        assert "Not sent again" in await says(ada, await ada.post(f"{one}/redrive"))
        assert "is in use again" in await says(ada, await ada.post(f"{page}/enable"))
        there.reply = answering(200)
        assert "Send again now" in await ada.get(one)
        assert (await ada.post(f"{one}/redrive")).headers["location"] == one
        await settled(world.acme, "sent", 2)
        assert "it has been sent" in await says(ada, await ada.post(f"{one}/redrive"))


async def test_deliveries_are_narrowed_and_paged(world: World, there: Receiver) -> None:
    there.reply = answering(500)
    async with at(world, world.acme.admin) as ada:
        await made(ada, "webhook", url=there.url, name="Fails", events="handoff.created")
        await made(ada, "email", to="leads@acme.example", name="Mails")
        handoff = await world.acme.handoff()
        fails, mails = (one["id"] for one in (await world.acme.owner.get("channels"))["items"])
        await settled(world.acme, "failed", channel_id=fails)
        await settled(world.acme, "sent", channel_id=mails)
        shown = await ada.get(SENT)
        assert "Failed <span>1</span>" in shown
        assert "Sent <span>1</span>" in shown
        assert f'href="/handoffs/{handoff["id"]}"' in shown
        failed = await ada.get(f"{SENT}?state=failed&channel_id={fails}")
        assert failed.count('class="sending"') == 1
        assert "No delivery is like that" in await ada.get(f"{SENT}?state=failed&channel_id={mails}")
        assert 'class="sending"' in await ada.get(f"{SENT}?state=&channel_id=")
        part = await ada.get(f"{SENT}?state=failed", 200, **{"hx-request": "true"})
        assert part.lstrip().startswith('<div id="sendings">')
        await asyncio.gather(*(world.acme.owner.post(f"channels/{mails}/test") for _ in range(50)))
        first = await ada.get(SENT)
        assert first.count('class="sending"') == 50
        following = html.unescape(re.findall(r'href="([^"]+cursor=[^"]+)"', first)[0])
        assert (await ada.get(following)).count('class="sending"') == 2


async def test_they_are_for_admins_of_the_organization(world: World, there: Receiver) -> None:
    async with at(world, world.acme.admin) as ada:
        await made(ada, "webhook", url=there.url, events="handoff.created")
    page = await one_of(world)
    await world.acme.handoff()
    one = f"{SENT}/{(await deliveries(world.acme))[0]['id']}"
    paths = (LIST, page, f"{NEW}/chat", SENT, one)
    for somebody in (world.acme.ben, world.acme.viewer):
        async with at(world, somebody) as visitor:
            for path in paths:
                assert "Settings are for admins and owners." in await visitor.get(path, 403)
    async with at(world, world.otto) as otto:
        for path in (page, one):
            await otto.get(path, 404)
        assert "Nothing has gone out yet" in await otto.get(SENT)
        assert (await otto.post(f"{one}/redrive")).status_code == 404
        assert "Nothing is told elsewhere yet" in await otto.get(LIST)
