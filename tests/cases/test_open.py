"""POST /cases and GET /cases: opening work, and the list of it."""

from tests.world import World


async def test_an_agent_opens_a_case_that_is_its_own(world: World) -> None:
    acme = world.acme
    customer = {"name": "Kim", "company": "Praxis"}
    case = await acme.case(customer=customer, domain="mail")
    assert case["owner"] == {"id": str(acme.agent.id), "name": "Jane"}
    assert (case["status"], case["epoch"], case["handler"], case["ended_at"]) == ("active", 0, None, None)
    whole = await acme.agent.get(f"cases/{case['id']}")
    assert (whole["customer"], whole["ticket"], whole["domain"]) == (customer, "#12345", "mail")
    assert [whole[kind] for kind in ("messages", "steps", "facts", "tasks", "handoff_id")] == [[], [], [], [], None]


async def test_an_operator_opens_a_case_too_but_a_viewer_does_not(world: World) -> None:
    acme = world.acme
    opened = await acme.case(acme.ben)
    assert opened["owner"] == {"id": str(acme.ben.id), "name": "Ben"}
    body = {"squad_id": str(acme.squad), "title": "t", "problem": "p"}
    await acme.viewer.post("cases", body, 403)
    assert len((await acme.admin.get("cases"))["items"]) == 1


async def test_a_case_needs_a_squad_of_the_organization_a_title_and_a_problem(world: World) -> None:
    acme = world.acme
    good = {"squad_id": str(acme.squad), "title": "t", "problem": "p"}
    for name, wrong in (
        ("squad_id", str(world.zenith.squad)),
        ("squad_id", "none"),
        ("title", ""),
        ("title", " "),
        ("title", "x" * 301),
        ("problem", ""),
        ("problem", "a\x00b"),
        ("customer", {"shoe_size": 41}),
        ("colour", "blue"),
    ):
        refused = await acme.agent.post("cases", good | {name: wrong}, 422)
        assert refused["errors"][0]["field"].startswith(name)
    assert (await acme.admin.get("cases"))["items"] == []


async def test_the_list_is_newest_first_in_pages_and_by_status_and_squad(world: World) -> None:
    acme = world.acme
    other = await acme.admin.post("squads", {"name": "Phones"}, 201)
    first, second, third = await acme.case(), await acme.case(), await acme.case(squad_id=other["id"])
    await acme.handoff(second)

    page = await acme.admin.get("cases", limit=2)
    rest = await acme.admin.get("cases", limit=2, cursor=page["next_cursor"])
    assert [one["id"] for one in page["items"] + rest["items"]] == [third["id"], second["id"], first["id"]]
    assert rest["next_cursor"] is None
    escalated = await acme.admin.get("cases", status="escalated")
    assert [one["id"] for one in escalated["items"]] == [second["id"]]
    phones = await acme.admin.get("cases", squad_id=other["id"])
    assert [one["id"] for one in phones["items"]] == [third["id"]]
    await acme.admin.get("cases", 422, status="asleep")
    await acme.admin.get("cases", 422, cursor="nonsense")
