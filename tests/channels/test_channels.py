"""Making channels, changing them, taking them out of use: what admins may, and what nobody sees again."""

from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.channels.cast import arrived, deliveries, settled, webhook
from tests.channels.receiver import Receiver, answering
from tests.world import Actor, World, until

URL = "https://hooks.example.com/warmline"


async def test_a_secret_is_shown_once(world: World) -> None:
    made = await world.acme.admin.post("webhooks", {"url": URL, "event_types": ["handoff.created"]}, 201, key="once")
    again = await world.acme.admin.post("webhooks", {"url": URL, "event_types": ["handoff.created"]}, 201, key="once")
    assert made["secret"].startswith("whsec_")
    assert (again["id"], again["secret"]) == (made["id"], None)
    for path in ("webhooks", f"webhooks/{made['id']}", "channels", f"channels/{made['id']}"):
        assert made["secret"][6:] not in (await world.acme.owner.http.get(path)).text
    shown = await world.acme.owner.get(f"webhooks/{made['id']}")
    assert (shown["url"], shown["event_types"], shown["name"]) == (URL, ["handoff.created"], URL)


async def test_channels_are_for_admins_and_owners(world: World) -> None:
    made = await world.acme.owner.post("webhooks", {"url": URL, "event_types": ["*"]}, 201)
    await world.acme.handoff()
    delivery = (await deliveries(world.acme))[0]
    for actor in (world.acme.ben, world.acme.viewer, world.acme.agent):
        for path in ("webhooks", "channels", "deliveries", f"webhooks/{made['id']}", f"deliveries/{delivery['id']}"):
            await actor.get(path, expect=403)
        await actor.post("webhooks", {"url": URL, "event_types": ["*"]}, 403)
        await actor.post("channels", {"kind": "email", "to": "a@b.example"}, 403)
        await actor.post(f"channels/{made['id']}/test", expect=403)
        await actor.post(f"webhooks/{made['id']}/rotate", expect=403)
        await actor.post(f"deliveries/{delivery['id']}/redrive", expect=403)
        await actor.delete(f"webhooks/{made['id']}", 403)


async def test_nobody_reaches_into_another_organization(world: World) -> None:
    made = await world.acme.owner.post("webhooks", {"url": URL, "event_types": ["*"]}, 201)
    await world.acme.handoff()
    delivery = (await deliveries(world.acme))[0]
    for path in (f"webhooks/{made['id']}", f"channels/{made['id']}", f"deliveries/{delivery['id']}"):
        await world.otto.get(path, expect=404)
    await world.otto.post(f"deliveries/{delivery['id']}/redrive", expect=404)
    await world.otto.post(f"webhooks/{made['id']}/rotate", expect=404)
    assert (await world.otto.get("deliveries"))["items"] == (await world.otto.get("channels"))["items"] == []
    body = {"url": URL, "event_types": ["*"], "squad_id": str(world.zenith.squad)}
    problem = await world.acme.owner.post("webhooks", body, 422)
    assert problem["errors"][0]["field"] == "squad_id"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "webhook", "url": "ftp://example.com/", "event_types": ["*"]}, "url"),
        ({"kind": "webhook", "url": "https://user:word@example.com/", "event_types": ["*"]}, "url"),
        ({"kind": "webhook", "event_types": ["*"]}, "url"),
        ({"kind": "webhook", "url": URL}, "event_types"),
        ({"kind": "webhook", "url": URL, "event_types": []}, "event_types"),
        ({"kind": "webhook", "url": URL, "event_types": ["handoff.craeted"]}, "event_types"),
        ({"kind": "webhook", "url": URL, "event_types": ["*"], "to": "a@b.example"}, "to"),
        ({"kind": "email", "to": "nobody"}, "to"),
        ({"kind": "email", "to": "a@b.example, c@d.example"}, "to"),
        ({"kind": "email", "to": "a@b.example\r\nBcc: c@d.example"}, "to"),
        ({"kind": "email", "to": "a@b.example", "event_types": ["user.added"]}, "event_types"),
        ({"kind": "chat", "url": "json://127.0.0.1/"}, "url"),
        ({"kind": "ticket", "url": URL}, "system"),
        ({"kind": "ticket", "url": URL, "system": "connectwise", "company": "acme"}, "client_id"),
        ({"kind": "ticket", "url": URL, "system": "generic", "company": "acme"}, "company"),
        ({"kind": "ticket", "url": "file:///x", "system": "generic"}, "url"),
        ({"kind": "fax", "to": "1"}, "kind"),
        ({"kind": "email", "to": "a@b.example", "secret": "mine"}, "secret"),
    ],
)
async def test_what_is_wrong_is_named(world: World, body: dict[str, Any], field: str) -> None:
    problem = await world.acme.owner.post("channels", body, 422)
    assert problem["errors"][0]["field"].startswith(field)


async def test_a_secret_that_was_replaced_signs_too_for_a_day(world: World, there: Receiver) -> None:
    made = await webhook(world.acme, there)
    fresh = await world.acme.owner.post(f"webhooks/{made['id']}/rotate")
    await world.acme.handoff()
    await arrived(there)
    for secret in (made["secret"], fresh["secret"]):
        Webhook(secret).verify(there.got[0].body, there.got[0].headers)
    assert len(there.got[0].headers["webhook-signature"].split(" ")) == 2
    world.app.clock.advance(timedelta(hours=25))
    await world.acme.handoff()
    await arrived(there, 2)
    assert len(there.got[1].headers["webhook-signature"].split(" ")) == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(there.got[1].body, there.got[1].headers)


async def test_a_change_keeps_the_secret_and_a_stale_one_is_refused(world: World, there: Receiver) -> None:
    made = await world.acme.owner.post("webhooks", {"url": URL, "event_types": ["case.opened"]}, 201)
    seen = (await world.acme.owner.http.get(f"webhooks/{made['id']}")).headers["etag"]
    changed = await world.acme.owner.patch(
        f"webhooks/{made['id']}", {"url": there.url, "event_types": ["handoff.created"], "name": "Ours"}
    )
    assert (changed["url"], changed["event_types"], changed["name"]) == (there.url, ["handoff.created"], "Ours")
    late = await world.acme.owner.http.patch(
        f"webhooks/{made['id']}", json={"name": "Mine"}, headers={"If-Match": seen}
    )
    assert late.status_code == 412
    await world.acme.handoff()
    await arrived(there)
    Webhook(made["secret"]).verify(there.got[0].body, there.got[0].headers)
    for nothing in ({"url": None}, {"event_types": None}, {"name": None}, {"disabled": None}):
        await world.acme.owner.patch(f"webhooks/{made['id']}", nothing, 422)


async def test_what_is_out_of_use_sends_nothing_until_it_is_back(world: World, there: Receiver) -> None:
    there.reply = answering(500)
    made = await webhook(world.acme, there)
    await world.acme.handoff()
    failed = await settled(world.acme, "failed")
    await world.acme.owner.delete(f"webhooks/{made['id']}")
    dead = await world.acme.owner.get(f"deliveries/{failed['id']}")
    assert (dead["state"], dead["next_at"], dead["last_error"]) == ("dead", None, "The channel was disabled.")
    await world.acme.handoff()
    assert len(await deliveries(world.acme)) == 1
    await world.acme.owner.post(f"webhooks/{made['id']}/test", expect=409)
    back = await world.acme.owner.patch(f"webhooks/{made['id']}", {"disabled": False})
    assert back["disabled_at"] is back["disabled_reason"] is None
    there.reply = answering(200)
    await world.acme.owner.post(f"deliveries/{failed['id']}/redrive")
    await settled(world.acme, "sent", 2)
    types = [one["type"] for one in (await world.acme.owner.get("events", subject=f"channel:{made['id']}"))["items"]]
    assert types == ["channel.enabled", "channel.disabled", "channel.created"]


async def test_a_test_goes_to_that_channel_alone(world: World, there: Receiver) -> None:
    made = await webhook(world.acme, there)
    await webhook(world.acme, there, "*")
    delivery = await world.acme.owner.post(f"webhooks/{made['id']}/test")
    assert (delivery["event_type"], delivery["channel"]["id"]) == ("channel.tested", made["id"])
    await arrived(there)
    told = Webhook(made["secret"]).verify(there.got[0].body, there.got[0].headers)
    assert (told["type"], told["subject"]["id"]) == ("channel.tested", made["id"])
    await settled(world.acme, "sent", channel_id=made["id"])


async def test_lists_have_pages_and_states(world: World, there: Receiver) -> None:
    await webhook(world.acme, there)
    for _ in range(5):
        await world.acme.handoff()
    await settled(world.acme, "sent")
    first = await world.acme.owner.get("deliveries", limit=3)
    second = await world.acme.owner.get("deliveries", limit=3, cursor=first["next_cursor"])
    ids = [one["id"] for one in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(set(ids)) == 5
    assert await deliveries(world.acme, state="dead") == []
    await world.acme.owner.get("deliveries", expect=422, state="lost")


async def test_there_is_an_end_to_how_many(world: World) -> None:
    for number in range(50):
        await world.acme.owner.post("channels", {"kind": "email", "to": f"a{number}@b.example"}, 201)
    problem = await world.acme.owner.post("channels", {"kind": "email", "to": "one@more.example"}, 409)
    assert "disable one" in problem["detail"]


async def test_dead_letters_are_counted(world: World, there: Receiver) -> None:
    there.reply = answering(410)
    before = await dead_letters(world.acme.owner)
    await webhook(world.acme, there)
    await world.acme.handoff()
    await settled(world.acme, "dead")
    assert await dead_letters(world.acme.owner) == before + 1

    async def said() -> bool:  # it looks once a second
        ready = await world.acme.owner.http.get(f"{world.address}/readyz")
        assert ready.status_code == 200
        return bool(ready.json()["dead_letters"] == before + 1)

    await until(said)


async def dead_letters(actor: Actor) -> int:
    """As the metrics say."""
    text = (await actor.http.get(str(actor.http.base_url).replace("/api/v1/", "/metrics"))).text
    line = next(line for line in text.splitlines() if line.startswith("warmline_dead_letters "))
    return int(float(line.split()[1]))
