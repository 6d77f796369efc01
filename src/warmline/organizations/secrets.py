"""Secrets that we hand out once and keep only as hashes: tokens, cookies, links."""

import hashlib
import hmac
import secrets

PREFIXES = {"user": "wlu_", "member": "wlm_", "session": "wls_", "link": "wlp_"}


def make(kind: str) -> tuple[str, bytes]:
    """A new secret of 192 random bits with a recognizable prefix, and the hash to keep."""
    secret = PREFIXES[kind] + secrets.token_urlsafe(24)
    return secret, digest(secret)


def digest(secret: str) -> bytes:
    """The kept form. A plain hash is enough for secrets that were drawn at random."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_token(session_secret: str) -> str:
    """The token a form must bring: only who holds the cookie can know it."""
    return hmac.new(session_secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def equal(one: str, other: str) -> bool:
    """Compare without telling, by the time it takes, how much was right."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
