"""What goes wrong on the way: it ends on the sign-in page, with a sentence and a status, and tells no secret."""

import json
import time
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from tests.conftest import running, settings_for
from tests.oidc.going import COOKIE, brought, go, go_there, says, setting_up
from tests.oidc.provider import SECRET, Provider
from tests.web.visitors import Visitor, newcomer
from tests.world import World
from warmline.db.connections import Urls
from warmline.web.oidc.trip import Trip

ELSEWHERE = "was not begun in this browser"


async def test_who_cancels_is_told_so_and_may_go_on(world: World, visitor: Visitor, provider: Provider) -> None:
    provider.refuses = "access_denied"
    answer = await go(visitor, provider, "/cases")
    says(answer, 401, "You were not signed in: it was cancelled at Id.")
    assert 'href="/sign-in/oidc?next=/cases"' in answer.text, "where one was going is not forgotten"


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable", "<script>", "x" * 500])
async def test_an_error_of_the_provider_is_told_in_our_words(visitor: Visitor, provider: Provider, error: str) -> None:
    provider.refuses = error
    answer = await go(visitor, provider)
    says(answer, 502, "Id could not sign you in.")
    assert error not in answer.text


async def test_an_answer_without_its_state_is_refused(world: World, visitor: Visitor, provider: Provider) -> None:
    await newcomer(world.acme, email=provider.email)
    back = await provider.send_back(await go_there(visitor))
    state = brought(back)["state"]
    for other in ("", "x", "\x00", "é" * 64, state[:-1], state.upper(), str(uuid4())):
        answer = await visitor.http.get("/sign-in/oidc/back", params={"code": brought(back)["code"], "state": other})
        says(answer, 400, ELSEWHERE)
    says(await visitor.http.get("/sign-in/oidc/back"), 400, ELSEWHERE)
    assert provider.forms == [], "the provider was not even asked"
    assert (await visitor.http.get(back)).status_code == 303, "and what was begun can still be finished"


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", f"{'a' * 32}.1.%2F", f"{'a' * 32}.99999999999999.%2F", "é" * 40])
async def test_a_cookie_that_is_not_ours_fits_no_state(visitor: Visitor, provider: Provider, cookie: str) -> None:
    state = brought(await go_there(visitor))["state"]
    headers = {"Cookie": f"{COOKIE}={cookie}".encode("latin-1")}
    async with Visitor(str(visitor.http.base_url)) as other:
        answer = await other.http.get("/sign-in/oidc/back", params={"code": "c", "state": state}, headers=headers)  # type: ignore[arg-type]
    says(answer, 400, ELSEWHERE)


async def test_somebody_elses_answer_does_not_sign_me_in(world: World, visitor: Visitor, provider: Provider) -> None:
    """Who lures me to the end of their own sign-in would have me work under their name."""
    await newcomer(world.acme, email=provider.email)
    back = await provider.send_back(await go_there(visitor))
    async with Visitor(world.address) as me:
        says(await me.http.get(back), 400, ELSEWHERE)
        await go_there(me)
        says(await me.http.get(back), 400, ELSEWHERE)


async def test_a_code_that_was_stolen_is_worth_nothing_elsewhere(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    stolen = brought(await provider.send_back(await go_there(visitor)))["code"]
    async with Visitor(world.address) as thief:
        mine = brought(await provider.send_back(await go_there(thief)))
        answer = await thief.http.get("/sign-in/oidc/back", params=mine | {"code": stolen})
    says(answer, 401, "was used before, or has ended")


@pytest.mark.parametrize("forgetful", [False, True])
async def test_an_answer_is_good_once(world: World, visitor: Visitor, provider: Provider, forgetful: bool) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.forgetful = forgetful
    back = await provider.send_back(await go_there(visitor))
    kept = visitor.http.cookies[COOKIE]
    assert (await visitor.http.get(back)).status_code == 303
    async with Visitor(world.address) as thief:
        says(await thief.http.get(back), 400, ELSEWHERE)
        thief.http.cookies.set(COOKIE, kept, domain="127.0.0.1")
        says(await thief.http.get(back), 400, "This sign-in was used before.")
    assert len(provider.forms) == 1


async def test_a_code_is_good_once_at_the_provider_too(world: World, visitor: Visitor, provider: Provider) -> None:
    await newcomer(world.acme, email=provider.email)
    first = brought(await provider.send_back(await go_there(visitor)))
    await visitor.http.get("/sign-in/oidc/back", params=first)
    second = brought(await provider.send_back(await go_there(visitor)))
    answer = await visitor.http.get("/sign-in/oidc/back", params=second | {"code": first["code"]})
    says(answer, 401, "Id says that this sign-in was used before, or has ended.")


async def test_who_takes_longer_than_ten_minutes_begins_anew(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    back = await provider.send_back(await go_there(visitor))
    world.advance(minutes=10, seconds=2)
    says(await visitor.http.get(back), 400, "This sign-in took too long")
    world.app.clock.offset *= 0
    back = await provider.send_back(await go_there(visitor))
    world.advance(minutes=9)
    provider.twist = lambda claims: claims.update(iat=claims["iat"] + 540, exp=claims["exp"] + 540)
    assert (await visitor.http.get(back)).status_code == 303


async def test_a_way_that_begins_in_the_future_is_none(world: World, visitor: Visitor, provider: Provider) -> None:
    """Whoever writes such a cookie could use one attempt for ever, and each would be remembered as long."""
    ahead = Trip("s" * 32, int(time.time()) + 300, "/desk")
    headers, query = {"Cookie": f"{COOKIE}={ahead.written()}"}, {"code": "c", "state": ahead.state}
    says(await visitor.http.get("/sign-in/oidc/back", params=query, headers=headers), 400, "This sign-in took too long")
    assert provider.forms == []


async def test_an_answer_that_names_another_issuer_is_refused(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    back = brought(await provider.send_back(await go_there(visitor)))
    answer = await visitor.http.get("/sign-in/oidc/back", params=back | {"iss": "https://evil.example"})
    says(answer, 401, "does not prove who you are")
    back = brought(await provider.send_back(await go_there(visitor)))
    answer = await visitor.http.get("/sign-in/oidc/back", params=back | {"iss": provider.issuer})
    assert answer.status_code == 303


async def test_nothing_secret_is_logged_or_shown(world: World, visitor: Visitor, provider: Provider) -> None:
    with capture_logs() as logs:
        back = await provider.send_back(await go_there(visitor))
        kept = visitor.http.cookies[COOKIE]
        refused = await visitor.http.get(back)
        provider.twist = lambda claims: claims.update(nonce="x")
        wrong = await go(visitor, provider)
    assert (refused.status_code, wrong.status_code) == (403, 401)
    assert [one["why"] for one in logs if one["event"] == "sign_in.refused"] == ["unknown", "nonce"]
    form = provider.forms[0]
    told = json.dumps(logs, default=str)
    for secret in (brought(back)["code"], kept.partition(".")[0], form["code_verifier"], SECRET, provider.email):
        assert secret not in told
        assert secret not in wrong.text
    assert form["code_verifier"] not in refused.text


async def test_who_fails_often_waits_and_who_comes_in_does_not_count(own_database: Urls, provider: Provider) -> None:
    settings = settings_for(own_database, sign_in_attempts=1, **setting_up(provider))
    async with running(settings) as server, Visitor(server.address) as somebody:
        for _ in range(10):
            await go_there(somebody)  # what was begun is no failure
        for _ in range(5):
            says(await somebody.http.get("/sign-in/oidc/back?code=x&state=y"), 400, ELSEWHERE)
        for path in ("/sign-in/oidc", "/sign-in/oidc/back?code=x&state=y"):
            answer = await somebody.http.get(path)
            assert answer.status_code == 429, path
            assert 0 < int(answer.headers["retry-after"]) <= 60
