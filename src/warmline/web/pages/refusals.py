"""Refusals for people: a page that says what to do next, or a toast where scripts asked; never a bare status."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from warmline.errors import Invalid, Problem
from warmline.web import cookies, problems
from warmline.web.pages.door import by_scripts, outside, sign_in_address, toast
from warmline.web.pages.views import Error, Link, Notice

DESK = Link("To the desk", "/desk")
AGAIN = Link("Try again", "")
FOR_PROGRAMS = ("/api/", "/openapi", "/livez", "/readyz", "/metrics", "/static/")
MARKED = "Please look at what is marked."
NOWHERE = "This address leads nowhere. It may have been mistyped, or what was here has moved."
Mapper = Callable[[Request, Exception], Awaitable[Response]]


def by_door(for_programs: Mapper) -> Mapper:
    """The handler of one kind of error: as problem JSON for programs, as below for people."""

    async def handle(request: Request, problem: Exception) -> Response:
        answer = await for_programs(request, problem)
        if request.url.path.startswith(FOR_PROGRAMS):
            return answer
        page = _for_people(request, problem, answer.status_code)
        page.headers.update({name: value for name, value in answer.headers.items() if name == "retry-after"})
        return page

    return handle


def _for_people(request: Request, problem: Exception, status: int) -> Response:
    wants_page = "text/event-stream" not in request.headers.get("accept", "") and not by_scripts(request)
    if status == 401 and wants_page and "authorization" not in request.headers:
        where = sign_in_address(request) if request.method == "GET" else "/sign-in"
        answer = RedirectResponse(where, 303)
        cookies.clear(answer, request.app.state.settings)
        return answer
    detail = _detail(problem, status)
    if not wants_page:
        return _as_toast(problem, status, detail)
    return outside(request, "error.html", status, error=_error(request, status, detail))


def _as_toast(problem: Exception, status: int, detail: str) -> Response:
    """For scripts, which mark the fields that the header names."""
    wrong = problems.invalid(problem) if isinstance(problem, RequestValidationError) else problem
    errors = wrong.errors if isinstance(wrong, Invalid) else []
    first = errors[0]["message"] if errors else ""
    notice = Notice(MARKED, first[:1].upper() + first[1:]) if errors else Notice(detail)
    answer = toast(notice, status, now=datetime.now(UTC))
    if errors:
        answer.headers["invalid-fields"] = ",".join(one["field"] for one in errors if one["field"].isidentifier())
    return answer


def _detail(problem: Exception, status: int) -> str:
    if isinstance(problem, Problem):
        return problem.detail
    if isinstance(problem, RequestValidationError):
        return problems.invalid(problem).detail
    if isinstance(problem, HTTPException):
        return NOWHERE if status == 404 else "This address does not take that."
    return "This is our mistake, and it is logged. Nothing was changed."


TITLES = {
    403: "That is not open to you",
    404: "There is nothing here",
    409: "It has changed in the meantime",
    413: "That is too large",
    422: "Something is not right yet",
    429: "A little too fast",
    500: "Something went wrong",
    503: "One moment, please",
}


def _error(request: Request, status: int, detail: str) -> Error:
    acts = (AGAIN, DESK) if status >= 500 else (DESK,)
    request_id: Any = getattr(request.state, "request_id", "") if status >= 500 else ""
    return Error(status, TITLES.get(status, "That did not work"), detail, acts, request_id)
