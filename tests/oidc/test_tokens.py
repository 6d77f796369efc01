"""Which ID tokens are believed: signed by the provider, of this sign-in, for us, now."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from starlette.responses import JSONResponse

from tests.oidc.going import go, says
from tests.oidc.provider import KEYS, Claims, Provider
from tests.web.visitors import Visitor, newcomer
from tests.world import World
from warmline.organizations.identities import Vouched
from warmline.web.oidc.claims import checked
from warmline.web.oidc.refused import Refused

NO_PROOF = "does not prove who you are"
NONCE = "belongs to another sign-in"
EXPIRED = "is not good at this time"
AUDIENCE = "was made for another application"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
async def test_each_good_algorithm_is_good(world: World, visitor: Visitor, provider: Provider, algorithm: str) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.algorithm = algorithm
    assert (await go(visitor, provider)).status_code == 303


TWISTS: dict[str, tuple[Callable[[Claims], Any], str]] = {
    "another nonce": (lambda claims: claims.update(nonce="x" * 64), NONCE),
    "no nonce": (lambda claims: claims.pop("nonce"), NONCE),
    "a nonce that is no text": (lambda claims: claims.update(nonce=7), NONCE),
    "expired": (lambda claims: claims.update(exp=time.time() - 61), EXPIRED),
    "made long ago": (lambda claims: claims.update(iat=time.time() - 700), EXPIRED),
    "made in the future": (lambda claims: claims.update(iat=time.time() + 120), EXPIRED),
    "not good yet": (lambda claims: claims.update(nbf=time.time() + 120), EXPIRED),
    "no end": (lambda claims: claims.pop("exp"), NO_PROOF),
    "an end that is no time": (lambda claims: claims.update(exp="tomorrow"), NO_PROOF),
    "no beginning": (lambda claims: claims.pop("iat"), NO_PROOF),
    "another audience": (lambda claims: claims.update(aud="somebody-else"), AUDIENCE),
    "no audience": (lambda claims: claims.pop("aud"), AUDIENCE),
    "several audiences, for nobody": (lambda claims: claims.update(aud=["warmline", "other"]), AUDIENCE),
    "for another party": (lambda claims: claims.update(azp="other"), AUDIENCE),
    "several, for another": (lambda claims: claims.update(aud=["warmline", "other"], azp="other"), AUDIENCE),
    "another issuer": (lambda claims: claims.update(iss="https://evil.example"), NO_PROOF),
    "an issuer that is nearly ours": (lambda claims: claims.update(iss=claims["iss"] + "/"), NO_PROOF),
    "no subject": (lambda claims: claims.pop("sub"), NO_PROOF),
    "an empty subject": (lambda claims: claims.update(sub=""), NO_PROOF),
    "a subject that is no text": (lambda claims: claims.update(sub=7), NO_PROOF),
    "a subject without end": (lambda claims: claims.update(sub="a" * 256), NO_PROOF),
    "a subject that no database keeps": (lambda claims: claims.update(sub="a\x00b"), NO_PROOF),
    "half a letter": (lambda claims: claims.update(sub="\ud800"), NO_PROOF),
}


@pytest.mark.parametrize("name", TWISTS)
async def test_a_token_that_says_something_else_is_refused(
    world: World, visitor: Visitor, provider: Provider, name: str
) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.twist, words = TWISTS[name]
    says(await go(visitor, provider), 401, words)
    assert not await visitor.is_in()


async def test_several_audiences_are_good_where_it_was_made_for_us(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.twist = lambda claims: claims.update(aud=["warmline", "other"], azp="warmline", exp=time.time() - 30)
    assert (await go(visitor, provider)).status_code == 303, "and clocks may differ by a minute"


def encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def unsigned(header: dict[str, Any], claims: Claims) -> bytes:
    return encoded(json.dumps(header).encode()) + b"." + encoded(json.dumps(claims).encode())


def by_hmac(claims: Claims, secret: bytes) -> str:
    head = unsigned({"alg": "HS256", "kid": "rsa"}, claims)
    return (head + b"." + encoded(hmac.new(secret, head, hashlib.sha256).digest())).decode()


STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})
GOOD = KEYS["RS256"]
assert isinstance(GOOD, RSAKey)
PUBLIC_PEM = GOOD.as_pem(private=False)
PUBLIC = GOOD.as_dict(private=False)
FORGED: dict[str, Callable[[Provider, Claims], str]] = {
    "none": lambda _, claims: unsigned({"alg": "none"}, claims).decode() + ".",
    "None with a key": lambda _, claims: unsigned({"alg": "None", "kid": "rsa"}, claims).decode() + ".",
    "an HMAC with the public key": lambda _, claims: by_hmac(claims, PUBLIC_PEM),
    "an HMAC with its number": lambda _, claims: by_hmac(claims, str(PUBLIC["n"]).encode()),
    "an HMAC with our own secret": lambda _, claims: by_hmac(claims, b"of the client: 100% & secret"),
    "a stranger's key": lambda provider, claims: provider.signed(claims, STRANGER),
    "a stranger's key, without its name": lambda provider, claims: provider.signed(claims, STRANGER, kid="ec"),
    "a key that it brings along": lambda provider, claims: provider.signed(
        claims, STRANGER, jwk=STRANGER.as_dict(private=False)
    ),
    "longer hashes than are allowed": lambda provider, claims: provider.signed(claims, KEYS["RS256"], alg="RS512"),
    "what must be understood and is not": lambda provider, claims: (
        unsigned({"alg": "RS256", "kid": "rsa", "crit": ["odd"], "odd": 1}, claims).decode() + ".AAAA"
    ),
    "no signature": lambda provider, claims: provider.signed(claims, KEYS["RS256"]).rpartition(".")[0] + ".",
    "other claims under a signature": lambda provider, claims: _exchanged(provider, claims),
    "nonsense": lambda _, claims: "a.b.c",
    "nothing": lambda _, claims: "",
    "letters that are none": lambda _, claims: "é" * 50,
    "a list": lambda provider, claims: provider.signed([claims], KEYS["RS256"]),  # type: ignore[arg-type]
}


def _exchanged(provider: Provider, claims: Claims) -> str:
    head, _, signature = provider.signed(claims | {"sub": "mine"}, KEYS["RS256"]).split(".")
    return f"{head}.{encoded(json.dumps(claims).encode()).decode()}.{signature}"


@pytest.mark.parametrize("name", FORGED)
async def test_a_token_that_the_provider_has_not_signed_is_refused(
    world: World, visitor: Visitor, provider: Provider, name: str
) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.forge = lambda claims: FORGED[name](provider, claims)
    says(await go(visitor, provider), 401, NO_PROOF)
    assert not await visitor.is_in()


@pytest.mark.parametrize("wrong", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "EC"}, {"n": "AQAB"}, {"kty": "oct"}])
async def test_a_key_that_is_for_something_else_signs_nobody_in(
    world: World, visitor: Visitor, provider: Provider, wrong: dict[str, str]
) -> None:
    await newcomer(world.acme, email=provider.email)
    provider.broken["keys"] = JSONResponse({"keys": [PUBLIC | wrong, "no key", None]})
    says(await go(visitor, provider), 401, NO_PROOF)
    provider.broken["keys"] = JSONResponse({"keys": ["no key", None, PUBLIC]})
    world.advance(minutes=1)
    assert (await go(visitor, provider)).status_code == 303


async def test_a_short_key_is_no_key(world: World, visitor: Visitor, provider: Provider) -> None:
    await newcomer(world.acme, email=provider.email)
    with pytest.warns(Warning, match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "short"})
    provider.keys = [short]
    provider.forge = lambda claims: provider.signed(claims, short)
    says(await go(visitor, provider), 401, NO_PROOF)


async def test_new_keys_are_looked_up_when_one_is_unknown_and_not_for_each_forgery(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    assert (await go(visitor, provider)).status_code == 303
    assert (await go(visitor, provider)).status_code == 303
    assert [provider.asked.count(door) for door in ("keys", "openid-configuration")] == [1, 1], "they are kept"

    newer = RSAKey.generate_key(2048, {"kid": "newer"})
    provider.keys, provider.forge = [newer], lambda claims: provider.signed(claims, newer)
    says(await go(visitor, provider), 401, NO_PROOF)
    assert provider.asked.count("keys") == 1, "it was asked a moment ago"
    world.advance(seconds=31)
    assert (await go(visitor, provider)).status_code == 303
    assert provider.asked.count("keys") == 2

    provider.forge = lambda claims: provider.signed(claims, STRANGER, kid="of nobody")
    for _ in range(3):
        says(await go(visitor, provider), 401, NO_PROOF)
    assert provider.asked.count("keys") == 2
    world.advance(seconds=31)
    for _ in range(3):
        says(await go(visitor, provider), 401, NO_PROOF)
    assert provider.asked.count("keys") == 3


async def test_a_key_that_was_withdrawn_is_forgotten_within_an_hour(
    world: World, visitor: Visitor, provider: Provider
) -> None:
    await newcomer(world.acme, email=provider.email)
    await go(visitor, provider)
    provider.keys = [KEYS["ES256"]]
    provider.twist = lambda claims: claims.update(iat=claims["iat"] + 3600, exp=claims["exp"] + 3600)
    world.advance(minutes=60)
    says(await go(visitor, provider), 401, NO_PROOF)


NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ENTRA = "https://login.microsoftonline.com/9b1d/v2.0"


@pytest.mark.parametrize(
    ("issuer", "more", "email"),
    [
        (ENTRA, {}, None),
        (ENTRA, {"xms_edov": True}, "nora@acme.example"),
        (ENTRA, {"xms_edov": "1"}, "nora@acme.example"),
        (ENTRA, {"xms_edov": False}, None),
        ("https://login.microsoftonline.com.evil.example/", {"xms_edov": True}, None),
        ("https://id.example.com", {"xms_edov": True}, None),
        ("https://id.example.com", {"email_verified": True}, "nora@acme.example"),
        ("https://id.example.com", {"email_verified": "true"}, "nora@acme.example"),
        ("https://id.example.com", {"email_verified": True, "email": None}, None),
        ("https://id.example.com", {"email_verified": True, "email": "a\x00b@c.d"}, None),
    ],
)
def test_whose_word_on_an_address_counts(issuer: str, more: Claims, email: str | None) -> None:
    made = int(NOW.timestamp())
    said = {"iss": issuer, "aud": "us", "sub": "s", "nonce": "n", "iat": made, "exp": made + 60}
    assert checked(said | {"email": "nora@acme.example"} | more, issuer, "us", "n", NOW) == Vouched(issuer, "s", email)


def test_times_are_compared_to_the_second() -> None:
    made = int(NOW.timestamp())
    said = {"iss": "i", "aud": ["us"], "sub": "s", "nonce": "n", "iat": made}
    checked(said | {"exp": made - 59}, "i", "us", "n", NOW)
    for wrong in ({"exp": made - 60}, {"exp": made + 9, "iat": made + 61}, {"exp": made + 9, "iat": made - 661}):
        with pytest.raises(Refused):
            checked(said | wrong, "i", "us", "n", NOW)
