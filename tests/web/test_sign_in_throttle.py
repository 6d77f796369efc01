"""Brakes of the API: bad tokens count against who sends them, requests against their token, and nobody else waits."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.conftest import Running, running, settings_for
from tests.web.problem import problem
from tests.world import World, create_world, until
from warmline.db.connections import Urls
from warmline.web import throttle

BAD, OFTEN = 5, 30
DOORS = [
    ("GET", "me"),
    ("POST", "handoffs/claim-next"),
    ("GET", "events/stream"),
    ("POST", "cases"),
    ("DELETE", "tokens/x"),
]


@pytest_asyncio.fixture
async def server(own_database: Urls) -> AsyncIterator[Running]:
    """A server that brakes early."""
    async with running(settings_for(own_database, bad_tokens=BAD, token_requests=OFTEN)) as made:
        yield made


@pytest_asyncio.fixture
async def world(server: Running) -> AsyncIterator[World]:
    """The cast, on that server."""
    made = await create_world(server.app, server.address)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def stranger(server: Running) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who has no token."""
    async with httpx2.AsyncClient(base_url=f"{server.address}/api/v1/") as client:
        yield client


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def guess(stranger: httpx2.AsyncClient, number: int, door: tuple[str, str] = DOORS[0]) -> httpx2.Response:
    return await stranger.request(*door, headers=bearing(f"wlu_{number:032}"))


@pytest.mark.parametrize("door", DOORS, ids=[f"{method} {path}" for method, path in DOORS])
async def test_who_guesses_tokens_is_slowed_down_at_every_door(
    stranger: httpx2.AsyncClient, door: tuple[str, str]
) -> None:
    for number in range(BAD):
        problem(await guess(stranger, number, door), 401)
    told = await guess(stranger, BAD, door)
    problem(told, 429)
    assert 0 < int(told.headers["retry-after"]) <= 60


async def test_others_at_the_same_address_do_not_wait(world: World, stranger: httpx2.AsyncClient) -> None:
    """A program with an old token must not stop all the others behind the same router."""
    for number in range(3 * BAD):
        await guess(stranger, number)
    assert (await world.acme.ben.get("me"))["name"] == "Ben"
    assert (await stranger.get("me", headers=bearing(world.acme.agent.token))).status_code == 200


async def test_a_revoked_token_counts_as_a_bad_one(world: World, stranger: httpx2.AsyncClient) -> None:
    old = await world.acme.owner.post(f"users/{world.acme.ben.id}/tokens", {})
    await world.acme.owner.delete(f"tokens/{old['id']}")
    seen = [(await stranger.get("me", headers=bearing(old["token"]))).status_code for _ in range(BAD + 1)]
    assert seen == [401] * BAD + [429]


async def test_who_brings_nothing_is_told_so_and_not_counted(stranger: httpx2.AsyncClient) -> None:
    for _ in range(3 * BAD):
        problem(await stranger.get("me"), 401)


async def test_a_token_that_never_stops_is_slowed_down_alone(world: World) -> None:
    ben = world.acme.ben
    for _ in range(OFTEN):
        await ben.get("me")
    told = await ben.http.get("me")
    problem(told, 429)
    assert 0 < int(told.headers["retry-after"]) <= 60
    problem(await ben.http.post("handoffs/claim-next"), 429)
    assert (await world.acme.cleo.get("me"))["name"] == "Cleo"


async def test_the_brake_lets_go_by_itself(stranger: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "WINDOW", 0.3)
    seen = {(await guess(stranger, number)).status_code for number in range(BAD + 1)}
    assert seen == {401, 429}

    async def only_unknown_again() -> Any:
        return (await guess(stranger, 99)).status_code == 401

    await until(only_unknown_again)


async def test_what_is_refused_tells_nothing_of_why(world: World, stranger: httpx2.AsyncClient) -> None:
    """Unknown, revoked, of a disabled user, of a member who left: one answer for all."""
    acme = world.acme
    revoked = await acme.owner.post(f"users/{acme.ben.id}/tokens", {})
    await acme.owner.delete(f"tokens/{revoked['id']}")
    await acme.owner.patch(f"users/{acme.cleo.id}", {"disabled": True})
    await acme.owner.delete(f"members/{acme.agent.id}")
    tokens = ["wlu_" + "x" * 32, revoked["token"], acme.cleo.token, acme.agent.token]
    answers = [(await stranger.get("me", headers=bearing(token))).json() for token in tokens]
    assert all(answer == answers[0] for answer in answers), answers


@pytest.mark.parametrize("proxies", ["127.0.0.0/8", "10.0.0.1"])
async def test_a_proxy_is_believed_for_whom_it_asks_if_it_is_ours(own_database: Urls, proxies: str) -> None:
    settings = settings_for(own_database, bad_tokens=BAD, trusted_proxies=proxies)
    async with running(settings) as server, httpx2.AsyncClient(base_url=f"{server.address}/api/v1/") as client:
        for number in range(2 * BAD):
            asks = bearing(f"wlu_{number:032}") | {"X-Forwarded-For": f"203.0.113.{number}"}
            told = await client.get("me", headers=asks)
    assert told.status_code == (401 if proxies == "127.0.0.0/8" else 429)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("192.0.2.1", "192.0.2.2", False), ("::ffff:192.0.2.1", "192.0.2.1", True), ("unknown", "2001:db8::", False),
    ],
)  # fmt: skip
def test_of_ipv6_a_whole_network_is_one_sender(one: str, other: str, same: bool) -> None:
    """Everybody at home has as many addresses as there are grains of sand, and would never be slowed down."""
    assert (throttle.network(one) == throttle.network(other)) == same
