"""The pages' door: who is signed in, the frame around every page, and answers for scripts and without them."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select

from warmline.errors import Unauthorized
from warmline.flows import bell
from warmline.handoffs.queries import count_waiting
from warmline.organizations import secrets
from warmline.organizations.model import Organization, User
from warmline.organizations.sign_in import keep_session
from warmline.timeline.queries import cursor, last_position
from warmline.web import cookies
from warmline.web.act import Act, ActRoute, Handler
from warmline.web.masking import NOTHING, AsIs, seen_by
from warmline.web.pages.views import Link, Me, Notice, Shell, Who
from warmline.web.templating import render

STARTING = "This takes seconds; after a crash sometimes minutes."
NOTICE = "warmline_notice"
LONGEST_NOTICE = 3000  # a cookie holds about 4 kB
UNDO = re.compile(
    r"/settings/(?:(?:people|channels)/[0-9a-f-]{36}/enable|close-reasons/[a-z0-9_]+/restore)"
    r"|/analytics/baselines/[0-9a-f-]{36}/(?:withdraw|restore)"
)


class PageRoute(ActRoute):
    """A page for somebody who is signed in with a cookie; others are sent to the sign-in, and come back."""

    async def perform(self, request: Request, inner: Handler) -> Response:
        """The whole act."""
        if cookies.read(request) is None or "authorization" in request.headers:
            raise Unauthorized("Sign in to see this page.")
        return await super().perform(request, inner)


def by_scripts(request: Request) -> bool:
    """Whether htmx asks, which puts parts into the page that is there."""
    return request.headers.get("hx-request") == "true"


def csrf_of(request: Request) -> str:
    """The token that the forms of this page bring back."""
    return secrets.csrf_token(cookies.read(request) or "")


async def seen(act: Act) -> int:
    """How far the log goes; read before what the page shows, so that its stream misses nothing."""
    return await last_position(act.session)


async def page(
    act: Act, template: str, place: Any, stream: str = "", status: int = 200, since: int = 0, **data: Any
) -> Response:
    """A whole page in its frame; a notice that waits for it is shown, once."""
    shell = await shell_of(act, place, stream, since)
    notice = take_notice(act.request)
    csrf = AsIs(csrf_of(act.request))
    content = render(template, shell=shell, csrf=csrf, now=act.now, notice=notice, **data)
    answer = HTMLResponse(content, status)
    if notice is not None:
        cookies.drop(answer, act.app.settings, NOTICE)
    lasts = timedelta(seconds=act.app.settings.session_seconds)
    if await keep_session(act.session, act.caller, act.now, lasts):
        cookies.write(answer, act.app.settings, cookies.read(act.request) or "")
    return answer


async def shell_of(act: Act, place: Any, stream: str = "", since: int = 0) -> Shell:
    """The frame: who is signed in and how they are there, where they are, how many wait."""
    caller = act.caller
    assert caller.user_id is not None  # a cookie is a person's
    query = select(Organization.name, User.presence, User.capacity).join(User, User.organization_id == Organization.id)
    mine = (Organization.id == caller.organization_id, User.id == caller.user_id)
    me = Me(caller.user_id, caller.name, caller.role, *(await act.session.execute(query.where(*mine))).one())  # type: ignore[arg-type]
    here = act.request.url.path if act.request.method == "GET" else "/desk"
    if not caller.at_least("operator"):  # viewers read; what arrives is not told to them
        return Shell(me, place, await count_waiting(act.session, caller), here=here)
    place_in_log = cursor(since if stream else await seen(act))
    waiting, unread = await count_waiting(act.session, caller), await bell.count_unread(act.session, caller)
    return Shell(me, place, waiting, stream or "/live?view=bell", place_in_log, here, unread, says_live=bool(stream))


def outside(request: Request, template: str, status: int = 200, **data: Any) -> Response:
    """A page for whoever is not signed in. `now` comes from the process: there may be no database."""
    with seen_by(NOTHING):  # it shows what was typed, and whom the demo has
        content = render(template, shell=None, csrf=data.pop("csrf", ""), now=datetime.now(UTC), notice=None, **data)
    return HTMLResponse(content, status)


def go(request: Request, where: str, notice: Notice | None = None) -> Response:
    """Post, redirect, get; with a word about what happened on the page that follows."""
    answer: Response = RedirectResponse(where, 303)
    if by_scripts(request):  # a redirect would be followed without the page
        answer = Response(status_code=200, headers={"HX-Redirect": answer.headers["location"]})  # as a header takes it
    if notice is not None:
        cookies.put(answer, request.app.state.settings, NOTICE, _written(notice), 60)
    return answer


def _written(notice: Notice) -> str:
    who = [notice.who.name, notice.who.kind] if notice.who else None
    act = [notice.act.label, notice.act.href] if notice.act else None
    text = json.dumps([notice.text[:300], notice.detail[:600], who, act, notice.undo])
    return base64.urlsafe_b64encode(text.encode()).decode()[:LONGEST_NOTICE]


def take_notice(request: Request) -> Notice | None:
    """What the act before this page had to say. It came in a cookie: shown as text, and links stay here.

    An undo can only be one that the settings know: a planted cookie must not put another act under that word.
    """
    try:
        kept = json.loads(base64.urlsafe_b64decode(cookies.get(request, NOTICE) or ""))
        json.dumps(kept, ensure_ascii=False).encode()  # half a surrogate pair would end on no page
        text, detail, who, act, *rest = kept
        link = Link(str(act[0]), safe_next(str(act[1]))) if act else None
        kind: Any = "agent" if who and who[1] == "agent" else "user"
        back = rest[0] if rest and UNDO.fullmatch(rest[0]) else ""
        return Notice(str(text), str(detail), Who(str(who[0]), kind) if who else None, link, back)
    except (KeyError, ValueError, TypeError, IndexError, RecursionError):
        return None


def toast(notice: Notice, status: int = 200, **data: Any) -> Response:
    """A word about what happened, put into the page that is there."""
    return HTMLResponse(render("push/toast.html", notice=notice, **data), status)


def sign_in_address(request: Request) -> str:
    """The sign-in, which leads back to where one was going."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if path in ("/", "/desk") else f"/sign-in?next={quote(path, safe='/')}"


def safe_next(where: str) -> str:
    """A place of our own to go to; the desk, where it is none."""
    ours = where.startswith("/") and not where.startswith(("//", "/\\")) and "\\" not in where and where.isprintable()
    return where if ours else "/desk"


def starting() -> Response:
    """The page while the database comes up; it looks for itself whether it is there."""
    content = render("starting.html", shell=None, csrf="", now=datetime.now(UTC), notice=None, detail=STARTING)
    return HTMLResponse(content, 503, {"retry-after": "1"})
