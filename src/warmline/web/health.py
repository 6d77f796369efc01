"""Is it alive, is it ready, how is it doing: for load balancers, monitors and people."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncpg
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from warmline.db.migrate import head
from warmline.db.roles import UnsafeRole, check_role
from warmline.errors import Problem
from warmline.web.act import app_of
from warmline.web.metrics import exposition

router = APIRouter(tags=["health"])
LATE = timedelta(seconds=60)  # work of the clock that is this late means that no jobs run


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Requests can be served: each check with its finding; 503 where one fails."""
    phase = request.app.state.boot.phase
    if phase != "ready":
        return JSONResponse({"status": phase, "checks": {"database": phase}}, 503, {"Retry-After": "1"})
    checks = await _checks(request)
    good = all(finding == "ok" for finding in checks.values())
    return JSONResponse({"status": "ready" if good else "not ready", "checks": checks}, 200 if good else 503)


async def _checks(request: Request) -> dict[str, str]:
    app = app_of(request)
    findings: dict[str, str] = {}
    for name, check in (("database", _row_level_security), ("migrations", _migrations), ("clock", _clock)):
        try:
            findings[name] = await check(app)
        except (Problem, UnsafeRole, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            findings[name] = str(problem)
    return findings


async def _row_level_security(app: Any) -> str:
    connection = await asyncpg.connect(app.urls.app, timeout=5)
    try:
        await check_role(connection)
    finally:
        await connection.close()
    return "ok"


async def _migrations(app: Any) -> str:
    at, wanted = await app.migration(), head()
    return "ok" if at == wanted else f"the database is at {at}, this version needs {wanted}: run `warmline migrate`"


async def _clock(app: Any) -> str:
    late = await app.lateness()
    if late is None or late < LATE:
        return "ok"
    return f"the oldest due work is {int(late.total_seconds())} s late: do the jobs run?"


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Figures for Prometheus; the one from the database is left out while it cannot be reached."""
    streams, late = 0, 0.0
    if request.app.state.boot.phase == "ready":
        streams = len(request.app.state.watch.streams)
        with suppress(Problem):
            oldest = await app_of(request).lateness()
            late = max(0.0, oldest.total_seconds()) if oldest else 0.0
    return Response(exposition(streams, late), media_type=CONTENT_TYPE_LATEST)
