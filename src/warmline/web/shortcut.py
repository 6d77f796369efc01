"""A short way to the hottest endpoint: everybody who has a free minute asks it for the next one.

A request that brings no parameters needs none of the framework's routing and reading of them, which take longer than
the claim itself. It is the same function that the router calls, with the same authentication, and the same errors;
what has a body or a query goes the usual way. The router's entry is what OpenAPI shows.
"""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from warmline.caller import Caller
from warmline.errors import Problem
from warmline.web.act import identify
from warmline.web.problems import problem_json

Endpoint = Callable[[Request, Caller], Awaitable[Response]]


class Shortcut:
    """Pure ASGI, in front of the router, behind the frame."""

    def __init__(self, app: ASGIApp, *, path: str, endpoint: Endpoint) -> None:
        self.app, self.path, self.endpoint = app, path, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if not self._is_bare(scope):
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        try:
            response = await self.endpoint(request, await identify(request))
        except Problem as problem:
            response = problem_json(problem)
        return await response(scope, receive, send)

    def _is_bare(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["path"] != self.path or scope["method"] != "POST" or scope["query_string"]:
            return False
        sizes = [value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")]
        return sizes in ([], [b"0"])
