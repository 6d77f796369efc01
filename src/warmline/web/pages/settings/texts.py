"""What Warmline says in the organization's name: each text with its own form, and what it comes to on an example."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from warmline.errors import FieldError, Invalid
from warmline.organizations import settings
from warmline.organizations.defaults import TEXTS
from warmline.organizations.model import Organization
from warmline.organizations.settings import Texts
from warmline.web.act import Act
from warmline.web.pages.door import PageRoute, by_scripts, go
from warmline.web.pages.settings import forms, sayings
from warmline.web.pages.settings.frame import AdminAct, Seen, last_to_change, settings_page
from warmline.web.pages.views import Notice
from warmline.web.templating import render

router = APIRouter(prefix="/settings", include_in_schema=False, route_class=PageRoute)
HERE = "/settings/texts"
Which = Literal["headline", "email_subject", "email_closing", "chat_line", "client_update", "email_draft"]
Typed = Annotated[str, Form(max_length=20_000)]


@router.get("/texts")
async def show(act: AdminAct, shipped: Annotated[str, Query(max_length=100)] = "") -> Response:
    """All texts; the shipped one is put into the form of the one that is named, and not saved."""
    texts = await _texts(act)
    if shipped not in TEXTS:
        return await _page(act, texts, {})
    seen = forms.form({"text": getattr(texts, shipped)}).seen
    return await _page(act, texts, {shipped: forms.again({}, {"text": TEXTS[shipped]}, seen, ())}, shipped=shipped)


@router.post("/texts")
async def save(
    act: AdminAct, which: Annotated[Which, Form()], text: Typed = "", seen: Seen = "",
    way: Annotated[Literal["save", "preview"], Form()] = "save",
) -> Response:  # fmt: skip
    """Save one, where nobody else has changed it since it was shown; or only say what it comes to."""
    if way == "preview":
        return await _preview(act, which, text, seen)
    texts = await _texts(act, lock=True)
    current, typed = {"text": str(getattr(texts, which))}, {"text": text.replace("\r\n", "\n")}
    if differences := forms.changed(current, seen, {"text": sayings.ABOUT[which][0]}):
        by = await last_to_change(act, "organization.changed", act.caller.organization_id)
        return await _page(act, texts, {which: forms.too_late(current, typed, seen, differences, by)}, 409)
    try:
        if typed != current:
            await settings.change(act.session, act.caller, None, {"texts": {which: text}}, act.now)
    except Invalid as problem:
        wrong = [FieldError(field="text", message=error["message"]) for error in problem.errors]
        return await _page(act, texts, {which: forms.again(current, typed, seen, wrong)}, 422)
    return go(act.request, f"{HERE}#{which}", Notice("Saved", "It is said from now on."))


async def _preview(act: Act, which: Which, text: str, seen: str) -> Response:
    """What a text comes to while it is typed; nothing is saved."""
    texts = await _texts(act)
    if by_scripts(act.request):
        shown = sayings.preview(which, text, texts, await _around(act))
        return HTMLResponse(render("push/saying.html", preview=shown))
    return await _page(act, texts, {which: forms.again({}, {"text": text}, seen, ())})


async def _texts(act: Act, lock: bool = False) -> Texts:
    if lock:
        query = select(Organization.id).where(Organization.id == act.caller.organization_id)
        await act.session.execute(query.with_for_update())
    return (await settings.get(act.session, act.caller.organization_id)).texts


async def _around(act: Act) -> dict[str, str]:
    name, _ = await settings.with_name(act.session, act.caller.organization_id)
    return {"organization": name, "address": act.app.settings.address}


async def _page(
    act: Act, texts: Texts, again: dict[str, forms.Form], status: int = 200, shipped: str = ""
) -> Response:  # fmt: skip
    around = await _around(act)
    plain = {name: forms.form({"text": getattr(texts, name)}) for name in TEXTS}
    shown = [sayings.saying(name, form, texts, around) for name, form in (plain | again).items()]
    return await settings_page(act, "settings/texts.html", HERE, status, sayings=shown, shipped=shipped)
