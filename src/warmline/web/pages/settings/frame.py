"""What all settings share: who comes in, the frame with its sub-navigation, and what was shown once."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Form, Response
from sqlalchemy import select

from warmline.errors import Forbidden
from warmline.organizations.model import User
from warmline.timeline.model import Event
from warmline.web.act import Act, get_act
from warmline.web.idempotency import SHOWN_ONCE
from warmline.web.pages.door import page
from warmline.web.pages.views import Link

PLACES = (
    Link("Organization", "/settings/organization"),
    Link("People", "/settings/people"),
    Link("Squads", "/settings/squads"),
    Link("Tokens", "/settings/tokens"),
    Link("Close reasons", "/settings/close-reasons"),
    Link("Texts", "/settings/texts"),
    Link("Models", "/settings/models"),
    Link("Channels", "/settings/channels"),
    Link("Deliveries", "/settings/deliveries"),
    Link("Privacy", "/settings/privacy"),
)
CLOSED = "Settings are for admins and owners. You are signed in as {role}; an admin of your organization can help."
Short = Annotated[str, Form(max_length=2000)]
Seen = Annotated[str, Form(max_length=20_000)]


async def only_admins(act: Annotated[Act, Depends(get_act)]) -> Act:
    """The act of an admin or an owner. Raises Forbidden."""
    if not act.caller.at_least("admin"):
        raise Forbidden(CLOSED.format(role=act.caller.role))
    return act


AdminAct = Annotated[Act, Depends(only_admins)]


async def settings_page(act: Act, template: str, here: str, status: int = 200, **data: Any) -> Response:
    """A page of the settings, with its place in the sub-navigation."""
    places = tuple(replace(link, current=link.href == here) for link in PLACES)
    return await page(act, template, "settings", status=status, places=places, **data)


def shown_once(answer: Response, where: str) -> Response:
    """The page holds a secret: it is kept nowhere, and whoever sends the form twice is led to where it goes on."""
    answer.headers[SHOWN_ONCE] = where
    return answer


async def last_to_change(act: Act, kind: str, subject_id: UUID, **data: str) -> str:
    """The name of whoever changed this last; nothing where it was no person."""
    query = select(User.name).join(
        Event, (Event.organization_id == User.organization_id) & (Event.actor_id == User.id)
    )  # fmt: skip
    mine = (User.organization_id == act.caller.organization_id, Event.subject_id == subject_id, Event.type == kind)
    about = [Event.data[name].as_string() == value for name, value in data.items()]
    return await act.session.scalar(query.where(*mine, *about).order_by(Event.id.desc()).limit(1)) or ""
