"""What every answer gets: a request id, security headers, a limit on the body, patience while the database starts."""

import json
import re
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline.errors import Problem, TooLarge
from warmline.ids import new_id
from warmline.web.metrics import measured

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    (b"cache-control", b"no-store"),  # people's words and secrets; what may be kept says so itself
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
STRAIGHT = "warmline.straight"  # in a scope: the server's own send, for streams that have begun
WITHOUT_DATABASE = ("/livez", "/readyz", "/metrics", "/static/")


class Frame:
    """Pure ASGI, so that streams pass through unbuffered."""

    def __init__(
        self, app: ASGIApp, *, max_body: int, phase: Callable[[], str], starting: Callable[[str], ASGIApp],
        failed: Callable[[Request, Exception], Awaitable[ASGIApp]],
    ) -> None:  # fmt: skip
        self.app, self.max_body, self.phase, self.starting, self.failed = app, max_body, phase, starting, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = id
        structlog.contextvars.bind_contextvars(request_id=id)
        scope[STRAIGHT] = send
        answer = Framed(send, id)
        framed = measured(answer, scope["method"])
        if self.phase() != "ready" and not scope["path"].startswith(WITHOUT_DATABASE):
            return await self.starting(scope["path"])(scope, receive, framed)
        limit = Limit(receive, self.max_body)
        if limit.announced(scope):
            return await _refuse(limit.problem(), framed)
        try:
            await self.app(scope, limit.receive, framed)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except Exception as problem:  # answered in here: what the framework answers by itself has no frame
            if answer.begun:
                raise
            await (await self.failed(Request(scope), problem))(scope, receive, framed)


class Limit:
    """Counts the body as it comes in; what is larger than announced ends the request."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self.most, self.seen = receive, most, 0

    def announced(self, scope: Scope) -> bool:
        """Whether the request says itself that it is too large."""
        length = dict(scope["headers"]).get(b"content-length", b"0")
        return length.isdigit() and int(length) > self.most

    def problem(self) -> Problem:
        """What is answered."""
        return TooLarge(f"The body is larger than {self.most:,} bytes. Send less, or in parts.")

    async def receive(self) -> Message:
        """The next piece. Raises TooLarge."""
        message = await self._receive()
        self.seen += len(message.get("body", b""))
        if self.seen > self.most:
            raise self.problem()
        return message


def _request_id(scope: Scope) -> str:
    given = dict(scope["headers"]).get(b"request-id", b"")
    return str(given.decode()) if GIVEN_ID.fullmatch(given) else str(new_id())


class Framed:
    """Adds the headers that every answer has, and knows whether it has begun."""

    def __init__(self, send: Send, id: str) -> None:
        self._send, self.id, self.begun = send, id, False

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] == "http.response.start":
            self.begun = True
            had = {name for name, _ in message["headers"]}
            more = [header for header in ALWAYS if header[0] not in had]
            message["headers"] = [*message["headers"], *more, (b"request-id", self.id.encode())]
        await self._send(message)


async def _refuse(problem: Problem, send: Send) -> None:
    body = json.dumps(
        {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail}
    )
    headers = [(b"content-type", b"application/problem+json")]  # not closing: who still sends would never read this
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
