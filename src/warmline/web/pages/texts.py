"""Texts for others, from the reading: in the dialog of the room, or as a page for who has no scripts."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from warmline.db.transaction import tenant
from warmline.errors import Unauthorized
from warmline.flows.texts import text_for
from warmline.web import cookies
from warmline.web.act import Act, CallerDep, Handler, ShortRoute, app_of
from warmline.web.api.texts import Kind
from warmline.web.pages.door import by_scripts, page
from warmline.web.pages.story import Text
from warmline.web.templating import render


class SlowPageRoute(ShortRoute):
    """A page whose making may take a while: for somebody with a cookie, and without a transaction."""

    async def perform(self, request: Request, inner: Handler) -> Response:
        """Look who it is, then act."""
        if cookies.read(request) is None or "authorization" in request.headers:
            raise Unauthorized("Sign in to see this page.")
        return await super().perform(request, inner)


router = APIRouter(include_in_schema=False, route_class=SlowPageRoute)


@router.get("/handoffs/{handoff_id}/texts/{text}")
async def show(request: Request, caller: CallerDep, handoff_id: UUID, text: Kind) -> Response:
    """One text, and the way to the others."""
    app = app_of(request)
    made = await text_for(app.database, app.model, caller, handoff_id, text)
    shown = Text(handoff_id, made.kind, made.text, made.source)
    if by_scripts(request):
        return HTMLResponse(render("push/text.html", text=shown))
    async with app.database.transaction(tenant(caller.organization_id)) as unit:
        return await page(Act(unit.session, caller, unit.now, request), "texts.html", "desk", text=shown)
