"""Events reach programs, signed as Standard Webhooks says; what does not get there is seen, and tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.channels.cast import arrived, deliveries, settled, webhook
from tests.channels.receiver import Receiver, answering, dripping, in_turn, receiver
from tests.world import World, until


async def test_an_event_arrives_as_the_history_shows_it_and_the_reference_library_accepts_it(
    world: World, there: Receiver
) -> None:
    made = await webhook(world.acme, there)
    handoff = await world.acme.handoff()
    await arrived(there)
    got = there.got[0]
    told = Webhook(made["secret"]).verify(got.body, got.headers)
    events = (await world.acme.owner.get("events", subject=f"handoff:{handoff['id']}"))["items"]
    assert told == next(one for one in events if one["type"] == "handoff.created")
    assert got.headers["content-type"] == "application/json"
    delivery = await settled(world.acme, "sent")
    assert got.headers["webhook-id"] == delivery["id"]
    assert [(one["ok"], one["status"], one["number"]) for one in delivery["attempt_log"]] == [(True, 200, 1)]
    assert delivery["last_error"] is delivery["next_at"] is None


async def test_another_secret_or_another_body_is_not_accepted(world: World, there: Receiver) -> None:
    made = await webhook(world.acme, there)
    await world.acme.handoff()
    await arrived(there)
    got = there.got[0]
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 43 + "=").verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(got.body.replace(b"ready", b"reedy"), got.headers)


async def test_only_what_was_asked_for_arrives(world: World, there: Receiver) -> None:
    await webhook(world.acme, there, "handoff.claimed", "case.*")
    handoff = await world.acme.handoff()
    await world.acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await arrived(there, 2)
    assert {got.json["type"] for got in there.got} == {"case.opened", "handoff.claimed"}
    types = {one["event_type"] for one in await deliveries(world.acme)}
    assert types == {"case.opened", "handoff.claimed"}


async def test_a_channel_of_a_squad_is_told_of_that_squad_alone(world: World, there: Receiver) -> None:
    nights = await world.acme.owner.post("squads", {"name": "Nights"}, 201)
    await webhook(world.acme, there, "handoff.created", "case.opened", squad_id=nights["id"])
    await world.acme.handoff()
    await world.acme.owner.post("cases", {"squad_id": nights["id"], "title": "Late", "problem": "It is dark."}, 201)
    await arrived(there)
    assert [(got.json["type"], got.json["data"]["squad_id"]) for got in there.got] == [("case.opened", nights["id"])]
    assert len(await deliveries(world.acme)) == 1


async def test_what_is_parked_goes_out_to_nobody(world: World, there: Receiver) -> None:
    await webhook(world.acme, there, "*")
    await world.acme.handoff(intent="park")
    types = {one["event_type"] for one in await deliveries(world.acme)}
    assert types == {"case.opened"}
    assert (await world.acme.ben.get("notifications"))["items"] == []


async def test_an_organization_is_never_told_of_another(world: World, there: Receiver) -> None:
    await webhook(world.zenith, there, "*")
    await world.acme.handoff()
    case = await world.zenith.case()
    await world.zenith.handoff(case)
    await arrived(there, 3)
    assert {got.json["thread_id"] for got in there.got} == {case["id"]}


async def test_a_receiver_that_fails_is_seen_and_tried_again_under_the_same_id(world: World, there: Receiver) -> None:
    there.reply = in_turn(answering(500, "Our disk is full.\nSorry."), answering(200))
    made = await webhook(world.acme, there)
    await world.acme.handoff()
    failed = await settled(world.acme, "failed")
    assert failed["last_error"] == "500 Internal Server Error: Our disk is full. Sorry."
    assert wait(failed) == pytest.approx(5, rel=0.11)
    world.advance(seconds=6)
    sent = await settled(world.acme, "sent", 2)
    assert [(one["ok"], one["status"]) for one in sent["attempt_log"]] == [(False, 500), (True, 200)]
    assert [got.headers["webhook-id"] for got in there.got] == [sent["id"]] * 2
    stamps = [int(got.headers["webhook-timestamp"]) for got in there.got]
    assert stamps[1] > stamps[0]  # signed afresh
    assert signed_by(made["secret"], there, 1)


def wait(delivery: dict[str, object]) -> float:
    """Seconds from the last try to the next."""
    tries: list[dict[str, str]] = delivery["attempt_log"]  # type: ignore[assignment]
    last, following = tries[-1]["at"], str(delivery["next_at"])
    return (datetime.fromisoformat(following) - datetime.fromisoformat(last)).total_seconds()


def signed_by(secret: str, there: Receiver, number: int) -> bool:
    """Whether a request carries this secret's signature; whatever the time, for the clock may have been moved."""
    got = there.got[number]
    at = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    signature = Webhook(secret).sign(got.headers["webhook-id"], at, got.body.decode())
    return signature in got.headers["webhook-signature"].split(" ")


async def test_ten_tries_within_about_three_days_then_it_is_dead_and_can_be_redriven(
    world: World, there: Receiver
) -> None:
    there.reply = answering(503)
    await webhook(world.acme, there)
    await world.acme.handoff()
    for number in range(1, 10):
        world.advance(seconds=wait(await settled(world.acme, "failed", number)) + 1)
    dead = await settled(world.acme, "dead", 10)
    took = datetime.fromisoformat(dead["finished_at"]) - datetime.fromisoformat(dead["attempt_log"][0]["at"])
    assert timedelta(days=2, hours=18) < took < timedelta(days=3, hours=12)
    assert dead["next_at"] is None
    assert [one["id"] for one in await deliveries(world.acme, state="dead")] == [dead["id"]]
    events = (await world.acme.owner.get("events", subject=f"delivery:{dead['id']}"))["items"]
    assert [one["type"] for one in events] == ["delivery.dead"]
    there.reply = answering(204)
    again = await world.acme.owner.post(f"deliveries/{dead['id']}/redrive")
    assert again["state"] in ("pending", "sent")
    sent = await settled(world.acme, "sent", 11)
    assert {got.headers["webhook-id"] for got in there.got} == {sent["id"]}
    problem = await world.acme.owner.post(f"deliveries/{dead['id']}/redrive", expect=409)
    assert "it has been sent" in problem["detail"]


async def test_what_is_redriven_has_its_whole_schedule_again(world: World, there: Receiver) -> None:
    there.reply = answering(500)
    await webhook(world.acme, there)
    await world.acme.handoff()
    failed = await settled(world.acme, "failed")
    world.advance(seconds=6)
    failed = await settled(world.acme, "failed", 2)
    assert wait(failed) == pytest.approx(300, rel=0.11)
    await world.acme.owner.post(f"deliveries/{failed['id']}/redrive")
    assert wait(await settled(world.acme, "failed", 3)) == pytest.approx(5, rel=0.11)


async def test_a_receiver_that_asks_for_time_gets_it(world: World, there: Receiver) -> None:
    there.reply = answering(429, Retry_After="120")
    await webhook(world.acme, there)
    await world.acme.handoff()
    assert wait(await settled(world.acme, "failed")) == pytest.approx(120, abs=1)


async def test_gone_disables_the_webhook_and_says_so(world: World, there: Receiver) -> None:
    there.reply = answering(410)
    made = await webhook(world.acme, there)
    await world.acme.handoff()
    dead = await settled(world.acme, "dead")
    assert "410 Gone" in dead["last_error"]
    shown = await world.acme.owner.get(f"webhooks/{made['id']}")
    assert "410 Gone" in shown["disabled_reason"]
    events = (await world.acme.owner.get("events", subject=f"channel:{made['id']}"))["items"]
    assert (events[0]["type"], events[0]["data"]["status"]) == ("channel.disabled", 410)
    await world.acme.handoff()
    assert len(there.got) == len(await deliveries(world.acme)) == 1
    problem = await world.acme.owner.post(f"deliveries/{dead['id']}/redrive", expect=409)
    assert "enable" in problem["detail"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(world: World, there: Receiver, status: int) -> None:
    async with receiver() as elsewhere:
        there.reply = answering(status, Location=elsewhere.url)
        await webhook(world.acme, there)
        await world.acme.handoff()
        failed = await settled(world.acme, "failed")
        assert "redirects are not followed" in failed["last_error"]
        assert failed["next_at"] is not None
        assert elsewhere.got == []


async def test_an_answer_that_never_ends_is_broken_off_and_nobody_waits_for_it(world: World, there: Receiver) -> None:
    """Twelve deliveries to one who drips; another receiver and the assessment come at once all the same."""
    there.reply = dripping
    await webhook(world.acme, there)
    async with receiver() as quick:
        await webhook(world.acme, quick)
        for _ in range(12):
            handoff = await world.acme.handoff()
        await arrived(quick, 12)
        assert len(there.got) <= 4  # no more hands than these hold on

        async def read() -> bool:
            found = await world.acme.ben.get(f"handoffs/{handoff['id']}")
            return bool(found["assessment"]["state"] == "ready")

        await until(read)
        slow = next(one for one in await deliveries(world.acme, limit=200) if str(there.port) in one["channel"]["name"])
        assert slow["state"] == "pending"

    async def broken_off() -> bool:
        found = await deliveries(world.acme, state="failed")
        return any("no whole answer within" in (one["last_error"] or "") and one["next_at"] for one in found)

    await until(broken_off, 40)


async def test_nobody_listens_there(world: World) -> None:
    async with receiver() as gone:
        pass
    await webhook(world.acme, gone)
    await world.acme.handoff()
    failed = await settled(world.acme, "failed")
    assert "takes no connection" in failed["last_error"]
    assert failed["next_at"] is not None
