"""POST /handoffs/{id}/pin: an admin puts one before everything in order."""

from tests.handoffs.cast import claimed, story
from tests.world import World


async def test_pinned_ones_come_first_by_their_own_due_times(world: World) -> None:
    acme = world.acme
    urgent, low, normal = (
        await acme.handoff(priority="urgent"),
        await acme.handoff(priority="low"),
        await acme.handoff(),
    )
    for one in (low, normal):
        assert (await acme.admin.post(f"handoffs/{one['id']}/pin", expect=200))["pinned"] is True

    async def queue() -> list[str]:
        return [one["id"] for one in (await acme.ben.get("handoffs", state="ready"))["items"]]

    assert await queue() == [normal["id"], low["id"], urgent["id"]]
    back = await acme.admin.post(f"handoffs/{low['id']}/pin", {"pinned": False})
    assert back["pinned"] is False
    assert await queue() == [normal["id"], urgent["id"], low["id"]]
    assert [one[0] for one in await story(world, low)] == ["handoff.created", "handoff.pinned", "handoff.unpinned"]


async def test_only_admins_pin_and_nothing_that_is_closed(world: World) -> None:
    acme = world.acme
    won = await claimed(world)
    for somebody in (acme.ben, acme.viewer, acme.agent):
        await somebody.post(f"handoffs/{won['id']}/pin", expect=403)
    await world.otto.post(f"handoffs/{won['id']}/pin", expect=404)
    assert (await acme.owner.post(f"handoffs/{won['id']}/pin"))["claimed_by"]["name"] == "Ben"
    await acme.admin.post(f"handoffs/{won['id']}/pin", {"epoch": 0}, 409)
    await acme.ben.post(f"handoffs/{won['id']}/close", {"reason": "resolved"})
    await acme.admin.post(f"handoffs/{won['id']}/pin", expect=409)


async def test_a_pin_stays_when_the_claim_ends(world: World) -> None:
    acme = world.acme
    won = await claimed(world, priority="low")
    await acme.admin.post(f"handoffs/{won['id']}/pin")
    await acme.handoff(priority="urgent")
    await acme.ben.post(f"handoffs/{won['id']}/release")
    assert (await acme.cleo.post("handoffs/claim-next"))["id"] == won["id"]
