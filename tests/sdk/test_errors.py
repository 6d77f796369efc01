"""Refusals of the real server become typed errors that carry what was said."""

from datetime import UTC, datetime

import pytest

from tests.sdk.proxy import Proxy, Say
from tests.sdk.sides import client
from tests.world import World
from warmline.sdk import (
    AsyncWarmline,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
    Warmline,
    WarmlineError,
)
from warmline.sdk.errors import problem


async def test_what_is_not_there_is_not_found(world: World, side: str) -> None:
    async with client(side, world.address, world.otto) as otto:
        with pytest.raises(NotFound, match="no such case") as refused:
            await otto.do(otto.inner.cases.get, (await world.acme.case())["id"])
    assert (refused.value.status, refused.value.title) == (404, "Not found")
    assert refused.value.request_id
    assert refused.value.request_id in str(refused.value)


async def test_what_one_may_not_do_is_forbidden(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.viewer) as vic:
        with pytest.raises(Forbidden, match="operator"):
            await vic.do(vic.inner.handoffs.claim_next)
        with pytest.raises(Forbidden, match="stream"):
            await vic.next(vic.inner.events.stream())


async def test_a_token_that_is_not_good_is_unauthorized(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        agent.inner.http.headers["Authorization"] = "Bearer wlm_none"
        with pytest.raises(Unauthorized):
            await agent.do(agent.inner.me)


async def test_a_wrong_field_is_named(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        with pytest.raises(Invalid) as refused:
            await agent.do(agent.inner.cases.open, str(world.acme.squad), "", "p")
    assert [error["field"] for error in refused.value.errors] == ["title"]


async def test_the_loser_is_told_who_won_and_when(world: World, side: str) -> None:
    id = (await world.acme.handoff())["id"]
    won = await world.acme.ben.post(f"handoffs/{id}/claim")
    async with client(side, world.address, world.acme.cleo) as cleo:
        with pytest.raises(Conflict, match="Already claimed by Ben") as refused:
            await cleo.do(cleo.inner.handoffs.claim, id)
    assert refused.value.claimed_by is not None
    assert (refused.value.claimed_by.id, refused.value.claimed_by.name) == (str(world.acme.ben.id), "Ben")
    assert refused.value.claimed_at == datetime.fromisoformat(won["claimed_at"])
    assert refused.value.epoch is None


async def test_an_id_cannot_lead_elsewhere(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        with pytest.raises((NotFound, Invalid)):
            await agent.do(agent.inner.cases.get, "../me")


async def test_another_server_is_noticed(world: World, proxy: Proxy, side: str) -> None:
    async with client(side, proxy.address, world.acme.agent) as agent:
        for body in (b"<html>", b"[]", b"{}"):
            proxy.fail(Say("200 OK", body=body))
            with pytest.raises(WarmlineError, match="address"):
                await agent.do(agent.inner.me)
        proxy.fail(Say("200 OK", ("Content-Type: text/html",), b"<html>"))
        with pytest.raises(WarmlineError, match="event-stream"):
            await agent.next(agent.inner.events.stream())


@pytest.mark.parametrize("kind", [Warmline, AsyncWarmline])
def test_settings_come_from_the_environment(
    kind: type[Warmline] | type[AsyncWarmline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WARMLINE_URL", raising=False)
    monkeypatch.delenv("WARMLINE_TOKEN", raising=False)
    with pytest.raises(ValueError, match="WARMLINE_URL"):
        kind(token="wlm_x")
    with pytest.raises(ValueError, match="WARMLINE_TOKEN"):
        kind(url="http://127.0.0.1:1")
    for given in ("http://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/api/v1"):
        monkeypatch.setenv("WARMLINE_URL", given)
        monkeypatch.setenv("WARMLINE_TOKEN", "wlm_x\n")
        made = kind()
        assert str(made.http.base_url) == "http://127.0.0.1:1/api/v1/"
        assert made.http.headers["authorization"] == "Bearer wlm_x"


async def test_the_end_of_the_block_closes_the_connections(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        assert not agent.inner.http.is_closed
    assert agent.inner.http.is_closed


def test_retry_after_may_be_a_date() -> None:
    asked = {"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert problem(503, asked, None).retry_after == 30
    assert problem(503, {"retry-after": "soon"}, None).retry_after is None
    assert problem(409, {}, {"claimed_at": "2026-01-01T00:00:00Z"}).more == {"claimed_at": "2026-01-01T00:00:00Z"}


def test_a_conflict_knows_its_times() -> None:
    told = problem(409, {}, {"detail": "d", "claimed_at": "2026-01-01T00:00:00Z", "epoch": 3})
    assert isinstance(told, Conflict)
    assert (told.claimed_at, told.claimed_by, told.epoch) == (datetime(2026, 1, 1, tzinfo=UTC), None, 3)
