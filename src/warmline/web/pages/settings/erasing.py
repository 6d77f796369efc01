"""Erasing a customer: who is looked for, what would be erased, and, once that was seen, erasing it."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from warmline.errors import Conflict
from warmline.flows.erase import Found, Wanted, erase_all, find
from warmline.web.masking import AsIs
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings.frame import AdminAct, Short
from warmline.web.pages.settings.privacy import HERE, privacy_page
from warmline.web.pages.settings.shown import Erasing, ToErase
from warmline.web.pages.views import Notice
from warmline.web.pages.words import counted

router = APIRouter(include_in_schema=False, route_class=PageRoute)
NOBODY = "Say an e-mail address, a ticket or a name."


@router.post(HERE + "/find")
async def look(act: AdminAct, email: Short = "", ticket: Short = "", name: Short = "") -> Response:
    """What would be erased."""
    if (wanted := _wanted(email, ticket, name)) is None:
        return await privacy_page(act, erasing=_erasing(email, ticket, name, error=NOBODY), status=422)
    try:
        found = await find(act.session, act.caller, wanted)
    except Conflict as problem:
        return await privacy_page(act, erasing=_erasing(email, ticket, name, error=problem.detail), status=409)
    return await privacy_page(act, erasing=_erasing(email, ticket, name, found))


@router.post(HERE + "/erase")
async def erase(
    act: AdminAct, expected: Annotated[int, Form(ge=0, lt=2**31)], email: Short = "", ticket: Short = "",
    name: Short = "",
) -> Response:  # fmt: skip
    """Erase what was seen; where there is something else now, it is shown once more."""
    if (wanted := _wanted(email, ticket, name)) is None:
        return await privacy_page(act, erasing=_erasing(email, ticket, name, error=NOBODY), status=422)
    try:
        _, many = await erase_all(act.session, act.caller, wanted, expected, act.now)
    except Conflict as problem:
        again = _erasing(email, ticket, name, await find(act.session, act.caller, wanted), problem.detail)
        return await privacy_page(act, erasing=again, status=409)
    return go(act.request, HERE, Notice("Erased", f"The content of {counted(many, 'case')}. The history stays."))


def _wanted(email: str, ticket: str, name: str) -> Wanted | None:
    said = [text.strip().replace("\x00", "") for text in (email, ticket, name)]
    return Wanted(said[0] or None, said[1] or None, {"name": said[2]} if said[2] else None) if any(said) else None


def _erasing(email: str, ticket: str, name: str, found: Found | None = None, error: str = "") -> Erasing:
    cases = () if found is None else tuple(
        ToErase(f"/cases/{case.id}", case.title, case.ticket or "", case.status, case.ended_at, case.redacted_at)
        for case in found.cases
    )  # fmt: skip
    many = (len(found.left), len(found.unended)) if found else (0, 0)
    return Erasing(AsIs(email), AsIs(ticket), AsIs(name), error, found is not None, cases, *many)
