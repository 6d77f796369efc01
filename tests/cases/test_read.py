"""GET /cases/{id}: in transit it is everybody's in the organization, otherwise its own people's."""

from tests.world import Actor, World


async def may_read(*people: Actor, case: str) -> list[str]:
    """The names of those who may."""
    answers = [(who.name, await who.http.get(f"cases/{case}")) for who in people]
    assert {answer.status_code for _, answer in answers} <= {200, 404}
    return [name for name, answer in answers if answer.status_code == 200]


async def test_before_it_is_handed_over_a_case_is_its_owners_its_squads_and_the_admins(world: World) -> None:
    acme = world.acme
    case = (await acme.case())["id"]
    assert await may_read(*acme.everybody, world.otto, case=case) == ["Olga", "Ada", "Jane", "Otis"]
    await acme.admin.post(
        f"squads/{acme.squad}/members", {"kind": "user", "role": "lead", "user_id": str(acme.cleo.id)}
    )
    assert await may_read(acme.ben, acme.cleo, acme.viewer, case=case) == ["Cleo"]


async def test_in_transit_everybody_of_the_organization_reads_it_and_nobody_else(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    everybody = [one.name for one in acme.everybody]
    assert await may_read(*acme.everybody, *world.zenith.everybody, case=case) == everybody
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    assert await may_read(*acme.everybody, case=case) == everybody


async def test_afterwards_it_is_owner_handler_admins_and_squad_again(world: World) -> None:
    acme = world.acme
    elsewhere = await acme.admin.post("squads", {"name": "Elsewhere"})
    outsider = await acme.admin.post(f"squads/{elsewhere['id']}/members", {"kind": "agent", "role": "caller"})
    token = (await acme.admin.post(f"members/{outsider['id']}/tokens"))["token"]
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    stranger = {"Authorization": f"Bearer {token}"}
    assert (await acme.agent.http.get(f"cases/{case}", headers=stranger)).status_code == 200
    await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved"})
    assert await may_read(*acme.everybody, case=case) == ["Olga", "Ada", "Ben", "Jane", "Otis"]
    assert (await acme.agent.http.get(f"cases/{case}", headers=stranger)).status_code == 404


async def test_the_case_appears_in_the_list_of_its_handler(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = handoff["source"]["id"]
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved"})
    assert [one["id"] for one in (await acme.ben.get("cases"))["items"]] == [case]
    assert (await acme.cleo.get("cases"))["items"] == []


async def test_a_parked_case_is_not_in_transit(world: World) -> None:
    acme = world.acme
    case = (await acme.handoff(intent="park"))["source"]["id"]
    assert await may_read(acme.ben, acme.cleo, acme.viewer, acme.agent, acme.admin, case=case) == ["Jane", "Ada"]
