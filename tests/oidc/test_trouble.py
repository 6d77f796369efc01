"""A provider that is away, slow, odd or not set up as it should be."""

import asyncio
import json
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from structlog.testing import capture_logs

from tests.conftest import Running, running, settings_for
from tests.oidc.going import go, go_there, says, setting_up
from tests.oidc.provider import Provider
from tests.web.visitors import Visitor, newcomer
from tests.world import World, until
from warmline.db.connections import Urls
from warmline.settings import Settings
from warmline.web.oidc import provider as ours

DOWN = "Id does not answer properly just now"
MISCONFIGURED = "Id and this server do not understand each other"


ANSWERS: dict[str, Response] = {
    "an error": JSONResponse({"error": "server_error"}, 500),
    "a page": PlainTextResponse("<h1>Bad gateway</h1>", 502),
    "no JSON": PlainTextResponse("ok"),
    "a list": JSONResponse([]),
    "without end": PlainTextResponse('{"issuer": "' + "a" * 300_000 + '"}'),
    "deep": PlainTextResponse("[" * 100_000),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_provider_that_answers_nonsense(
    world: World, visitor: Visitor, provider: Provider, answer: str
) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.broken["openid-configuration"] = ANSWERS[answer]
    says(await visitor.http.get("/sign-in/oidc"), 502, DOWN)
    del provider.broken["openid-configuration"]
    for door in ("keys", "token"):
        provider.broken = {door: ANSWERS[answer]}
        says(await go(visitor, provider), 502, DOWN)
    provider.broken = {}
    assert (await go(visitor, provider)).status_code == 303, "nothing of it is kept"


DOCUMENTS: list[dict[str, Any]] = [
    {"issuer": "https://evil.example"},
    {"issuer": None},
    {"token_endpoint": None},
    {"token_endpoint": "http://id.example.com/token"},
    {"jwks_uri": "file:///etc/passwd"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": ["https://id.example.com"]},
    {"token_endpoint": "https://me@id.example.com/token"},
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=json.dumps)
async def test_a_document_that_leads_elsewhere_is_not_followed(
    visitor: Visitor, provider: Provider, document: dict[str, Any]
) -> None:
    provider.discovery = document
    says(await visitor.http.get("/sign-in/oidc"), 502, MISCONFIGURED)
    provider.discovery = {}
    await go_there(visitor)  # who puts it right need not wait


@pytest.mark.parametrize("keys", [{}, {"keys": None}, {"keys": {}}, {"error": "no"}], ids=json.dumps)
async def test_a_key_set_without_keys(world: World, visitor: Visitor, provider: Provider, keys: dict[str, Any]) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.broken["keys"] = JSONResponse(keys)
    says(await go(visitor, provider), 502, MISCONFIGURED)
    provider.broken = {}
    provider.discovery = {"token_endpoint_auth_methods_supported": 7}
    assert (await go(visitor, provider)).status_code == 303, "and what is odd elsewhere does no harm"


@pytest.mark.parametrize("answer", [{}, {"id_token": None}, {"id_token": {}}], ids=json.dumps)
async def test_an_answer_without_an_id_token(visitor: Visitor, provider: Provider, answer: dict[str, Any]) -> None:
    provider.broken["token"] = JSONResponse(answer)
    says(await go(visitor, provider), 502, MISCONFIGURED)


async def test_redirects_are_not_followed(visitor: Visitor, provider: Provider) -> None:
    provider.broken["openid-configuration"] = RedirectResponse(f"{provider.issuer}/other")
    says(await visitor.http.get("/sign-in/oidc"), 502, DOWN)
    assert provider.asked == ["openid-configuration"]


async def test_a_provider_that_lets_everybody_wait_is_given_up(
    visitor: Visitor, provider: Provider, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "SECONDS", 0.2)
    server.web.state.provider = ours.Provider.of(server.app.settings)
    provider.goes_on.clear()
    says(await visitor.http.get("/sign-in/oidc"), 502, DOWN)
    provider.goes_on.set()
    await go_there(visitor)


async def test_who_waits_for_the_provider_holds_up_nobody_else(
    world: World, provider: Provider, database: Urls
) -> None:
    """One connection to the database, five people who wait, one question to the provider."""
    provider.goes_on.clear()
    settings = settings_for(database, pool_size=1, **setting_up(provider))
    async with running(settings) as server, Visitor(server.address) as somebody:
        waiting = [asyncio.create_task(somebody.http.get("/sign-in/oidc")) for _ in range(5)]

        async def has_asked() -> bool:
            return provider.asked == ["openid-configuration"]

        try:
            await until(has_asked)
            bearer = {"Authorization": f"Bearer {world.acme.ben.token}"}
            assert (await somebody.http.get("/api/v1/me", headers=bearer)).status_code == 200
            assert not any(one.done() for one in waiting)
        finally:
            provider.goes_on.set()
        assert [one.status_code for one in await asyncio.gather(*waiting)] == [303] * 5
    assert provider.asked == ["openid-configuration"]


async def test_a_provider_that_is_not_there(visitor: Visitor, provider: Provider, database: Urls) -> None:
    """Port 9 is for discarding, and nobody listens. It is no failure of whoever comes: passwords go on from there."""
    gone = setting_up(provider, oidc_issuer="http://127.0.0.1:9/of/acme", sign_in_attempts=1)
    async with running(settings_for(database, **gone)) as server, Visitor(server.address) as somebody:
        for _ in range(7):
            says(await somebody.http.get("/sign-in/oidc"), 502, DOWN)
        await somebody.get("/sign-in")
        assert (await somebody.post("/sign-in", email="a@b.example", password="x")).status_code == 401


async def test_a_secret_that_is_wrong_is_the_operators_matter(
    world: World, visitor: Visitor, provider: Provider, database: Urls
) -> None:
    await newcomer(world.acme, email=provider.email)
    wrong = setting_up(provider, oidc_client_secret="wrong")
    async with running(settings_for(database, **wrong)) as server, Visitor(server.address) as somebody:
        with capture_logs() as logs:
            says(await go(somebody, provider), 502, MISCONFIGURED)
    assert [one["detail"] for one in logs if one["event"] == "sign_in.refused"] == ["it answered 401, invalid_client"]


WRONG: list[dict[str, Any]] = [
    {"oidc_client_id": None},
    {"oidc_issuer": None},
    {"oidc_issuer": "id.example.com"},
    {"oidc_issuer": "http://id.example.com"},
    {"oidc_issuer": "http://127.0.0.1.example.com"},
    {"oidc_issuer": "https://me:secret@id.example.com"},
    {"oidc_issuer": "https://[::1"},
    {"oidc_issuer": "ftp://localhost"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=json.dumps)
def test_settings_that_cannot_work_are_refused_when_the_server_starts(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="WARMLINE_OIDC_ISSUER"):
        Settings.model_validate({"oidc_issuer": "https://id.example.com", "oidc_client_id": "us"} | wrong)


@pytest.mark.parametrize(
    "issuer", ["https://id.example.com/", "http://localhost:1", "http://[::1]:1", "http://127.9.9.9"]
)
def test_settings_that_can(issuer: str) -> None:
    assert Settings.model_validate({"oidc_issuer": issuer, "oidc_client_id": "us"}).oidc_issuer == issuer
    given = {"oidc_issuer": "http://id.example.com", "oidc_client_id": "us", "oidc_allow_insecure": True}
    assert Settings.model_validate(given)
