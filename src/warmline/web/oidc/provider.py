"""The provider: where it is asked, its keys, and whom it vouches for. It is never asked inside a transaction.

It goes through the one client for the outside, which caps time and size and follows no redirect; addresses inside are
open to it, for this one was entered by whoever runs the server.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode, urlsplit

from warmline.channels.outgoing import Answer, Outgoing, Unreachable
from warmline.organizations.identities import Vouched
from warmline.settings import Settings
from warmline.web.oidc.claims import checked
from warmline.web.oidc.refused import Refused, UnknownKey
from warmline.web.oidc.trip import Trip

if TYPE_CHECKING:
    from warmline.web.oidc.signature import Keys

KEPT = timedelta(hours=1)  # what it says of itself, and its keys
ANEW = timedelta(seconds=30)  # a key we do not know makes us look again, at most this often
SECONDS = 10.0
LARGEST = 256 * 1024  # bytes of an answer
DISCOVERY = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WRONG = "invalid_grant"  # the code, or its verifier: used before, too old, not of this sign-in (RFC 6749, 5.2)


@dataclass(frozen=True)
class Doors:
    """Where it is asked, and whether it wants our secret in a header."""

    authorize: str
    token: str
    keys: str
    in_header: bool


@dataclass(frozen=True)
class Kept:
    """Something it told us, and when."""

    what: Mapping[str, Any]
    since: datetime


class Provider:
    """The one that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.issuer, self.client_id = settings.oidc_issuer or "", settings.oidc_client_id or ""
        self.name = settings.oidc_name or urlsplit(self.issuer).hostname or self.issuer
        self.back = f"{settings.address}/sign-in/oidc/back"
        self._http = Outgoing(allow_private=True, seconds=SECONDS)
        self._kept: dict[str, Kept] = {}
        self._asked: dict[str, asyncio.Task[Mapping[str, Any]]] = {}

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """None where no provider is set up: passwords alone are a normal state."""
        return cls(settings) if settings.oidc_issuer else None

    async def way_there(self, trip: Trip, now: datetime) -> str:
        """The address to send the browser to. Raises Refused."""
        door = (await self._doors(now)).authorize
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self.back, "scope": "openid email",
            "state": trip.state, "nonce": trip.nonce,
            "code_challenge": trip.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}"

    async def vouch(self, code: str, trip: Trip, now: datetime) -> Vouched:
        """Whom this code is of. Raises Refused."""
        token = await self._exchange(code, trip, now)
        said = await self._signed(token, now)
        return checked(said, self.issuer, self.client_id, trip.nonce, now)

    async def _exchange(self, code: str, trip: Trip, now: datetime) -> str:
        doors = await self._doors(now)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back}
        form |= {"code_verifier": trip.verifier}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        headers |= self._introduce(form, doors.in_header)
        answer = await self._send("POST", doors.token, headers, urlencode(form).encode())
        said = _read(answer)
        if answer.status != 200:
            raise Refused("code") if said.get("error") == WRONG else _not_taken(answer, said)
        token = said.get("id_token")
        if not isinstance(token, str):
            raise Refused("misconfigured", "there is no ID token in the answer")
        return token

    def _introduce(self, form: dict[str, str], in_header: bool) -> dict[str, str]:
        """Who we are: in the header, in the form, or by our name alone (RFC 6749, 2.3.1)."""
        secret = self.settings.oidc_client_secret
        if secret and in_header:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(secret.get_secret_value())}"
            return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        form |= {"client_id": self.client_id}
        form |= {"client_secret": secret.get_secret_value()} if secret else {}
        return {}

    async def _signed(self, token: str, now: datetime) -> dict[str, Any]:
        """What the token says; where no key of ours fits, with the newest keys."""
        keys = await self._keys(now, KEPT)
        try:
            return await asyncio.to_thread(_signed, token, keys)
        except UnknownKey:
            newer = await self._keys(now, ANEW)
            if newer is keys:
                raise
            return await asyncio.to_thread(_signed, token, newer)

    async def _doors(self, now: datetime) -> Doors:
        url = self.issuer.rstrip("/") + DISCOVERY
        said = await self._look(url, now, KEPT)
        if said.get("issuer") != self.issuer:
            raise self._useless(url, "its discovery document names another issuer")
        authorize, token, keys = (str(said.get(name)) for name in ENDPOINTS)
        if not all(self.settings.may_ask(one) for one in (authorize, token, keys)):
            raise self._useless(url, "its discovery document lacks an address, or one is not https://")
        ways = said.get("token_endpoint_auth_methods_supported")
        ways = ways if isinstance(ways, list) else ["client_secret_basic"]
        return Doors(authorize, token, keys, "client_secret_basic" in ways or "client_secret_post" not in ways)

    async def _keys(self, now: datetime, kept: timedelta) -> "Keys":
        url = (await self._doors(now)).keys
        keys = (await self._look(url, now, kept)).get("keys")
        if not isinstance(keys, list):
            raise self._useless(url, "its key set has no keys")
        return keys

    def _useless(self, url: str, detail: str) -> Refused:
        """What it said cannot be used, and is not kept: somebody may be putting it right just now."""
        self._kept.pop(url, None)
        return Refused("misconfigured", detail)

    async def _look(self, url: str, now: datetime, kept: timedelta) -> Mapping[str, Any]:
        """A document of the provider's, at most this old. Who wants it meanwhile waits for the same answer."""
        found = self._kept.get(url)
        if found is not None and timedelta(0) <= now - found.since < kept:
            return found.what
        if url not in self._asked:
            self._asked[url] = asyncio.create_task(self._fetch(url, now))
            self._asked[url].add_done_callback(lambda _: self._asked.pop(url))
        return await asyncio.shield(self._asked[url])  # who goes away leaves it to the others

    async def _fetch(self, url: str, now: datetime) -> Mapping[str, Any]:
        answer = await self._send("GET", url, {"Accept": "application/json"})
        if answer.status != 200:
            raise _not_taken(answer, {})
        self._kept[url] = Kept(_read(answer), now)
        return self._kept[url].what

    async def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        try:
            return await self._http.send(method, url, headers, body, LARGEST)
        except Unreachable as problem:
            raise Refused("down", str(problem)) from None


def _signed(token: str, keys: "Keys") -> dict[str, Any]:
    """In a thread, for what it imports takes a while the first time."""
    from warmline.web.oidc.signature import signed

    return signed(token, keys)


def _read(answer: Answer) -> dict[str, Any]:
    """The object in an answer. Raises Refused where there is none."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        return said
    raise Refused("down", f"it answered {answer.status} with something that is no JSON object")


def _not_taken(answer: Answer, said: Mapping[str, Any]) -> Refused:
    """It answered with an error: its own trouble, or our settings. Its code is logged, its words are not."""
    error = said.get("error")
    code = error if isinstance(error, str) and error.isidentifier() and len(error) < 50 else "no code"
    return Refused("misconfigured" if 400 <= answer.status < 500 else "down", f"it answered {answer.status}, {code}")
