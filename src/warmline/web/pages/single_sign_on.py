"""Signing in with a provider: the way there, the way back, and every way in which it does not work, said plainly."""

from datetime import datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from warmline.db.transaction import tenant
from warmline.errors import Conflict, NotFound
from warmline.organizations.identities import Vouched, known_as, welcome
from warmline.organizations.sign_in import Fit
from warmline.web import cookies
from warmline.web.act import app_of, throttle_of
from warmline.web.oidc.provider import Provider
from warmline.web.oidc.refused import Refused, Why
from warmline.web.oidc.trip import COOKIE, LASTS, come_back, set_out
from warmline.web.pages.door import safe_next
from warmline.web.pages.signing_in import come_in, door

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()
LONGEST_CODE = 8000
WORDS: dict[Why, tuple[int, str]] = {
    "begun_elsewhere": (400, "This sign-in was not begun in this browser, or another one was begun since. Try again."),
    "too_late": (400, "This sign-in took too long: it is good for ten minutes. Try again."),
    "used": (400, "This sign-in was used before. Try again."),
    "cancelled": (401, "You were not signed in: it was cancelled at {name}."),
    "code": (401, "{name} says that this sign-in was used before, or has ended. Try again."),
    "proof": (401, "What {name} sent does not prove who you are. Try again, or use your password."),
    "nonce": (401, "What {name} sent belongs to another sign-in. Try again."),
    "expired": (401, "What {name} sent is not good at this time. Try again; if it stays, the clocks may differ."),
    "audience": (401, "What {name} sent was made for another application. Tell whoever runs this server."),
    "unverified": (403, "{name} has not confirmed your e-mail address. Confirm it there, then try again."),
    "unknown": (
        403,
        "{name} knows you, but there is nobody here with your e-mail address who may sign in. "
        "Ask an admin of your organization to add you.",
    ),
    "taken": (
        403,
        "Your e-mail address belongs to another account at {name}. Sign in with that one, "
        "or ask an admin of your organization to release you from it.",
    ),
    "down": (502, "{name} does not answer properly just now. Try again in a moment, or use your password."),
    "failed": (502, "{name} could not sign you in. Try again in a moment, or use your password."),
    "misconfigured": (502, "{name} and this server do not understand each other. Tell whoever runs this server."),
}
CANCELLED = ("access_denied", "login_required", "interaction_required", "consent_required")


@router.get("/sign-in/oidc")
async def leave(request: Request, next: str = "") -> Response:
    """Off to the provider."""
    provider, now = _provider(request), await _now(request)
    throttle_of(request).begin_elsewhere(request)
    trip = set_out(safe_next(next), now)
    try:
        answer: Response = RedirectResponse(await provider.way_there(trip, now), 303)
    except Refused as problem:
        return await _refused(request, provider, problem, next)
    finally:  # a provider that is down is no failure of theirs, and must not keep a whole house from its passwords
        throttle_of(request).came_from_elsewhere(request)
    cookies.put(answer, request.app.state.settings, COOKIE, trip.written(), int(LASTS.total_seconds()))
    return answer


@router.get("/sign-in/oidc/back")
async def arrive(request: Request, code: str = "", state: str = "", error: str = "", iss: str = "") -> Response:
    """Back from the provider, with a code or with what went wrong."""
    provider, now, where = _provider(request), await _now(request), ""
    throttle_of(request).begin_elsewhere(request)
    try:
        trip = come_back(cookies.get(request, COOKIE), state, now)
        where = trip.next
        request.app.state.spent.spend(trip, now)
        _check_answer(provider, code, error, iss)
        who = await provider.vouch(code, trip, now)
        answer = await come_in(request, who.email or "Your account", await _found(request, who), where)
    except Refused as problem:
        answer = await _refused(request, provider, problem, where)
    except Conflict:  # another account was faster
        answer = await _refused(request, provider, Refused("taken"), where)
    else:
        throttle_of(request).came_from_elsewhere(request)
    if where:
        cookies.drop(answer, request.app.state.settings, COOKIE)
    return answer


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("This server signs people in by their passwords alone.")
    return provider


async def _now(request: Request) -> datetime:
    async with app_of(request).database.transaction(tenant(None)) as unit:
        return unit.now


def _check_answer(provider: Provider, code: str, error: str, issuer: str) -> None:
    """Raises Refused. An answer that names its issuer names ours (RFC 9207)."""
    if issuer and issuer != provider.issuer:
        raise Refused("proof", "the answer is of another issuer")
    if error:
        known = error if error.isidentifier() and len(error) < 50 else "an error"
        raise Refused("cancelled" if error in CANCELLED else "failed", f"it came back with {known}")
    if not 0 < len(code) <= LONGEST_CODE:
        raise Refused("failed", "it came back without a code")


async def _found(request: Request, who: Vouched) -> list[Fit]:
    """Where they come in. Raises Refused; the same for somebody unknown and somebody disabled."""
    async with app_of(request).database.transaction(tenant(None)) as unit:
        known = await known_as(unit.session, who)
    if found := welcome(known):
        return [Fit(one.organization_id, one.organization, one.user_id, who) for one in found]
    if known:
        raise Refused("taken")
    raise Refused("unknown" if who.email else "unverified")


async def _refused(request: Request, provider: Provider, problem: Refused, where: str) -> Response:
    status, words = WORDS[problem.why]
    log.warning("sign_in.refused", why=problem.why, detail=problem.detail, request_id=request.state.request_id)
    return await door(request, where, status, error=words.format(name=provider.name))
