"""Squads, and the seats in them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import select

from warmline.squads import seats
from warmline.squads.model import Member, Squad
from warmline.web.act import ActDep, ActRoute
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.paging import Page, page
from warmline.web.api.people import NewToken, NewTokenOut
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Limited, Line, Slug, taken_from

router = APIRouter(tags=["organization"], route_class=ActRoute, responses=ALL)


class SquadOut(BaseModel):
    """A squad."""

    id: UUID
    name: str
    created_at: datetime


class MemberOut(BaseModel):
    """A seat in a squad."""

    id: UUID
    squad_id: UUID
    kind: str
    role: str
    name: str
    user_id: UUID | None
    created_at: datetime


class NewSquad(Body):
    """A squad."""

    name: Line


class ChangeSquad(Body):
    """What may change."""

    name: Line | None = None


class NewMember(Body):
    """A seat: filled by an agent (name) or by a user (user_id)."""

    kind: Literal["agent", "user"]
    role: Slug
    name: Line | None = None
    user_id: UUID | None = None


@router.get("/squads")
async def list_squads(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[SquadOut]:
    """All squads."""
    query = select(Squad).where(Squad.organization_id == act.caller.organization_id)
    rows, following = await page(act.session, query, [Squad.id], limit, cursor, newest_first=False)
    return Page(items=[taken_from(SquadOut, row[0]) for row in rows], next_cursor=following)


@router.post("/squads", status_code=201)
async def create_squad(act: ActDep, body: NewSquad) -> SquadOut:
    """A new squad; admins only."""
    return taken_from(SquadOut, await seats.create_squad(act.session, act.caller, body.name, act.now))


@router.get("/squads/{squad_id}")
async def get_squad(act: ActDep, squad_id: UUID, response: Response) -> SquadOut:
    """One squad."""
    return tagged(response, taken_from(SquadOut, await seats.get_squad(act.session, act.caller, squad_id)))


@router.patch("/squads/{squad_id}")
async def change_squad(
    act: ActDep, squad_id: UUID, body: ChangeSquad, response: Response, if_match: IfMatch = None
) -> SquadOut:
    """Give it another name; admins only."""
    squad = await seats.get_squad(act.session, act.caller, squad_id, lock=True)
    check_match(if_match, taken_from(SquadOut, squad))
    renamed = await seats.rename_squad(act.session, act.caller, squad_id, body.name or squad.name, act.now)
    return tagged(response, taken_from(SquadOut, renamed))


@router.get("/squads/{squad_id}/members")
async def list_members(act: ActDep, squad_id: UUID, limit: Limited = 50, cursor: Cursor = None) -> Page[MemberOut]:
    """Everybody with a seat in the squad, oldest first."""
    query = await seats.members_of(act.session, act.caller, squad_id)
    rows, following = await page(act.session, query, [Member.id], limit, cursor, newest_first=False)
    return Page(items=[taken_from(MemberOut, row[0]) for row in rows], next_cursor=following)


@router.post("/squads/{squad_id}/members", status_code=201)
async def add_member(act: ActDep, squad_id: UUID, body: NewMember) -> MemberOut:
    """Fill a seat; admins only."""
    seat = body.model_dump()
    return taken_from(MemberOut, await seats.add_member(act.session, act.caller, squad_id, now=act.now, **seat))


@router.delete("/members/{member_id}", status_code=204)
async def remove_member(act: ActDep, member_id: UUID) -> None:
    """Empty a seat: its tokens stop at once, its work stays."""
    await seats.leave(act.session, act.caller, member_id, act.now)


@router.post("/members/{member_id}/tokens", status_code=201)
async def create_member_token(act: ActDep, member_id: UUID, body: NewToken | None = None) -> NewTokenOut:
    """A token that acts as this member; admins only. It is shown once."""
    name = (body or NewToken()).name
    made = await seats.token_for(act.session, act.caller, member_id, name, act.now)
    return NewTokenOut(id=made.id, token=made.secret)
