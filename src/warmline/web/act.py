"""One request is one act is one transaction: authenticated, done, remembered under its key, committed, answered."""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.app import App
from warmline.caller import Caller
from warmline.errors import Forbidden, Unauthorized
from warmline.organizations import secrets
from warmline.web import idempotency, masking
from warmline.web.callers import Credentials, Found, caller_of, credentials_of
from warmline.web.json_body import JsonRequest
from warmline.web.throttle import Throttle

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class Act:
    """What a handler gets: the transaction's session, who acts, and when."""

    session: AsyncSession
    caller: Caller
    now: datetime
    request: Request

    @property
    def app(self) -> App:
        """The process's composition root."""
        return app_of(self.request)


def app_of(request: Request) -> App:
    """The composition root of the server that got this request."""
    app: App = request.app.state.warmline
    return app


def throttle_of(request: Request) -> Throttle:
    """The server's brakes."""
    throttle: Throttle = request.app.state.throttle
    return throttle


class ActRoute(APIRoute):
    """A route of the API. Its handler runs inside a transaction and takes `ActDep`; it never commits."""

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's own handler."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await self.perform(JsonRequest(request.scope, request.receive), inner)

        return handle

    async def perform(self, request: Request, inner: Handler) -> Response:
        """The whole act."""
        credentials = credentials_of(request)
        throttle_of(request).check_token(credentials.secret)
        if request.method not in SAFE:
            await request.body()  # before the transaction: a body that drips must not hold a connection
            await check_csrf(request, credentials)
        async with app_of(request).database.transaction(credentials.bind()) as unit:
            caller = identified(unit.bound, request)
            request.state.act = Act(unit.session, caller, unit.now, request)
            masking.look_as(caller)
            return masking.answered(await once(request.state.act, inner), caller, request.url.path)


class ShortRoute(ActRoute):
    """A route whose handler waits: it is authenticated beforehand, and holds no transaction.

    Its handler takes `CallerDep`, and opens the transactions it needs.
    """

    async def perform(self, request: Request, inner: Handler) -> Response:
        """Authenticate, then act."""
        if request.method not in SAFE:
            await request.body()
        caller = await identify(request)
        masking.look_as(caller)
        return masking.answered(await inner(request), caller, request.url.path)


async def identify(request: Request) -> Caller:
    """Who sends this request, looked up beforehand. Raises Unauthorized, Forbidden, TooMany."""
    credentials = credentials_of(request)
    throttle_of(request).check_token(credentials.secret)
    if request.method not in SAFE:
        await check_csrf(request, credentials)
    caller = request.state.caller = identified(await request.app.state.callers.find(credentials), request)
    return caller


def identified(found: Found | None, request: Request) -> Caller:
    """The caller; a bad token counts against its sender, and never against who sends a good one from there."""
    try:
        return caller_of(found, request)
    except Unauthorized:
        throttle_of(request).bad_token(request)
        raise


async def once(act: Act, inner: Handler) -> Response:
    """Do it, or, where it was done before under the same key, give the same answer again."""
    request = act.request
    if request.method in SAFE:  # before its body is looked at: what drips must not hold a transaction
        return await inner(request)
    key = await idempotency.key_of(request)
    if key is None:
        return await inner(request)
    digest = await fingerprint(act)
    if done := await idempotency.begin(act.session, act.caller, key, digest, act.now):
        return done
    response = await inner(request)
    await idempotency.finish(act.session, act.caller, key, digest, response, act.now)
    return response


async def fingerprint(act: Act) -> bytes:
    """What makes a request the same: who, what, where, and the body."""
    request = act.request
    parts = (
        str(act.caller.id),
        request.method,
        request.url.path,
        request.url.query,
        request.headers.get("content-type", ""),
    )
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + await request.body()).digest()


async def check_csrf(request: Request, credentials: Credentials) -> None:
    """A write with a cookie must bring the token that only our own pages know. Raises Forbidden."""
    if credentials.is_token:
        return
    brought = request.headers.get("x-csrf-token") or await _in_form(request)
    if not brought or not secrets.equal(brought, secrets.csrf_token(credentials.secret)):
        raise Forbidden("This page is out of date, or the request came from somewhere else. Load the page again.")


async def _in_form(request: Request) -> str | None:
    if "form" not in request.headers.get("content-type", ""):
        return None
    value = (await request.form()).get("csrf")
    return value if isinstance(value, str) else None


async def get_act(request: Request) -> Act:  # async, or FastAPI takes it to a thread and back, for each request
    """The act that this handler is part of."""
    act: Act = request.state.act
    return act


async def get_caller(request: Request) -> Caller:
    """Who sends this request, on a route that holds no transaction."""
    caller: Caller = request.state.caller
    return caller


CallerDep = Annotated[Caller, Depends(get_caller)]
ActDep = Annotated[Act, Depends(get_act)]
