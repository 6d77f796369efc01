"""What is unread: the counts of everybody at once are those of each alone, whatever happens."""

from uuid import UUID

from tests.channels.test_notifications import bell, unread
from tests.web.visitors import signed_in
from tests.world import Actor, World, until
from warmline.db.transaction import tenant
from warmline.flows import unread as counting


async def agree(world: World, *many: int) -> None:
    """Ben's, Cleo's, Ada's and Olga's count: all together, each alone, and by what is marked in the list."""
    acme = world.acme
    people = (acme.ben, acme.cleo, acme.admin, acme.owner)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        together = await counting.unread(unit.session, acme.id)
    assert tuple([together.of(one.id) for one in people]) == many
    assert tuple([await unread(one) for one in people]) == many
    assert tuple([len([told for told in await bell(one) if told["is_unread"]]) for one in people]) == many


async def test_the_counts_of_all_are_those_of_each(world: World) -> None:
    acme = world.acme
    await agree(world, 0, 0, 0, 0)
    first = await acme.handoff()
    await acme.handoff(target_user_id=str(acme.cleo.id))
    await acme.handoff(await acme.case(acme.ben), acme.ben, target_user_id=str(acme.cleo.id))
    await agree(world, 2, 3, 3, 3)
    told = (await bell(acme.cleo))[-1]
    await acme.cleo.post(f"notifications/{told['id']}/read")
    await agree(world, 2, 2, 3, 3)
    await acme.ben.post(f"handoffs/{first['id']}/claim")
    await agree(world, 1, 2, 2, 2)
    await acme.ben.post(f"handoffs/{first['id']}/transfer", {"user_id": str(acme.cleo.id), "note": "Yours"})
    await agree(world, 1, 3, 2, 2)
    dan = await acme.owner.post("users", {"email": "dan@acme.example", "name": "Dan", "role": "operator"}, 201)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        assert (await counting.unread(unit.session, acme.id)).of(UUID(dan["id"])) == 0  # he joined later
    world.advance(minutes=16)

    async def lapsed() -> bool:
        return bool((await bell(acme.cleo))[0]["kind"] == "lapse")

    await until(lapsed)
    await agree(world, 2, 3, 3, 3)  # it is on the desk again; Cleo had read of it, and is told of the lapse


async def test_who_has_it_before_them_has_read_of_it(world: World) -> None:
    acme = world.acme
    one, other = await acme.handoff(), await acme.handoff()
    await acme.ben.post(f"handoffs/{one['id']}/claim")
    await acme.ben.post(f"handoffs/{one['id']}/release")
    await agree(world, 2, 2, 2, 2)
    await _look(world, acme.ben, f"/handoffs/{one['id']}?pickup=true")
    await _look(world, acme.ben, f"/handoffs/{one['id']}")
    await agree(world, 1, 2, 2, 2)
    await acme.cleo.post(f"handoffs/{other['id']}/claim")
    await _look(world, acme.cleo, f"/handoffs/{other['id']}/work")
    await acme.cleo.post(f"handoffs/{other['id']}/release")
    await agree(world, 1, 1, 2, 2)
    read = [event for event in (await acme.admin.get("events"))["items"] if event["type"] == "notification.read"]
    assert [(event["actor"]["name"], event["data"]) for event in read] == [("Cleo", {"many": 1}), ("Ben", {"many": 1})]
    assert not [
        one for one in (await acme.owner.get("deliveries"))["items"] if one["event_type"] == "notification.read"
    ]


async def _look(world: World, who: Actor, path: str) -> None:
    async with signed_in(world.app, world.address, world.acme.id, who) as visitor:
        await visitor.get(path)
