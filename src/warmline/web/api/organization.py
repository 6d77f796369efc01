"""The organization with its settings, its close reasons, and who one is in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from warmline.organizations import settings
from warmline.organizations.model import CloseReason, Organization
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Limited, Line, Slug, taken_from

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


class OrganizationOut(BaseModel):
    """The organization with the settings in force."""

    id: UUID
    name: str
    settings: dict[str, Any]
    created_at: datetime


class CloseReasonOut(BaseModel):
    """A way for work to end."""

    key: str
    label: str
    help: str
    requires_notes: bool


class ChangeOrganization(Body):
    """Settings are merged key by key."""

    name: Line | None = None
    settings: dict[Slug, Any] = Field(default_factory=dict, max_length=50)


@router.get("/me")
async def get_me(act: ActDep) -> MeOut:
    """Who I am."""
    caller = act.caller
    return MeOut.model_validate({name: getattr(caller, name) for name in MeOut.model_fields})


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
    changed = await settings.change(act.session, act.caller, body.name, body.settings, act.now)
    return tagged(response, await _organization(act, changed))


@router.get("/close-reasons")
async def list_close_reasons(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[CloseReasonOut]:
    """How work may end here, in the order people see."""
    query = select(CloseReason).where(CloseReason.organization_id == act.caller.organization_id)
    columns = [CloseReason.position, CloseReason.key]
    rows, following = await page(act.session, query, columns, limit, cursor, newest_first=False)
    return Page(items=[taken_from(CloseReasonOut, row[0]) for row in rows], next_cursor=following)


async def _organization(act: Act, organization: Organization) -> OrganizationOut:
    in_force = await settings.get(act.session, organization.id)
    return OrganizationOut(
        id=organization.id, name=organization.name, settings=in_force.model_dump(), created_at=organization.created_at
    )
