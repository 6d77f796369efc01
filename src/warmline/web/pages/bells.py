"""What the bell opens: its panel, and the page that works without scripts."""

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from warmline.channels.model import Notification
from warmline.flows import bell, heard
from warmline.web.act import ActDep
from warmline.web.api.paging import page as rows_of
from warmline.web.pages.door import PageRoute, by_scripts, go, page
from warmline.web.pages.listed import Notifications
from warmline.web.pages.views import Notice
from warmline.web.pages.words import counted
from warmline.web.templating import render

router = APIRouter(include_in_schema=False, route_class=PageRoute)
LATEST, SHOWN = 12, 50


@router.get("/notifications")
async def notifications(act: ActDep, cursor: str | None = None) -> Response:
    """All that one was told, newest first."""
    query = bell.mine(act.caller)
    rows, following = await rows_of(act.session, query, [Notification.id], SHOWN, cursor, newest_first=True)
    told = tuple(await bell.shown(act.session, act.caller, rows))
    shown = Notifications(
        told,
        await bell.count_unread(act.session, act.caller),
        f"/notifications?cursor={following}" if following else "",
    )
    return await page(act, "notifications.html", "notifications", notifications=shown)


@router.get("/notifications/latest")
async def latest(act: ActDep) -> Response:
    """What the panel shows."""
    told = await bell.latest(act.session, act.caller, LATEST)
    return HTMLResponse(render("parts/told.html", told=told, now=act.now))


@router.post("/notifications/read")
async def read_all(act: ActDep) -> Response:
    """Nothing is unread any more; the panel stays open, and every page of the same person hears of it."""
    many = await heard.read_all(act.session, act.caller, act.now)
    if by_scripts(act.request):
        told = await bell.latest(act.session, act.caller, LATEST)
        return HTMLResponse(render("push/told.html", told=told, unread=0, now=act.now))
    return go(act.request, "/notifications", Notice("All read", f"{counted(many, 'notification')}."))
