"""Who comes in by the word of a provider, as whom, and where to."""

import re

import httpx2
import pytest

from tests.conftest import Running, running, settings_for
from tests.oidc.going import COOKIE, brought, go, go_there, says, setting_up
from tests.oidc.provider import Provider
from tests.web.test_pages_sign_in import ELSEWHERE
from tests.web.visitors import Visitor, newcomer, with_password
from tests.world import Actor, Tenant, World
from warmline.db.connections import Urls

UNKNOWN = "there is nobody here with your e-mail address who may sign in"
TAKEN = "Your e-mail address belongs to another account at Id"


async def told(owner: Actor, kind: str) -> list[dict[str, object]]:
    """The events of this type."""
    return [one for one in (await owner.get("events", limit=200))["items"] if one["type"] == kind]


async def id_of(cast: Tenant, email: str) -> str:
    people = (await cast.admin.get("users", limit=200))["items"]
    return str(next(one["id"] for one in people if one["email"] == email))


async def test_somebody_who_was_invited_comes_in_without_ever_having_a_password(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    assert "Sign in with Id" in await visitor.get("/sign-in")
    answer = await go(visitor, provider, "/cases?status=parked")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?status=parked")
    assert "Nora Nilsen" in await visitor.get("/desk")
    [signed_in] = await told(world.acme.owner, "user.signed_in")
    [bound] = await told(world.acme.owner, "user.identity_bound")
    assert (signed_in["data"], bound["data"]) == ({"method": "oidc"}, {})
    assert signed_in["subject"] == bound["subject"] == {"kind": "user", "id": await id_of(world.acme, provider.email)}


async def test_who_has_a_password_may_use_either(world: World, visitor: Visitor, provider: Provider) -> None:
    provider.email = await with_password(world.address, "a sentence about kingfishers", world.acme)
    assert (await go(visitor, provider)).status_code == 303
    async with Visitor(world.address) as other:
        await other.get("/sign-in")
        await other.post("/sign-in", email=provider.email, password="a sentence about kingfishers")
        assert await other.is_in()
    methods = [one["data"] for one in await told(world.acme.owner, "user.signed_in")]
    assert sorted(str(one) for one in methods) == [
        "{'method': 'link'}",
        "{'method': 'oidc'}",
        "{'method': 'password'}",
    ]


async def test_capitals_make_no_difference(world: World, visitor: Visitor, provider: Provider) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.email = provider.email.upper()
    assert (await go(visitor, provider)).status_code == 303


async def test_letters_that_only_look_alike_do(world: World, visitor: Visitor, provider: Provider) -> None:
    """The sign for kelvin becomes a plain k where capitals are folded."""
    await newcomer(world.acme, email=f"kim-{provider.email}")
    provider.email = f"\u212aim-{provider.email}"
    says(await go(visitor, provider), 403, UNKNOWN)


async def test_the_subject_decides_once_it_is_known(world: World, visitor: Visitor, provider: Provider) -> None:
    await newcomer(world.acme, email=provider.email)
    await go(visitor, provider)
    for email, verified in (("nora.married@elsewhere.example", True), (provider.email, False)):
        provider.email, provider.verified = email, verified
        async with Visitor(world.address) as again:
            assert (await go(again, provider)).status_code == 303
            assert "Nora Nilsen" in await again.get("/desk")
    assert len(await told(world.acme.owner, "user.identity_bound")) == 1


async def test_the_subject_decides_also_where_the_new_address_is_a_colleagues(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    await go(visitor, provider)
    provider.email, _ = await newcomer(world.acme, "Piet Pietersen")
    async with Visitor(world.address) as again:
        await go(again, provider)
        assert "Nora Nilsen" in await again.get("/desk")


async def test_another_subject_with_the_same_address_is_refused(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    for cast in (world.acme, world.zenith):
        await newcomer(cast, email=provider.email)
    await choose(visitor, await go(visitor, provider, "/cases"), world.acme)
    provider.subject = "who got the address afterwards"
    async with Visitor(world.address) as other:
        says(await go(other, provider), 403, TAKEN)  # Zenith, too: the address has changed hands
        assert not await other.is_in()


async def test_who_was_released_may_come_by_another_account(world: World, visitor: Visitor, provider: Provider) -> None:
    await newcomer(world.acme, email=provider.email)
    await go(visitor, provider)
    path = f"users/{await id_of(world.acme, provider.email)}/identity"
    await world.acme.ben.delete(path, 403)
    await world.otto.delete(path, 404)
    await world.acme.admin.delete(path)
    await world.acme.admin.delete(path)
    assert not await visitor.is_in()
    assert len(await told(world.acme.owner, "user.identity_released")) == 1
    provider.verified = False
    says(await go(visitor, provider), 403, "Id has not confirmed your e-mail address")  # the subject counts no more
    provider.verified = True
    first, provider.subject = provider.subject, "a new account"
    assert (await go(visitor, provider)).status_code == 303
    provider.subject = first
    async with Visitor(world.address) as other:
        says(await go(other, provider), 403, TAKEN)


async def test_an_admin_does_not_release_an_owner(world: World) -> None:
    await world.acme.admin.delete(f"users/{world.acme.owner.id}/identity", 403)
    await world.acme.owner.delete(f"users/{world.acme.owner.id}/identity")


async def test_unknown_and_disabled_people_get_the_same_answer(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    pages = []
    for kind in ("unknown", "disabled", "bound and disabled"):
        provider.__init__(provider.issuer.removesuffix("/of/acme"))  # type: ignore[misc]
        if kind != "unknown":
            await newcomer(world.acme, email=provider.email)
            if kind == "bound and disabled":
                assert (await go(visitor, provider)).status_code == 303
            id = await id_of(world.acme, provider.email)
            await world.acme.admin.patch(f"users/{id}", {"disabled": True})
        async with Visitor(world.address) as stranger:
            answer = await go(stranger, provider)
        says(answer, 403, UNKNOWN)
        pages.append(re.sub(r'(name="(?:csrf|now)" (?:content|value)=")[^"]*', r"\1", answer.text))
    assert pages[0] == pages[1] == pages[2]
    people = (await world.acme.admin.get("users", limit=200))["items"]
    assert len(people) == 7, "nobody was made by it"


async def test_a_disabled_persons_subject_opens_nobody_elses_account(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    await go(visitor, provider)
    await world.acme.admin.patch(f"users/{await id_of(world.acme, provider.email)}", {"disabled": True})
    provider.email, _ = await newcomer(world.acme, "Piet Pietersen")
    says(await go(visitor, provider), 403, UNKNOWN)


@pytest.mark.parametrize("verified", [False, None, "false", 1, "yes"])
async def test_an_address_that_was_not_confirmed_leads_nowhere(
    world: World, visitor: Visitor, provider: Provider, verified: object
) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.twist = lambda claims: claims.update(email_verified=verified)
    says(await go(visitor, provider), 403, "Id has not confirmed your e-mail address")


async def choose(visitor: Visitor, asked: httpx2.Response, cast: Tenant) -> None:
    answer = await chosen(visitor, asked, cast)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")


async def chosen(visitor: Visitor, asked: httpx2.Response, cast: Tenant) -> httpx2.Response:
    page = asked.text
    assert (asked.status_code, "Which one?" in page) == (200, True)
    visitor.csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page)[0]
    next = re.findall(r'name="next" value="([^"]+)"', page)[0]
    choice = {"ticket": ticket, "organization_id": str(cast.id), "next": next}
    return await visitor.post("/sign-in/organization", **choice)


async def test_of_two_accounts_with_one_address_the_first_to_come_in_is_bound(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    """Both were asked which organization before either was in."""
    for cast in (world.acme, world.zenith):
        await newcomer(cast, email=provider.email)
    first = await go(visitor, provider, "/cases")
    provider.subject = "another account"
    async with Visitor(world.address) as late:
        second = await go(late, provider, "/cases")
        await choose(visitor, first, world.acme)
        answer = await chosen(late, second, world.acme)
        assert (answer.status_code, "bound to another account at the provider" in answer.text) == (409, True)
        assert not await late.is_in()
    assert len(await told(world.acme.owner, "user.signed_in")) == 1


async def test_who_is_in_two_organizations_chooses_and_is_bound_where_they_go(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    for cast in (world.acme, world.zenith):
        await newcomer(cast, email=provider.email)
    asked = await go(visitor, provider, "/cases")
    assert ("Acme" in asked.text, "Zenith" in asked.text) == (True, True)
    assert not await visitor.is_in()
    await choose(visitor, asked, world.zenith)
    assert "operator, Zenith" in await visitor.get("/desk")
    assert (
        len(await told(world.otto, "user.identity_bound")),
        await told(world.acme.owner, "user.identity_bound"),
    ) == (
        1,
        [],
    )
    [signed_in] = await told(world.otto, "user.signed_in")
    assert signed_in["data"] == {"method": "oidc"}
    await choose(visitor, await go(visitor, provider, "/cases"), world.acme)
    assert "operator, Acme" in await visitor.get("/desk")


async def test_nobody_is_led_out_of_the_house(world: World, visitor: Visitor, provider: Provider) -> None:
    await newcomer(world.acme, email=provider.email)
    for where in (*ELSEWHERE, "/" + "a" * 3000):
        assert (await go(visitor, provider, where)).headers["location"] == "/desk", where
    back = await provider.send_back(await go_there(visitor))
    cookie = visitor.http.cookies[COOKIE].rpartition(".")[0] + ".https%3A%2F%2Fevil.example"
    visitor.http.cookies.set(COOKIE, cookie, domain="127.0.0.1")
    answer = await visitor.http.get(back)
    assert answer.status_code == 400, "the state is a seal upon where to go"


async def test_every_sign_in_makes_a_new_session_and_takes_the_cookie_of_the_way_away(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    visitor.http.cookies.set("warmline_session", "planted-by-somebody", domain="127.0.0.1")
    seen = {"planted-by-somebody"}
    for _ in range(2):
        answer = await go(visitor, provider)
        made = re.findall(r"warmline_session=([^;]+)", answer.headers["set-cookie"])[0]
        assert made not in seen
        seen.add(made)
        assert COOKIE not in visitor.http.cookies


async def test_what_goes_by_the_provider_is_new_each_time_and_tells_no_secret(
    visitor: Visitor, provider: Provider, server: Running
) -> None:
    answers = [await visitor.http.get("/sign-in/oidc") for _ in range(2)]
    one, other = (brought(answer.headers["location"]) for answer in answers)
    assert [name for name in one if one[name] == other[name]] == [
        *("response_type", "client_id", "redirect_uri", "scope", "code_challenge_method"),
    ]
    assert one["redirect_uri"] == f"{server.address}/sign-in/oidc/back"
    cookie = answers[0].headers["set-cookie"]
    secret = cookie.partition("=")[2].partition(".")[0]
    assert len(secret) == 32
    assert secret not in answers[0].headers["location"]
    assert re.search(r"; HttpOnly; Max-Age=600; Path=/; SameSite=lax$", cookie), cookie


async def test_another_process_finishes_what_one_began(
    world: World, visitor: Visitor, provider: Provider, database: Urls, server: Running
) -> None:
    await newcomer(world.acme, email=provider.email)
    back = await provider.send_back(await go_there(visitor))
    settings = settings_for(database, public_url=server.address, **setting_up(provider))
    async with running(settings) as other, Visitor(other.address) as moved:
        moved.http.cookies.set(COOKIE, visitor.http.cookies[COOKIE], domain="127.0.0.1")
        answer = await moved.http.get(back.replace(server.address, other.address))
        assert answer.status_code == 303
        assert await moved.is_in()


async def test_a_public_client_and_one_with_its_secret_in_the_form(
    world: World, visitor: Visitor, provider: Provider, database: Urls
) -> None:
    await newcomer(world.acme, email=provider.email)
    for way, secret in (("none", None), ("client_secret_post", setting_up(provider)["oidc_client_secret"])):
        provider.discovery = {"token_endpoint_auth_methods_supported": [way]}
        settings = settings_for(database, **setting_up(provider, oidc_client_secret=secret))
        async with running(settings) as other, Visitor(other.address) as somebody:
            assert (await go(somebody, provider)).status_code == 303, way


async def test_where_no_provider_is_set_up_nothing_of_it_is_there(shared: Running) -> None:
    async with Visitor(shared.address) as stranger:
        assert "Sign in with" not in await stranger.get("/sign-in")
        await stranger.get("/sign-in/oidc", 404)
        await stranger.get("/sign-in/oidc/back?code=x&state=y", 404)
