"""Is it alive, is it ready, how is it doing: for load balancers, monitors and people."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.app import App
from warmline.db.migrate import head
from warmline.db.roles import UnsafeRole, check_role
from warmline.db.transaction import tenant
from warmline.errors import Problem
from warmline.web.act import app_of
from warmline.web.metrics import exposition

router = APIRouter(tags=["health"])
Check = Callable[[App], Awaitable[str]]
FRESH = 1.0  # seconds
LATE = timedelta(seconds=60)  # work of the clock that is this late means that no jobs run


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


class Ready(BaseModel):
    """How far it is, and what each check has found.

    `dead_letters`: deliveries that were given up. They are for an admin to look at, and no reason not to be ready.
    """

    status: str
    checks: dict[str, str]
    dead_letters: int | None = None


NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": Ready, "description": "Not yet, or not now"}}


@router.get("/readyz", response_model=Ready, responses=NOT_READY)
async def readyz(request: Request) -> Response:
    """Requests can be served: each check with its finding; 503 where one fails."""
    phase = request.app.state.boot.phase
    if phase != "ready":
        return JSONResponse({"status": phase, "checks": {"database": phase}}, 503, {"Retry-After": "1"})
    findings: Findings = request.app.state.findings
    checks = await findings.now()
    good = all(finding == "ok" for finding in checks.values())
    found = {"status": "ready" if good else "not ready", "checks": checks, "dead_letters": findings.dead_letters}
    return JSONResponse(found, 200 if good else 503)


class Findings:
    """What was found, looked at once a second at most: a crowd that asks costs no more than one who does."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._alone = asyncio.Lock()
        self._known: dict[str, str] = {}
        self._until = 0.0
        self.dead_letters: int | None = None

    async def now(self) -> dict[str, str]:
        """Each check with "ok", or with what is wrong."""
        async with self._alone:
            if time.monotonic() > self._until:
                self._known = {name: await self._one(check) for name, check in CHECKS.items()}
                with suppress(Problem):
                    self.dead_letters = await self.app.dead_letters()
                self._until = time.monotonic() + FRESH
            return self._known

    async def _one(self, check: Check) -> str:
        try:
            return await check(self.app)
        except (Problem, UnsafeRole) as problem:
            return str(problem)


class Pooled:
    """A session, as the check of the role wants a connection."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def fetchval(self, query: str) -> Any:
        """One value."""
        return await self.session.scalar(text(query))

    async def fetch(self, query: str) -> Sequence[Any]:
        """All rows."""
        return (await self.session.execute(text(query))).mappings().all()


async def _row_level_security(app: App) -> str:
    async with app.database.transaction(tenant(None)) as unit:
        await check_role(Pooled(unit.session))
    return "ok"


async def _migrations(app: App) -> str:
    at, wanted = await app.migration(), head()
    return "ok" if at == wanted else f"the database is at {at}, this version needs {wanted}: run `warmline migrate`"


async def _clock(app: App) -> str:
    late = await app.lateness()
    if late is None or late < LATE:
        return "ok"
    return f"the oldest due work is {int(late.total_seconds())} s late: do the jobs run?"


CHECKS: dict[str, Check] = {"database": _row_level_security, "migrations": _migrations, "clock": _clock}


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus; those from the database are left out while it cannot be reached."""
    streams, late, dead = 0, 0.0, 0
    if request.app.state.boot.phase == "ready":
        streams = len(request.app.state.watch.streams)
        with suppress(Problem):
            oldest = await app_of(request).lateness()
            late = max(0.0, oldest.total_seconds()) if oldest else 0.0
            dead = await app_of(request).dead_letters()
    return Response(exposition(streams, late, dead), media_type=CONTENT_TYPE_LATEST)
