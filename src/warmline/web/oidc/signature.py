"""Whether a provider's key signed an ID token. Imported when the first one is looked at: it loads cryptography.

What a key is for is said here and not by the token: a public key is never the secret of an HMAC, "none" is no
algorithm, and a key of one kind does not check a signature of another.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry
from joserfc.jws import JWSRegistry, extract_compact, validate_compact
from joserfc.util import urlsafe_b64decode

from warmline.web.oidc.refused import Refused, UnknownKey

KINDS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
PUBLIC = ("kty", "n", "e", "crv", "x", "y")  # what a key is made of; nothing of a private one
SHORTEST_RSA = 2048  # bits
MOST = 50  # keys that are tried, where the token names none
Keys = Sequence[Mapping[str, Any]]


class _Registry(JWSRegistry):
    """Takes headers it does not know, as the standard asks for, and does not warn of EdDSA's older name."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


REGISTRY = _Registry(algorithms=list(KINDS), strict_check_header=False)


def signed(token: str, keys: Keys) -> dict[str, Any]:
    """What the token says, if one of these keys signed it. Raises Refused, and UnknownKey."""
    try:
        found = extract_compact(token.encode("ascii"), registry=REGISTRY)
        header, said = found.headers(), json.loads(found.payload)
        fitting = _fitting(keys, str(header["alg"]), header.get("kid"))
        good = any(validate_compact(found, key, registry=REGISTRY) for key in fitting[:MOST])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as problem:
        raise Refused("proof", type(problem).__name__) from None
    if not good:
        raise UnknownKey("proof", "no key of the provider has signed it")
    if not isinstance(said, dict):
        raise Refused("proof", "it says nothing")
    return said


def _fitting(keys: Keys, algorithm: str, name: Any) -> list[Any]:
    """The keys that may have signed it. Raises ValueError for an algorithm that nobody may use."""
    if algorithm not in KINDS:
        raise ValueError("algorithm")
    named = [one for one in keys if isinstance(one, dict) and (name is None or one.get("kid") == name)]
    usable = [one for one in named if one.get("use", "sig") == "sig" and one.get("alg", algorithm) == algorithm]
    return [key for one in usable if (key := _key(one, algorithm)) is not None]


def _key(given: Mapping[str, Any], algorithm: str) -> Any:
    """None where it is of another kind, too short, or no key."""
    if given.get("kty") != KINDS[algorithm]:
        return None
    try:
        if given["kty"] == "RSA" and _bits(given["n"]) < SHORTEST_RSA:
            return None
        key = JWKRegistry.import_key({name: given[name] for name in PUBLIC if name in given})
        REGISTRY.get_alg(algorithm).check_key(key)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key


def _bits(modulus: str) -> int:
    return int.from_bytes(urlsafe_b64decode(modulus.encode("ascii"))).bit_length()
