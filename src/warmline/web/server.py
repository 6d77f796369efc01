"""The web door: routes, frame, and a server that stops its streams before it waits for them."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from types import FrameType
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from warmline.app import App
from warmline.boot import Boot
from warmline.errors import Problem, Unavailable
from warmline.flows.claim_next import NextClaims
from warmline.settings import Settings
from warmline.web import health, methods, pages, problems
from warmline.web.api import (
    analytics,
    cases,
    channels,
    close_reasons,
    deliveries,
    erasures,
    events,
    handoffs,
    notes,
    notifications,
    organization,
    people,
    squads,
    texts,
    waiting,
    webhooks,
)
from warmline.web.api.described import Described
from warmline.web.assets import Static
from warmline.web.callers import Callers
from warmline.web.middleware import Frame
from warmline.web.shortcut import Shortcut
from warmline.web.throttle import Throttle
from warmline.web.watch import Watch

log = structlog.get_logger()
API = (
    texts.router,
    waiting.router,
    events.stream_router,
    events.router,
    cases.router,
    notes.router,
    analytics.router,
    handoffs.router,
    organization.router,
    close_reasons.router,
    people.router,
    squads.router,
    notifications.router,
    channels.router,
    webhooks.router,
    deliveries.router,
    erasures.router,
)
Then = Callable[[FastAPI], Coroutine[Any, Any, None]]


def create_app(
    settings: Settings, boot: Boot, *, then: Then | None = None, failed: Callable[[], None] | None = None
) -> FastAPI:
    """The ASGI application. It answers at once, and serves when `boot` is through; `then` goes on from there."""
    lifespan = _lifespan(boot, then, failed)
    web = Described(title="Warmline", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    web.state.settings, web.state.boot, web.state.throttle = settings, boot, Throttle(settings)
    web.state.background, web.state.demo, web.state.first_owner = [], None, None
    web.include_router(health.router)
    for router in API:
        web.include_router(router, prefix="/api/v1")
    pages.mount(web)
    web.mount("/static", Static(), name="static")
    web.state.methods = methods.table(web)
    for kind, handler in HANDLERS.items():
        web.add_exception_handler(kind, handler)
    web.add_middleware(Shortcut, path="/api/v1/handoffs/claim-next", endpoint=waiting.claim_the_next)
    web.add_middleware(
        Frame, max_body=settings.max_body_bytes, phase=lambda: boot.phase, starting=_starting, failed=FAILED
    )
    return web


HANDLERS: dict[Any, Any] = {
    Problem: pages.by_door(problems.on_problem),
    RequestValidationError: pages.by_door(problems.on_invalid),
    HTTPException: pages.by_door(problems.on_http),
}
FAILED = pages.by_door(problems.on_bug)


def _starting(path: str) -> ASGIApp:
    """What is answered while the database comes up."""
    words = (
        "The database is coming up; this takes seconds, after a crash sometimes minutes. /readyz says how far it is."
    )
    return problems.problem_json(Unavailable(words)) if path.startswith("/api/") else pages.starting()


def _lifespan(boot: Boot, then: Then | None, failed: Callable[[], None] | None) -> Any:
    @asynccontextmanager
    async def lifespan(web: FastAPI) -> AsyncIterator[None]:
        async def go_on(app: App) -> None:
            await _serve(web, app)
            if then is not None:
                await then(web)

        coming_up = asyncio.create_task(boot.run(go_on, failed or (lambda: None)))
        try:
            yield
        finally:
            await _end(coming_up, *web.state.background)
            await boot.down()

    return lifespan


async def _serve(web: FastAPI, app: App) -> None:
    web.state.warmline = app
    web.state.findings = health.Findings(app)
    web.state.callers = Callers(app.database)
    web.state.next_claims = NextClaims(app.database)
    web.state.watch = Watch(app.database, app.hub, app.settings.stream_heartbeat_seconds)
    web.state.background.append(asyncio.create_task(web.state.watch.run(), name="watch"))


async def _end(*tasks: "asyncio.Task[None]") -> None:
    """End them all; one that has died before says so here, and keeps nobody from going on."""
    for task in tasks:
        task.cancel()
    for problem in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(problem, Exception):
            log.error("background.died", exc_info=problem)


class Server(uvicorn.Server):
    """uvicorn, which would wait for its streams for ever: they are closed first, each ends by itself."""

    boot: Boot

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM and Ctrl-C."""
        if self.boot.app is not None:
            self.boot.app.hub.close()
        super().handle_exit(sig, frame)


def _calm_the_collector() -> None:
    """What was made while starting stays for good: looking through it again and again cost a third of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # new objects; 700 would look several times a request


def configured(web: FastAPI, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves it."""
    return uvicorn.Config(
        web, settings.host, settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=20,
        server_header=False, forwarded_allow_ips=settings.trusted_proxies,
    )  # fmt: skip


def serve(settings: Settings, *, jobs: bool = True, then: Then | None = None) -> int:
    """Run until told to stop; returns the exit status."""
    boot = Boot(settings, jobs=jobs)

    async def up(web: FastAPI) -> None:
        if then is not None:
            await then(web)
        _calm_the_collector()

    def failed() -> None:
        server.should_exit = True

    server = Server(configured(create_app(settings, boot, then=up, failed=failed), settings))
    server.boot = boot
    with suppress(KeyboardInterrupt):
        server.run()
    return 1 if boot.problem is not None else 0
