"""Who sees what: another organization, viewers, the demo, and people who are not signed in."""

from uuid import uuid4

import httpx2
import pytest

from tests.browser.screens import with_demo
from tests.conftest import Running
from tests.web.test_pages_csrf import claimed
from tests.web.visitors import Visitor, session_of, signed_in
from tests.world import World

__all__ = ["claimed"]
OF_A_HANDOFF = ("/handoffs/{}", "/handoffs/{}/work", "/handoffs/{}/glance", "/history/handoff/{}")
ACTS = {
    "claim": {}, "say": {"text": "Hello."}, "tasks": {"title": "Look"}, "heartbeat": {}, "release": {},
    "close": {"reason": "resolved"}, "return": {"outcome": "Go on."}, "snooze": {"minutes": "15"},
    "transfer": {"to": "user:01a1fe08-f2ae-724b-a914-a79b5bed6315", "note": "Yours."},
}  # fmt: skip


def without_what_changes(answer: httpx2.Response) -> str:
    """The page without its time and its keys."""
    lines = answer.text.splitlines()
    return "\n".join(line for line in lines if 'name="now"' not in line and "idempotency_key" not in line)


@pytest.mark.parametrize("path", OF_A_HANDOFF)
async def test_anothers_handoff_is_not_there(world: World, claimed: dict[str, str], path: str) -> None:
    async with signed_in(world.app, world.address, world.zenith.id, world.otto) as otto:
        there = await otto.http.get(path.format(claimed["handoff_id"]))
        nowhere = await otto.http.get(path.format(uuid4()))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert without_what_changes(there) == without_what_changes(nowhere)
    assert "Outlook" not in there.text


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_nobody_acts_on_anothers_handoff(world: World, claimed: dict[str, str], act: str) -> None:
    before = await world.acme.ben.get(f"handoffs/{claimed['handoff_id']}")
    async with signed_in(world.app, world.address, world.zenith.id, world.otto) as otto:
        there = await otto.post(f"/handoffs/{claimed['handoff_id']}/{act}", **ACTS[act])
        nowhere = await otto.post(f"/handoffs/{uuid4()}/{act}", **ACTS[act])
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert without_what_changes(there) == without_what_changes(nowhere)
    assert await world.acme.ben.get(f"handoffs/{claimed['handoff_id']}") == before


async def test_lists_hold_nothing_of_others(world: World, claimed: dict[str, str]) -> None:
    await world.acme.handoff()
    case = (await world.acme.ben.get(f"handoffs/{claimed['handoff_id']}"))["source"]["id"]
    async with signed_in(world.app, world.address, world.zenith.id, world.otto) as otto:
        for path in ("/desk", f"/desk?squad={world.acme.squad}", "/cases", "/history"):
            assert "Outlook" not in await otto.get(path)
        for path in (f"/cases/{case}", f"/history/case/{case}"):
            await otto.get(path, 404)


async def test_the_stream_of_anothers_handoff_says_nothing(world: World, claimed: dict[str, str]) -> None:
    await world.acme.ben.post(f"handoffs/{claimed['handoff_id']}/release")
    async with signed_in(world.app, world.address, world.zenith.id, world.otto) as otto:
        path = f"/live?view=handoff&id={claimed['handoff_id']}"
        async with otto.http.stream("GET", path, headers={"last-event-id": "cDA"}) as answer:
            said = ""
            async for text in answer.aiter_text():
                said += text
                if ": beat" in said or "hx-partial" in said:
                    break
    assert "hx-partial" not in said


async def test_a_viewer_reads_and_is_offered_nothing_to_take(world: World) -> None:
    handoff = await world.acme.handoff()
    async with signed_in(world.app, world.address, world.acme.id, world.acme.viewer) as vic:
        desk, pickup = await vic.get("/desk"), await vic.get(f"/handoffs/{handoff['id']}")
        assert "Outlook fails" in desk
        assert "You are reading along" in pickup
        assert "Claim next" not in desk
        for page in (desk, pickup):
            assert 'data-stream=""' in page
        assert 'class="page page-desk is-reading"' in desk  # which hides the rows' buttons: a row is the same for all
        assert "Claim and continue" not in pickup
        refused = await vic.http.get("/live?view=desk", headers={"accept": "text/event-stream"})
        assert refused.status_code == 403
        for path in (f"/handoffs/{handoff['id']}/claim", "/handoffs/claim-next"):
            assert (await vic.post(path)).status_code == 403
    assert (await world.acme.ben.get(f"handoffs/{handoff['id']}"))["state"] == "ready"


async def test_only_admins_connect_agents(world: World) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        assert "Connect an agent" not in await ben.get("/desk")
        await ben.get("/start", 403)
        assert (await ben.post("/start/squad", name="Mine")).status_code == 403
        token = await ben.post("/start/token", member_id=str(world.acme.agent.id))
        assert token.status_code == 403
    assert (await world.acme.agent.get("me"))["name"] == "Jane"


async def test_nobody_makes_a_token_for_anothers_agent(world: World) -> None:
    async with signed_in(world.app, world.address, world.zenith.id, world.otto) as otto:
        for id in (world.acme.agent.id, uuid4()):
            assert (await otto.post("/start/token", member_id=str(id))).status_code in (404, 422)
    assert (await world.acme.agent.get("me"))["name"] == "Jane"


@pytest.mark.parametrize("path", ["/", "/desk", "/cases", "/history", "/start", *OF_A_HANDOFF])
async def test_without_a_sign_in_one_is_led_to_it(world: World, claimed: dict[str, str], path: str) -> None:
    async with Visitor(world.address) as nobody:
        answer = await nobody.http.get(path.format(claimed["handoff_id"]))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
        assert (
            await nobody.http.get(path, headers={"authorization": f"Bearer {world.acme.ben.token}"})
        ).status_code == 401


async def test_a_closed_handoff_is_read_by_its_own_people(world: World, claimed: dict[str, str]) -> None:
    """As over the API: its people, admins and its squad; for others it is not there."""
    await world.acme.ben.post(f"handoffs/{claimed['handoff_id']}/close", {"reason": "resolved"})
    for who in world.acme.everybody[:5]:
        by_api = (await who.http.get(f"handoffs/{claimed['handoff_id']}")).status_code
        async with Visitor(world.address, await session_of(world.app, world.acme.id, who)) as visitor:
            assert (await visitor.http.get(f"/handoffs/{claimed['handoff_id']}")).status_code == by_api, who.name


async def test_without_a_demo_there_is_no_way_into_one(shared: Running, world: World) -> None:
    async with Visitor(world.address) as nobody:
        assert "demo" not in await nobody.get("/sign-in")
        answer = await nobody.post("/sign-in/demo", email="ben@acme.example")
        assert answer.status_code == 404
        assert not await nobody.is_in()


async def test_the_demos_people_and_nobody_else_step_in_with_a_click(shared: Running, world: World) -> None:
    with with_demo(shared, world.acme.id):
        async with Visitor(world.address) as nobody:
            page = await nobody.get("/sign-in")
            assert all(f'value="{name}@acme.example"' in page for name in ("olga", "ada", "ben", "cleo", "vic"))
            assert (await nobody.post("/sign-in/demo", email="otto@zenith.example")).status_code == 404
            assert (await nobody.post("/sign-in/demo", email="olga@zenith.example")).status_code == 404
            answer = await nobody.post("/sign-in/demo", email="ben@acme.example", next="https://evil.example")
            assert answer.headers["location"] == "/desk"
            assert "operator, Acme" in await nobody.get("/desk")
