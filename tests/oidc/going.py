"""Going to the provider and back, without scripts."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.oidc.provider import CLIENT, SECRET, Provider
from tests.web.visitors import Visitor

COOKIE = "warmline_oidc"


def setting_up(provider: Provider, **more: Any) -> dict[str, Any]:
    """The settings of a server that takes this provider's word."""
    given = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return given | {"oidc_name": "Id"} | more


async def go_there(visitor: Visitor, next: str = "/desk") -> str:
    """Press the button: the address at the provider that one is sent to."""
    answer = await visitor.http.get("/sign-in/oidc", params={"next": next})
    assert answer.status_code == 303, answer.text[:600]
    return str(answer.headers["location"])


async def go(visitor: Visitor, provider: Provider, next: str = "/desk") -> httpx2.Response:
    """There and back: what our server answers in the end."""
    return await visitor.http.get(await provider.send_back(await go_there(visitor, next)))


def brought(address: str) -> dict[str, str]:
    """What an address carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def says(answer: httpx2.Response, status: int, words: str) -> None:
    """The sign-in page, with this sentence; and nobody is signed in by it."""
    assert (answer.status_code, words in answer.text) == (status, True), (answer.status_code, answer.text[-3000:])
    assert 'role="alert"' in answer.text
    assert "Sign in with Id" in answer.text
    assert "warmline_session" not in answer.headers.get("set-cookie", "")
