"""A provider of sign-ins on a real port: it does what the standard says, and whatever else a test wants of it."""

import asyncio
import base64
import hashlib
import json
import socket
import time
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import httpx2
import uvicorn
from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.conftest import QuietServer

CLIENT, SECRET = "warmline", "of the client: 100% & secret"
ASKS = """<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Id</title>
<main><h1>Id</h1><a href="{}">Go on as Nora</a></main></html>"""
KEYS: dict[str, Key] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
}
KEYS["PS256"] = KEYS["RS256"]
Claims = dict[str, Any]


class Provider:
    """Who signs in there, what with, and how it misbehaves."""

    def __init__(self, address: str) -> None:
        self.issuer = f"{address}/of/acme"
        self.subject, self.email, self.verified = f"sub-{uuid4()}", f"{uuid4()}@acme.example", True
        self.keys: list[Key] = [KEYS["RS256"], KEYS["ES256"], KEYS["EdDSA"]]
        self.algorithm = "RS256"
        self.twist: Callable[[Claims], Any] = lambda claims: None
        self.forge: Callable[[Claims], str] | None = None  # makes the whole token
        self.discovery: dict[str, Any] = {}  # what its document says otherwise
        self.broken: dict[str, Response] = {}  # what a door answers instead, by its name
        self.asks = False  # a page where one presses a button, before one is sent back
        self.refuses = ""  # the error one is sent back with
        self.goes_on = asyncio.Event()  # until then, it lets everybody wait
        self.goes_on.set()
        self.forgetful = False  # takes a code twice
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    async def send_back(self, address: str) -> str:
        """What a browser does there: the address it is sent back to."""
        async with httpx2.AsyncClient() as http:
            answer = await http.get(address)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def answer(self, request: Request) -> Response:
        """Every door."""
        name = request.path_params["name"].rpartition("/")[2]
        self.asked.append(name)
        await self.goes_on.wait()
        if name in self.broken:
            return self.broken[name]
        doors = {"openid-configuration": self._describe, "authorize": self._authorize, "keys": self._keys}
        return await self._token(request) if name == "token" else doors[name](request)

    def _describe(self, request: Request) -> Response:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        told = {"issuer": self.issuer} | {name: f"{self.issuer}/{end}" for name, end in ends.items()}
        return JSONResponse(told | self.discovery)

    def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        assert {name: asked.get(name) for name in wanted} == wanted
        assert "openid" in asked["scope"].split()
        code = f"code-{uuid4()}"
        self._codes[code] = asked
        brought = {"error": self.refuses} if self.refuses else {"code": code}
        back = f"{asked['redirect_uri']}?{urlencode(brought | {'state': asked['state']})}"
        return HTMLResponse(ASKS.format(back.replace("&", "&amp;"))) if self.asks else RedirectResponse(back, 303)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.forms.append(form)
        asked = self._codes.get(form["code"]) if self.forgetful else self._codes.pop(form["code"], None)
        if not self._knows(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        made_of = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked is None or made_of != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant", "error_description": "no such code"}, 400)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked["nonce"])})

    def _knows(self, request: Request, form: dict[str, str]) -> bool:
        ways = self.discovery.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if ways == ["none"]:
            return form.get("client_id") == CLIENT and "authorization" not in request.headers
        if ways == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        pair = base64.b64encode(urlencode({CLIENT: SECRET}).replace("=", ":").encode()).decode()
        return request.headers.get("authorization") == f"Basic {pair}"

    def token(self, nonce: str) -> str:
        """An ID token, as the test wants it."""
        now = int(time.time())
        claims: Claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": nonce, "email": self.email, "email_verified": self.verified}
        self.twist(claims)
        return self.forge(claims) if self.forge else self.signed(claims, KEYS[self.algorithm])

    def signed(self, claims: Claims, key: Key, **header: Any) -> str:
        """Signed with this key."""
        header = {"alg": self.algorithm, "kid": key.kid} | header
        with warnings.catch_warnings():  # of EdDSA's name, which is an older one
            warnings.simplefilter("ignore")
            return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[header["alg"]])


@asynccontextmanager
async def serving() -> AsyncIterator[Provider]:
    """A provider, until the block ends."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        provider = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}")
        web = Starlette(routes=[Route("/of/acme/{name:path}", provider.answer, methods=["GET", "POST"])])
        server = QuietServer(uvicorn.Config(web, log_config=None, access_log=False))
        server.handle_exit = lambda *_: setattr(server, "should_exit", True)  # type: ignore[method-assign]
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield provider
        finally:
            server.should_exit = True
            await task
