"""Signing in and out, setting a password by a one-time link, and the first owner's way in."""

import secrets as random
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import select

from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.errors import Forbidden, Invalid, NotFound
from warmline.organizations import passwords, secrets, sign_in
from warmline.organizations.create import be_the_first, create_organization
from warmline.organizations.identities import Vouched, bind
from warmline.organizations.model import Organization, User
from warmline.organizations.presence import come_online
from warmline.web import cookies
from warmline.web.act import ActDep, app_of, throttle_of
from warmline.web.api.schema import LINE
from warmline.web.oidc.provider import Provider
from warmline.web.pages.door import PageRoute, go, outside, safe_next
from warmline.web.pages.views import Choice, FirstOwner, SetPassword, SignIn

router = APIRouter(include_in_schema=False)
inside = APIRouter(include_in_schema=False, route_class=PageRoute)
FORM = "warmline_form"  # a random cookie, so that a form that signs in can prove it came from here
WRONG = "E-mail address or password is wrong."  # the same words for an address that nobody has
Text = Annotated[str, Form(max_length=400)]


def _form_secret(request: Request) -> str:
    return cookies.get(request, FORM) or random.token_urlsafe(24)


def _shown(request: Request, template: str, status: int = 200, **data: Any) -> Response:
    secret = _form_secret(request)
    answer = outside(request, template, status, csrf=secrets.csrf_token(secret), **data)
    cookies.put(answer, request.app.state.settings, FORM, secret)
    return answer


def _check_form(request: Request, csrf: str) -> None:
    secret = cookies.get(request, FORM)
    if secret is None or not secrets.equal(csrf, secrets.csrf_token(secret)):
        raise Forbidden("This page is out of date, or the request came from somewhere else. Load it again.")


async def _demo(request: Request) -> tuple[Choice, ...]:
    demo: UUID | None = request.app.state.demo
    if demo is None:
        return ()
    async with app_of(request).database.transaction(tenant(demo)) as unit:
        query = select(User).where(User.organization_id == demo, User.disabled_at.is_(None)).order_by(User.id)
        return tuple(Choice(user.email, user.name, user.role) for user in await unit.session.scalars(query))


async def door(request: Request, next: str, status: int = 200, email: str = "", error: str = "") -> Response:
    """The form, with the ways in that this server has."""
    provider: Provider | None = request.app.state.provider
    asked = SignIn(email, error, safe_next(next), demo=await _demo(request), provider=provider.name if provider else "")
    return _shown(request, "sign_in.html", status, sign_in=asked)


@router.get("/sign-in")
async def show(request: Request, next: str = "") -> Response:
    """The form."""
    return await door(request, next)


@router.post("/sign-in")
async def submit(request: Request, email: Text, password: Text, csrf: Text = "", next: Text = "") -> Response:
    """Sign in; where the password fits several organizations, ask which."""
    _check_form(request, csrf)
    throttle, email = throttle_of(request), email.strip()
    throttle.begin_sign_in(request, email)
    async with app_of(request).database.transaction(tenant(None)) as unit:
        people = await sign_in.people_of(unit.session, email) if "\x00" not in email else []
    found = await sign_in.fits(people, password)
    if not found:
        return await door(request, next, 401, email, WRONG)
    throttle.signed_in(request, email)
    return await come_in(request, email, found, next)


async def come_in(request: Request, email: str, found: list[sign_in.Fit], next: str) -> Response:
    """Into the one organization that there is; or else ask which, and keep what fits under a one-time ticket."""
    if len(found) == 1:
        return await _take(request, found[0], next)
    ticket = random.token_urlsafe(24)
    request.app.state.tickets.put(ticket, {one.organization_id: one for one in found})
    choices = tuple(Choice(str(one.organization_id), one.organization) for one in found)
    asked = SignIn(email, next=safe_next(next), ticket=ticket, organizations=choices)
    return _shown(request, "sign_in.html", sign_in=asked)


@router.post("/sign-in/organization")
async def choose(
    request: Request, ticket: Text, organization_id: Annotated[UUID, Form()], csrf: Text = "", next: Text = ""
) -> Response:
    """The organization was chosen; the ticket works once."""
    _check_form(request, csrf)
    found = request.app.state.tickets.take(ticket)
    if organization_id not in found:
        return go(request, "/sign-in")
    return await _take(request, found[organization_id], next)


async def _take(request: Request, fit: sign_in.Fit, next: str) -> Response:
    method = "oidc" if fit.who else "password"
    return await _enter(request, fit.organization_id, fit.user_id, next, method, fit.who)


@router.post("/sign-in/demo")
async def into_the_demo(request: Request, email: Text, csrf: Text = "", next: Text = "") -> Response:
    """One click, as one of the demo's people; only where the server runs the demo."""
    _check_form(request, csrf)
    demo: UUID | None = request.app.state.demo
    if demo is None:
        raise NotFound("This server runs no demo.")
    async with app_of(request).database.transaction(tenant(demo)) as unit:
        query = select(User.id).where(User.organization_id == demo, User.email == email, User.disabled_at.is_(None))
        user_id = await unit.session.scalar(query)
    if user_id is None:
        raise NotFound("The demo has no such person.")
    return await _enter(request, demo, user_id, next, "demo")


@router.get("/set-password/{secret}")
async def show_link(request: Request, secret: str) -> Response:
    """The form behind a one-time link."""
    if _is_first(request, secret):
        return _shown(request, "first_owner.html", first=FirstOwner(secret))
    try:
        return _shown(request, "set_password.html", set_password=await _behind(request, secret))
    except NotFound:
        return _shown(request, "set_password.html", 404, set_password=SetPassword(secret, usable=False))


@router.post("/set-password/{secret}")
async def use_link(
    request: Request,
    secret: str,
    password: Text = "",
    csrf: Text = "",
    organization: Text = "",
    name: Text = "",
    email: Text = "",
) -> Response:
    """Set the password and sign in."""
    _check_form(request, csrf)
    if _is_first(request, secret):
        return await _begin(request, FirstOwner(secret, organization.strip(), name.strip(), email.strip()), password)
    try:
        organization_id, user_id = await _set(request, secret, password)
    except Invalid as problem:
        again = replace(await _behind(request, secret), error=problem.detail.partition(": ")[2])
        return _shown(request, "set_password.html", 422, set_password=again)
    return await _enter(request, organization_id, user_id, "/desk", "link")


async def _behind(request: Request, secret: str) -> SetPassword:
    """Whose link it is. Raises NotFound."""
    app = app_of(request)
    async with app.database.transaction(tenant(None)) as unit:
        organization_id, user_id, _ = await passwords.who_may_set(unit.session, secret, unit.now)
    async with app.database.transaction(tenant(organization_id)) as unit:
        user = await unit.session.get_one(User, (organization_id, user_id))
        organization = await unit.session.get_one(Organization, organization_id)
    return SetPassword(secret, user.name, user.email, organization.name)


async def _set(request: Request, secret: str, password: str) -> tuple[UUID, UUID]:
    app = app_of(request)
    async with app.database.transaction(tenant(None)) as unit:
        organization_id, user_id, link_id = await passwords.who_may_set(unit.session, secret, unit.now)
    async with app.database.transaction(tenant(organization_id)) as unit:
        user = await unit.session.get_one(User, (organization_id, user_id))
        caller = Caller(organization_id, "user", user.id, user.name, user.role, user_id=user.id)
        await passwords.set_password(unit.session, caller, link_id, password, unit.now)
    return organization_id, user_id


def _is_first(request: Request, secret: str) -> bool:
    """Whether this is the way in that an empty server printed."""
    kept: bytes | None = request.app.state.first_owner
    return kept is not None and secrets.digest(secret) == kept


async def _begin(request: Request, first: FirstOwner, password: str) -> Response:
    """The first organization and its owner, in one transaction; then the way in is closed."""
    errors = [name for name in ("organization", "name") if not 0 < len(getattr(first, name)) <= LINE]
    if errors or "\x00" in first.organization + first.name + first.email:
        wrong = replace(first, error="Say what your organization is called, and your own name.")
        return _shown(request, "first_owner.html", 422, first=wrong)
    try:
        async with app_of(request).database.transaction(tenant(None)) as unit:
            await be_the_first(unit.session)
            made = await create_organization(unit.session, first.organization, first.email, unit.now, first.name)
            _, _, link_id = await passwords.who_may_set(unit.session, made.link, unit.now)
            owner = Caller(made.organization_id, "user", made.owner_id, first.name, "owner", user_id=made.owner_id)
            await passwords.set_password(unit.session, owner, link_id, password, unit.now)
    except Invalid as problem:
        return _shown(request, "first_owner.html", 422, first=replace(first, error=problem.detail.partition(": ")[2]))
    request.app.state.first_owner = None
    return await _enter(request, made.organization_id, made.owner_id, "/start", "link")


@inside.post("/sign-out")
async def sign_out(act: ActDep) -> Response:
    """End this browser's session; its streams end with it."""
    await sign_in.end_session(act.session, act.caller, act.now)
    answer = go(act.request, "/sign-in")
    cookies.clear(answer, act.app.settings)
    return answer


async def _enter(
    request: Request, organization_id: UUID, user_id: UUID, next: str, method: str, who: Vouched | None = None
) -> Response:
    """A new session id at every sign-in. Raises Conflict where the provider's word is of somebody else by now."""
    app = app_of(request)
    async with app.database.transaction(tenant(organization_id)) as unit:
        mine = (User.organization_id == organization_id, User.id == user_id, User.disabled_at.is_(None))
        user = (await unit.session.scalars(select(User).where(*mine))).one_or_none()
        if user is None:  # let go since they were looked up
            return go(request, "/sign-in")
        caller = Caller(organization_id, "user", user.id, user.name, user.role, user_id=user.id)
        lasts = timedelta(seconds=app.settings.session_seconds)
        if who:
            await bind(unit.session, caller, who, unit.now)
        secret = await sign_in.open_session(unit.session, caller, unit.now, lasts, method)
        await come_online(unit.session, caller, unit.now)
    answer = go(request, safe_next(next))
    cookies.write(answer, app.settings, secret)
    cookies.drop(answer, app.settings, FORM)
    return answer
