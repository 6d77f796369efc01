"""`Idempotency-Key`: one effect and one answer, however often and however fast the same request comes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from tests.tenancy import snapshot
from tests.tenancy.conftest import staged
from tests.tenancy.fresh import opened
from tests.tenancy.matrix import forgetful_client
from tests.tenancy.operations import operations
from tests.tenancy.stage import Stage, quiet
from tests.web.problem import problem
from tests.world import Actor, World
from warmline.squads import seats

REPLAYED = "idempotency-replayed"
FIVE = range(5)


@pytest_asyncio.fixture(scope="module")
async def stage(postgres: Any, template: str) -> AsyncIterator[Stage]:
    """Both organizations, with one of everything."""
    async with staged(postgres, template, "idempotency") as made:
        yield made


def key() -> dict[str, str]:
    """A new key."""
    return {"Idempotency-Key": str(uuid4())}


async def test_every_write_that_is_repeated_under_its_key_is_done_once(stage: Stage) -> None:
    """Generated from the route table: a new write is covered by itself."""
    writes = [one for one in operations(stage.server.web) if one.writes and "/api/" in one.path]
    async with forgetful_client(stage) as http:
        for operation in writes:
            first = await opened(stage, operation, str(uuid4()))
            assert first is not None, operation.name
            await quiet(stage)
            before = await snapshot.digests(stage.eyes, stage.acme.tenant.id)
            again = await http.send(first.request)
            assert again.status_code == first.status_code, operation.name
            assert again.headers.get(REPLAYED) == "true", operation.name
            assert again.headers.get("content-type") == first.headers.get("content-type")
            assert again.headers.get("etag") == first.headers.get("etag")
            assert without_secrets(again) == without_secrets(first), operation.name
            await quiet(stage)
            after = await snapshot.digests(stage.eyes, stage.acme.tenant.id)
            assert not snapshot.changed(before, after), operation.name
    assert len(writes) > 20


def without_secrets(answer: httpx2.Response) -> Any:
    """The JSON of an answer, but for what is shown once."""
    told = answer.json() if answer.content else {}
    return {name: value for name, value in told.items() if name not in ("token", "set_password_url", "secret")}


async def test_a_secret_is_shown_once_also_under_a_key(world: World) -> None:
    acme, headers = world.acme, key()
    asked = (f"squads/{acme.squad}/members", {"kind": "agent", "role": "helper", "name": "Pip"})
    member = await acme.owner.post(*asked)
    first = await acme.owner.http.post(f"members/{member['id']}/tokens", headers=headers)
    again = await acme.owner.http.post(f"members/{member['id']}/tokens", headers=headers)
    assert first.json()["token"].startswith("wlm_")
    assert again.json() == {"id": first.json()["id"], "token": None}


async def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    headers, owner = key(), world.acme.owner
    assert (await owner.http.post("squads", json={"name": "One"}, headers=headers)).status_code == 201
    other = problem(await owner.http.post("squads", json={"name": "Two"}, headers=headers), 422)
    assert other["errors"][0]["field"] == "Idempotency-Key"
    names = [squad["name"] for squad in (await owner.get("squads"))["items"]]
    assert "Two" not in names


async def test_the_same_key_for_another_request_is_refused(world: World) -> None:
    headers, acme = key(), world.acme
    case = await acme.case()
    body = {"title": "Call back"}
    assert (await acme.agent.http.post(f"cases/{case['id']}/tasks", json=body, headers=headers)).status_code == 201
    elsewhere = await acme.case()
    problem(await acme.agent.http.post(f"cases/{elsewhere['id']}/tasks", json=body, headers=headers), 422)
    query = f"cases/{case['id']}/tasks?x=1"
    problem(await acme.agent.http.post(query, json=body, headers=headers), 422)


async def test_another_caller_with_the_same_key_is_refused_and_sees_nothing(world: World) -> None:
    headers, acme = key(), world.acme
    body = {"squad_id": str(acme.squad), "title": "Secret title", "problem": "Nobody else's."}
    assert (await acme.agent.http.post("cases", json=body, headers=headers)).status_code == 201
    told = await acme.other_agent.http.post("cases", json=body, headers=headers)
    problem(told, 422)
    assert "Secret title" not in told.text


async def test_two_organizations_may_use_the_same_key(world: World) -> None:
    headers = key()
    for side in (world.acme, world.zenith):
        made = await side.owner.http.post("squads", json={"name": "Nights"}, headers=headers)
        assert (made.status_code, made.headers.get(REPLAYED)) == (201, None)


async def at_once(actor: Actor, path: str, body: Any) -> list[httpx2.Response]:
    """Five times the same under one key, all at the same moment."""
    headers = key()
    return await asyncio.gather(*(actor.http.post(path, json=body, headers=headers) for _ in FIVE))


def one_effect(answers: list[httpx2.Response], status: int) -> dict[str, Any]:
    """What was done: one answer is new; the others are it again, or say that it is being worked on."""
    many = Counter(
        "new" if one.status_code == status and REPLAYED not in one.headers else one.status_code for one in answers
    )
    assert many["new"] == 1, many
    assert set(many) <= {"new", status, 409}, many
    for one in answers:
        if one.status_code == 409:
            assert "being worked on" in problem(one, 409)["detail"]
    bodies = {one.text for one in answers if one.status_code == status}
    assert len(bodies) == 1
    told: dict[str, Any] = next(one.json() for one in answers if one.status_code == status)
    return told


async def test_five_at_once_open_one_case(world: World) -> None:
    acme = world.acme
    body = {"squad_id": str(acme.squad), "title": "Only one of me", "problem": "It must not be there twice."}
    opened = one_effect(await at_once(acme.agent, "cases", body), 201)
    mine = [case["id"] for case in (await acme.agent.get("cases"))["items"] if case["title"] == "Only one of me"]
    assert mine == [opened["id"]]


async def test_five_at_once_say_it_once(world: World) -> None:
    case = await world.acme.case()
    said = one_effect(
        await at_once(world.acme.agent, f"cases/{case['id']}/messages", {"role": "customer", "text": "Hello?"}), 201
    )
    messages = (await world.acme.agent.get(f"cases/{case['id']}"))["messages"]
    assert [message["id"] for message in messages] == [said["id"]]


@pytest.mark.parametrize("body", [None, {}], ids=["the short way", "the usual way"])
async def test_five_at_once_claim_one(world: World, body: Any) -> None:
    for _ in FIVE:
        await world.acme.handoff()
    claimed = one_effect(await at_once(world.acme.ben, "handoffs/claim-next", body), 200)
    held = (await world.acme.ben.get("handoffs", state="claimed"))["items"]
    assert [handoff["id"] for handoff in held] == [claimed["id"]]


async def test_nothing_to_claim_is_an_answer_that_is_kept_too(world: World) -> None:
    headers = key()
    first = await world.acme.ben.http.post("handoffs/claim-next", headers=headers)
    assert first.status_code == 204
    await world.acme.handoff()
    again = await world.acme.ben.http.post("handoffs/claim-next", headers=headers)
    assert (again.status_code, again.headers[REPLAYED]) == (204, "true")


async def test_a_refusal_is_not_kept(world: World) -> None:
    acme, headers = world.acme, key()
    handoff = await acme.handoff()
    await acme.cleo.post(f"handoffs/{handoff['id']}/claim")
    problem(await acme.ben.http.post(f"handoffs/{handoff['id']}/claim", headers=headers), 409)
    await acme.cleo.post(f"handoffs/{handoff['id']}/release")
    now = await acme.ben.http.post(f"handoffs/{handoff['id']}/claim", headers=headers)
    assert (now.status_code, now.headers.get(REPLAYED)) == (200, None)


async def test_a_form_that_came_back_is_sent_again_under_its_key(stage: Stage) -> None:
    """The key is in the form: who corrects it sends the same key with other words."""
    owner = next(tries for tries in stage.acme.tries if tries.name == "owner's cookie")
    headers = {**owner.headers, **key()}
    async with forgetful_client(stage) as http:
        assert (await http.post("/start/squad", data={"name": ""}, headers=headers)).status_code == 422
        assert (await http.post("/start/squad", data={"name": "Nights"}, headers=headers)).status_code == 303


async def test_our_own_mistake_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("planted")

    headers, owner = key(), world.acme.owner
    with monkeypatch.context() as patch:
        patch.setattr(seats, "create_squad", broken)
        problem(await owner.http.post("squads", json={"name": "Nights"}, headers=headers), 500)
    made = await owner.http.post("squads", json={"name": "Nights"}, headers=headers)
    assert (made.status_code, made.headers.get(REPLAYED)) == (201, None)


async def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    headers, owner = key(), world.acme.owner
    first = await owner.http.post("squads", json={"name": "Nights"}, headers=headers)
    world.advance(hours=23)
    assert (await owner.http.post("squads", json={"name": "Nights"}, headers=headers)).headers[REPLAYED] == "true"
    world.advance(hours=2)
    made = await owner.http.post("squads", json={"name": "Nights"}, headers=headers)
    assert made.status_code == 201
    assert made.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("bad", ["", "x" * 201, "a\tb", "caf\u00e9\u00a0", "a\u00adb"])
async def test_a_key_that_cannot_be_one_is_refused(world: World, bad: str) -> None:
    sent = [
        (b"authorization", f"Bearer {world.acme.owner.token}".encode()),
        (b"idempotency-key", bad.encode("latin-1")),
    ]
    before = (await world.acme.owner.get("squads"))["items"]
    answer = await world.acme.owner.http.post("squads", json={"name": "Nights"}, headers=sent)
    assert problem(answer, 422)["errors"][0]["field"] == "Idempotency-Key"
    assert (await world.acme.owner.get("squads"))["items"] == before


async def test_reading_takes_no_notice_of_a_key(world: World) -> None:
    headers, owner = key(), world.acme.owner
    for _ in range(2):
        answer = await owner.http.get("squads", headers=headers)
        assert (answer.status_code, answer.headers.get(REPLAYED)) == (200, None)
    assert (await owner.http.post("squads", json={"name": "Nights"}, headers=headers)).status_code == 201
