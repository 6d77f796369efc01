"""One's own: how one is there to take work, the password, and signing out everywhere. Open to everybody."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse

from warmline.errors import Invalid
from warmline.organizations import passwords, sign_in
from warmline.organizations.presence import set_presence
from warmline.organizations.users import get_user
from warmline.web import cookies
from warmline.web.act import Act, ActDep, throttle_of
from warmline.web.pages.door import PageRoute, by_scripts, csrf_of, go, page, safe_next, shell_of
from warmline.web.pages.settings import forms
from warmline.web.pages.settings.frame import Short
from warmline.web.pages.views import Notice
from warmline.web.templating import render

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Word = Annotated[str, Form(max_length=400)]
EMPTY = {"old": "", "password": ""}  # what was typed of a password is not sent back
PLACES = "Say how many you would hold at once: 0 to 100."
HERE = "/profile"
TAKING = "Your colleagues see that you take work."
RESTING = "What you hold stays yours."


@router.get("/profile")
async def show(act: ActDep) -> Response:
    """The page."""
    return await _page(act)


@router.post("/profile/password")
async def change_password(act: ActDep, old: Word = "", password: Word = "") -> Response:
    """Another password, by whoever knows the present one; other browsers are signed out."""
    assert act.caller.user_id is not None  # a cookie is a person's
    throttle, email = throttle_of(act.request), (await get_user(act.session, act.caller, act.caller.user_id)).email
    throttle.begin_sign_in(act.request, email)
    try:
        await passwords.change_password(act.session, act.caller, old, password, act.now)
    except Invalid as problem:
        if problem.errors[0]["field"] != "old":
            throttle.signed_in(act.request, email)
        return await _page(act, forms.again(EMPTY, {}, "", problem.errors), status=422)
    throttle.signed_in(act.request, email)
    return go(act.request, HERE, Notice("Password changed", "Your other browsers were signed out."))


@router.post("/profile/presence")
async def say_presence(
    act: ActDep, status: Annotated[Literal["available", "busy", "away", "offline"] | None, Form()] = None,
    capacity: Short = "", next: Short = "",
) -> Response:  # fmt: skip
    """How one is there; from the menu of any page, which stays."""
    try:
        places = _places(capacity)
    except Invalid as problem:
        places_again = forms.again({"capacity": ""}, {"capacity": capacity}, "", problem.errors)
        return await _page(act, places=places_again, status=422)
    there = await set_presence(act.session, act.caller, status, places, act.now)
    told = Notice(f"You are {there.status}", TAKING if there.status == "available" else RESTING)
    if by_scripts(act.request):
        shell = replace(await shell_of(act, "desk"), here=safe_next(next))
        data = {"shell": shell, "csrf": csrf_of(act.request), "notice": told, "now": act.now}
        return HTMLResponse(render("push/presence.html", **data))
    return go(act.request, safe_next(next) if next else HERE, told)


def _places(text: str) -> int | None:
    """The capacity, where it was given. Raises Invalid."""
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdecimal() and int(text) <= 100):
        raise Invalid.field("capacity", PLACES)
    return int(text)


@router.post("/sign-out/everywhere")
async def sign_out_everywhere(act: ActDep) -> Response:
    """End every session of one's own, this one too."""
    await sign_in.end_all_sessions(act.session, act.caller, act.now)
    answer = go(act.request, "/sign-in")
    cookies.clear(answer, act.app.settings)
    return answer


async def _page(
    act: Act, form: forms.Form | None = None, places: forms.Form | None = None, status: int = 200
) -> Response:
    form = form or forms.form(EMPTY)
    return await page(act, "settings/profile.html", "profile", status=status, form=form, places=places)
