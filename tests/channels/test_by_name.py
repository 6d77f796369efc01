"""Whoever a handoff is meant for gets an e-mail of their own: they alone, through deliveries like any other."""

import asyncio
from typing import Any

from tests.channels.cast import deliveries, settled
from tests.channels.mail import Sink
from tests.channels.test_email import email_channel, first, text_of
from tests.conftest import Running
from tests.world import Tenant, World, create_world, until

NAME = "E-mail to whoever it is meant for"


async def for_ben(cast: Tenant, **more: Any) -> dict[str, Any]:
    """A handoff that is meant for Ben."""
    return await cast.handoff(target_user_id=str(cast.ben.id), **more)


async def mine(cast: Tenant) -> list[dict[str, Any]]:
    """The organization's channel of this kind; one, or none."""
    return [one for one in (await cast.owner.get("channels"))["items"] if one["name"] == NAME]


async def address(cast: Tenant, who: Any) -> str:
    """The e-mail address of somebody."""
    return str((await cast.owner.get(f"users/{who.id}"))["email"])


async def test_who_is_named_gets_it_at_their_own_address_and_nobody_else_does(world: World, mail: Sink) -> None:
    handoff = await for_ben(world.acme, reason="Only Ben knows their set-up.")
    came = await first(mail)
    ben = await address(world.acme, world.acme.ben)
    assert (mail.to, came["to"]) == ([[ben]], ben)
    assert came["subject"].startswith("Escalation from Jane · #12345: ")
    plain = text_of(came, "plain")
    assert "Only Ben knows their set-up." in plain
    assert f"https://acme.example/handoffs/{handoff['id']}?pickup=true" in plain
    assert NAME in plain
    sent = await settled(world.acme, "sent")
    assert (sent["event_type"], sent["channel"]["name"]) == ("notification.created", NAME)


async def test_who_gets_a_transfer_gets_it_too_and_not_who_passed_it_on(world: World, mail: Sink) -> None:
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    passing = {"user_id": str(world.acme.cleo.id), "note": "Yours."}
    await world.acme.ben.post(f"handoffs/{handoff['id']}/transfer", passing)
    came = await first(mail)
    assert came["to"] == await address(world.acme, world.acme.cleo)
    assert came["subject"].startswith("Ben passed this to you · #12345: ")
    await settled(world.acme, "sent")
    assert len(mail.to) == 1


async def test_without_a_name_there_is_no_such_channel_and_with_many_at_once_there_is_one(
    world: World, mail: Sink
) -> None:
    await world.acme.handoff()
    assert await mine(world.acme) == []
    await asyncio.gather(*(for_ben(world.acme) for _ in range(5)))
    assert len(await mine(world.acme)) == 1
    assert await mine(world.zenith) == []

    async def all_came() -> bool:
        return len(mail.to) == 5

    await until(all_came)
    assert {to for one in mail.to for to in one} == {await address(world.acme, world.acme.ben)}


async def test_it_stands_beside_other_channels_which_are_not_told_of_what_is_private(world: World, mail: Sink) -> None:
    await email_channel(world.acme, "leads@acme.example")
    hook = {"url": "https://nowhere.invalid/", "event_types": ["*"]}
    made = await world.acme.owner.post("webhooks", hook, 201)
    await for_ben(world.acme)

    async def both_came() -> bool:
        return len(mail.to) == 2

    await until(both_came)
    assert {to for one in mail.to for to in one} == {
        "leads@acme.example", await address(world.acme, world.acme.ben),
    }  # fmt: skip
    told = await deliveries(world.acme, channel_id=made["id"], limit=50)
    assert "notification.created" not in {one["event_type"] for one in told}


async def test_an_admin_takes_it_out_of_use_and_it_stays_so(world: World, mail: Sink) -> None:
    await for_ben(world.acme)
    await first(mail)
    await settled(world.acme, "sent")
    (channel,) = await mine(world.acme)
    await world.acme.owner.delete(f"channels/{channel['id']}")
    await for_ben(world.acme)
    assert len(await deliveries(world.acme)) == 1
    assert (await world.acme.ben.get("notifications"))["unread"] == 2


async def test_a_refusal_is_seen_and_the_work_goes_on(world: World, mail: Sink) -> None:
    ben = await address(world.acme, world.acme.ben)
    mail.refusing[ben] = "451 4.7.1 greylisted"
    handoff = await for_ben(world.acme)
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    failed = await settled(world.acme, "failed")
    assert "greylisted" in failed["last_error"]
    mail.refusing.clear()
    world.advance(seconds=6)
    await settled(world.acme, "sent", 2)


async def test_it_is_renamed_and_else_left_as_it_is_and_a_test_goes_to_who_asks(world: World, mail: Sink) -> None:
    await for_ben(world.acme)
    await first(mail)
    (channel,) = await mine(world.acme)
    for body in ({"to": "all@acme.example"}, {"event_types": ["handoff.created"]}, {"squad_id": None}):
        refused = await world.acme.owner.patch(f"channels/{channel['id']}", body, 422)
        assert [one["field"] for one in refused["errors"]] == [next(iter(body))]
    assert (await world.acme.owner.patch(f"channels/{channel['id']}", {"name": "Named"}))["name"] == "Named"
    await world.acme.admin.post(f"channels/{channel['id']}/test")

    async def the_test_came() -> bool:
        return len(mail.to) == 2

    await until(the_test_came)
    assert mail.mails[1]["to"] == await address(world.acme, world.acme.admin)
    assert "A test from Warmline" in mail.mails[1]["subject"]


async def test_who_has_left_is_written_to_no_more(world: World, mail: Sink) -> None:
    mail.refusing[await address(world.acme, world.acme.ben)] = "451 4.7.1 greylisted"
    await for_ben(world.acme)
    await settled(world.acme, "failed")
    await world.acme.owner.patch(f"users/{world.acme.ben.id}", {"disabled": True})
    world.advance(seconds=6)
    assert (await settled(world.acme, "dead", 2))["last_error"] == "Nobody was written to: the person has left."
    assert mail.to == []


async def test_where_there_is_no_mail_server_there_is_the_bell_alone(shared: Running) -> None:
    world = await create_world(shared.app, shared.address)
    await for_ben(world.acme)
    assert (await world.acme.ben.get("notifications"))["unread"] == 1
    assert (await mine(world.acme), await deliveries(world.acme)) == ([], [])
    await world.close()
