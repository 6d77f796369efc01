"""Errors at the doors: problem JSON (RFC 9457) for programs. Each is mapped once, here."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from warmline.errors import FieldError, Invalid, Problem, TooMany, Unavailable
from warmline.web.methods import allowed

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger()


def problem_json(problem: Problem) -> Response:
    """A refusal as the API shows it."""
    errors = {"errors": problem.errors} if isinstance(problem, Invalid) else {}
    return answer(problem.status, problem.title, problem.detail, headers=headers(problem), **errors, **problem.extra)


def headers(problem: Problem) -> dict[str, str]:
    """The headers that go with a refusal."""
    if isinstance(problem, TooMany):
        return {"Retry-After": str(problem.retry_after)}
    if isinstance(problem, Unavailable):
        return {"Retry-After": "1"}
    return {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}


def answer(status: int, title: str, detail: str, headers: dict[str, str] | None = None, **extra: Any) -> Response:
    """Problem JSON with its status; `extra` are further members."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail} | extra
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def invalid(problem: RequestValidationError) -> Invalid:
    """FastAPI's findings in our own form: each field, and what is expected there."""
    errors = field_errors(problem.errors())
    names = ", ".join(dict.fromkeys(error["field"] for error in errors))
    return Invalid(f"Nothing was changed. Please look at: {names}.", errors)


def field_errors(found: Sequence[Any]) -> list[FieldError]:
    """One line per finding, at most fifty."""
    return [_no_json(one) if one["type"] == "json_invalid" else _finding(one) for one in found[:50]]


def _finding(one: Any) -> FieldError:
    return {"field": _field(one["loc"]), "message": str(one["msg"])[:500]}


def _no_json(one: Any) -> FieldError:
    return {"field": "body", "message": f"expected JSON: {one['ctx']['error']} (at character {one['loc'][-1]})"}


def _field(place: Sequence[Any]) -> str:
    parts = [str(part)[:100] for part in place if part not in ("body", "query", "path", "header")]
    return ".".join(parts) or str(place[0] if place else "body")


async def on_problem(request: Request, problem: Exception) -> Response:
    """For the API."""
    assert isinstance(problem, Problem)
    return problem_json(problem)


async def on_invalid(request: Request, problem: Exception) -> Response:
    """For the API."""
    assert isinstance(problem, RequestValidationError)
    return problem_json(invalid(problem))


async def on_http(request: Request, problem: Exception) -> Response:
    """What the framework itself refuses: an unknown path, a method that is not there."""
    assert isinstance(problem, HTTPException)
    if problem.status_code == 400:  # a body that is no text, or nested without end
        return problem_json(Invalid.field("body", "expected JSON (or a form) that can be read"))
    phrase, more = HTTPStatus(problem.status_code).phrase, dict(problem.headers or {})
    if problem.status_code == 405:
        more["Allow"] = allowed(request.app.state.methods, request.url.path)
    return answer(problem.status_code, phrase, f"{phrase}: {request.method} {request.url.path}", more)


async def on_bug(request: Request, problem: Exception) -> Response:
    """What nobody expected: logged with its request id, and told without its inside."""
    log.error("request.failed", path=request.url.path, request_id=_id(request), exc_info=problem)
    words = "This is our mistake, and it is logged. Nothing was changed. Try again; if it stays, name the request id."
    return answer(500, "Something went wrong", words, request_id=_id(request))


def _id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))
