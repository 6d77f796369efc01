"""What an ID token says, and whether it is said of this sign-in, by this provider, to us, now. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warmline.organizations import secrets
from warmline.organizations.identities import Vouched
from warmline.web.oidc.refused import Refused

LEEWAY = 60  # seconds by which two clocks may differ
OLDEST = 600  # seconds since a token was made: it comes straight from the provider
LONGEST = 255  # letters of a subject (OpenID Connect Core, 2) and of an address
ENTRA = ("https://login.microsoftonline.com/", "https://login.microsoftonline.us/")
Claims = Mapping[str, Any]


def checked(said: Claims, issuer: str, client_id: str, nonce: str, now: datetime) -> Vouched:
    """Whom the provider vouches for (OpenID Connect Core, 3.1.3.7). Raises Refused."""
    if said.get("iss") != issuer:
        raise Refused("proof", "another issuer")
    _check_audience(said, client_id)
    _check_times(said, now.timestamp())
    if not isinstance(said.get("nonce"), str) or not secrets.equal(said["nonce"], nonce):
        raise Refused("nonce")
    subject = said.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or not subject.isprintable():
        raise Refused("proof", "no subject")
    return Vouched(issuer, subject, _email(said))


def _check_audience(said: Claims, client_id: str) -> None:
    audience, party = said.get("aud"), said.get("azp")
    several = audience if isinstance(audience, list) else [audience]
    if client_id not in several or party not in (None, client_id):
        raise Refused("audience")
    if len(several) > 1 and party is None:
        raise Refused("audience", "several, and none it was made for")


def _check_times(said: Claims, now: float) -> None:
    ends, made, begins = (_time(said, name) for name in ("exp", "iat", "nbf"))
    if now >= ends + LEEWAY or now > made + OLDEST + LEEWAY:
        raise Refused("expired")
    if made > now + LEEWAY or begins > now + LEEWAY:
        raise Refused("expired", "of the future: the clocks differ")


def _time(said: Claims, name: str) -> float:
    """Seconds since 1970; only the time before which it is not good may be missing."""
    value = said.get(name, 0 if name == "nbf" else None)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise Refused("proof", f"no {name}")
    return float(value)


def _email(said: Claims) -> str | None:
    """The address, where the provider has confirmed it is theirs."""
    address = said.get("email")
    if not isinstance(address, str) or not 3 <= len(address) <= LONGEST or not address.isprintable():
        return None
    verified = said.get("email_verified")
    return address if verified is True or verified == "true" or _confirmed_by_entra(said) else None


def _confirmed_by_entra(said: Claims) -> bool:
    """Entra ID has no `email_verified`; its optional claim says that the address's domain is the tenant's own."""
    return str(said["iss"]).startswith(ENTRA) and said.get("xms_edov") in (True, 1, "1", "true")
