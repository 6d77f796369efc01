"""The organization with its settings, and who one is in it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StrictInt
from sqlalchemy import select

from warmline.errors import NotFound
from warmline.organizations import settings
from warmline.organizations.model import Organization
from warmline.organizations.presence import MOST, get_presence, set_presence
from warmline.organizations.settings import OrganizationSettings
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Line, taken_from

router = APIRouter(tags=["organization"], route_class=ActRoute, responses=ALL)


class MeOut(BaseModel):
    """Who a token or a cookie belongs to."""

    kind: str
    id: UUID
    name: str
    role: str
    organization_id: UUID
    user_id: UUID | None
    member_id: UUID | None
    presence: str | None = None
    capacity: int | None = None


class PresenceOut(BaseModel):
    """How one is there to take work."""

    status: str
    capacity: int
    since: datetime | None


class ChangePresence(Body):
    """How one is there; `capacity` is how many handoffs one would hold at once, and stays where it is left out."""

    status: Literal["available", "busy", "away", "offline"]
    capacity: Annotated[StrictInt, Field(ge=0, le=MOST)] | None = None


class OrganizationOut(BaseModel):
    """The organization with the settings in force."""

    id: UUID
    name: str
    settings: OrganizationSettings
    created_at: datetime


class ChangeOrganization(Body):
    """What is named is merged into the settings, key by key; an empty text is the shipped one again."""

    name: Line | None = None
    settings: OrganizationSettings = Field(default_factory=OrganizationSettings)


@router.get("/me")
async def get_me(act: ActDep) -> MeOut:
    """Who I am; presence and capacity are a person's."""
    caller, there = act.caller, await get_presence(act.session, act.caller)
    names = [name for name in MeOut.model_fields if name not in ("presence", "capacity")]
    more = {"presence": there.status, "capacity": there.capacity} if there else {}
    return MeOut.model_validate({name: getattr(caller, name) for name in names} | more)


@router.get("/me/presence")
async def my_presence(act: ActDep, response: Response) -> PresenceOut:
    """How I am there; people only."""
    return tagged(response, await _presence(act))


async def _presence(act: Act, *, lock: bool = False) -> PresenceOut:
    there = await get_presence(act.session, act.caller, lock=lock)
    if there is None:
        raise NotFound("An agent's seat has no presence; it is there as long as its program is.")
    return taken_from(PresenceOut, there)


@router.put("/me/presence")
async def put_presence(act: ActDep, body: ChangePresence, response: Response, if_match: IfMatch = None) -> PresenceOut:
    """Say how I am there: for people who take work."""
    if if_match is not None:
        check_match(if_match, await _presence(act, lock=True))
    there = await set_presence(act.session, act.caller, body.status, body.capacity, act.now)
    return tagged(response, taken_from(PresenceOut, there))


@router.get("/organization")
async def get_organization(act: ActDep, response: Response) -> OrganizationOut:
    """The organization, with the settings in force."""
    query = select(Organization).where(Organization.id == act.caller.organization_id)
    return tagged(response, await _organization(act, (await act.session.scalars(query)).one()))


@router.patch("/organization")
async def change_organization(
    act: ActDep, body: ChangeOrganization, response: Response, if_match: IfMatch = None
) -> OrganizationOut:
    """Merge settings; admins only."""
    query = select(Organization).where(Organization.id == act.caller.organization_id).with_for_update()
    check_match(if_match, await _organization(act, (await act.session.scalars(query)).one()))
    changed = await settings.change(
        act.session, act.caller, body.name, body.settings.model_dump(exclude_unset=True), act.now
    )
    return tagged(response, await _organization(act, changed))


async def _organization(act: Act, organization: Organization) -> OrganizationOut:
    in_force = await settings.get(act.session, organization.id)
    return OrganizationOut(
        id=organization.id, name=organization.name, settings=in_force, created_at=organization.created_at
    )
