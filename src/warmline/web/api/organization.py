"""The organization, its people, squads, members and tokens."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from warmline.organizations import passwords, settings, tokens, users
from warmline.organizations.model import CloseReason, Organization, Token, User
from warmline.squads import seats
from warmline.squads.model import Member, Squad
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.matching import check_match, tagged
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Flag, Limited, Line, Slug

router = APIRouter(tags=["organization"], route_class=ActRoute, responses=ALL)
Role = Literal["viewer", "operator", "admin", "owner"]
IfMatch = Annotated[str | None, Header(max_length=200)]


M = TypeVar("M", bound=BaseModel)


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


class UserOut(BaseModel):
    """A person who signs in."""

    id: UUID
    email: str
    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None


class TokenOut(BaseModel):
    """A token, without its secret."""

    id: UUID
    name: str
    user_id: UUID | None
    member_id: UUID | None
    created_at: datetime
    revoked_at: datetime | None


class NewTokenOut(BaseModel):
    """The only answer that shows the secret."""

    id: UUID
    token: str


class LinkOut(BaseModel):
    """A one-time link, to be given to the person."""

    set_password_url: str


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


class ChangeOrganization(Body):
    """Settings are merged key by key."""

    name: Line | None = None
    settings: dict[Slug, Any] = Field(default_factory=dict, max_length=50)


class NewUser(Body):
    """A person."""

    email: Line
    name: Line
    role: Role


class ChangeUser(Body):
    """What may change."""

    name: Line | None = None
    role: Role | None = None
    disabled: Flag | None = None


class NewToken(Body):
    """What the token is for, in a few words."""

    name: Line = "token"


class NewSquad(Body):
    """A squad."""

    name: Line


class NewMember(Body):
    """A seat: filled by an agent (name) or by a user (user_id)."""

    kind: Literal["agent", "user"]
    role: Slug
    name: Line | None = None
    user_id: UUID | None = None


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
async def list_close_reasons(act: ActDep) -> Page[CloseReasonOut]:
    """How work may end here, in the order people see."""
    query = select(CloseReason).where(CloseReason.organization_id == act.caller.organization_id)
    rows = await act.session.scalars(query.order_by(CloseReason.position))
    return Page(items=[_as(CloseReasonOut, row) for row in rows])


@router.get("/users")
async def list_users(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[UserOut]:
    """Everybody in the organization."""
    query = select(User).where(User.organization_id == act.caller.organization_id)
    rows, following = await page(act.session, query, [User.id], limit, cursor, newest_first=False)
    return Page(items=[_as(UserOut, row[0]) for row in rows], next_cursor=following)


@router.post("/users", status_code=201)
async def add_user(act: ActDep, body: NewUser) -> UserOut:
    """Add a person; admins only."""
    return _as(UserOut, await users.add_user(act.session, act.caller, body.email, body.name, body.role, act.now))


@router.get("/users/{user_id}")
async def get_user(act: ActDep, user_id: UUID, response: Response) -> UserOut:
    """One person."""
    return tagged(response, _as(UserOut, await users.get_user(act.session, act.caller, user_id)))


@router.patch("/users/{user_id}")
async def change_user(
    act: ActDep, user_id: UUID, body: ChangeUser, response: Response, if_match: IfMatch = None
) -> UserOut:
    """Change a name, a role, or whether they may sign in; admins only."""
    check_match(if_match, _as(UserOut, await users.get_user(act.session, act.caller, user_id)))
    changes = body.model_dump(exclude_none=True)
    return tagged(response, _as(UserOut, await users.change_user(act.session, act.caller, user_id, changes, act.now)))


@router.post("/users/{user_id}/tokens", status_code=201)
async def create_user_token(act: ActDep, user_id: UUID, body: NewToken | None = None) -> NewTokenOut:
    """A token that acts as this user: for oneself, or by an admin. It is shown once."""
    person = await users.get_user(act.session, act.caller, user_id)
    if person.role == "owner" and person.id != act.caller.user_id:
        act.caller.must_be("owner")
    name = (body or NewToken()).name
    made = await tokens.create_user_token(act.session, act.caller, user_id, name, act.now)
    return NewTokenOut(id=made.id, token=made.secret)


@router.post("/users/{user_id}/password-link", status_code=201)
async def make_password_link(act: ActDep, user_id: UUID) -> LinkOut:
    """A one-time link with which this person sets a password; admins only, owners for owners."""
    person = await users.get_user(act.session, act.caller, user_id)
    act.caller.must_be("owner" if person.role == "owner" else "admin")
    secret = await passwords.make_link(act.session, act.caller, user_id, act.now)
    return LinkOut(set_password_url=f"{act.app.settings.address}/set-password/{secret}")


@router.get("/tokens")
async def list_tokens(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[TokenOut]:
    """One's own tokens; for admins, all."""
    query = select(Token).where(Token.organization_id == act.caller.organization_id)
    if not act.caller.at_least("admin"):
        own = Token.member_id == act.caller.member_id if act.caller.member_id else Token.user_id == act.caller.user_id
        query = query.where(own)
    rows, following = await page(act.session, query, [Token.id], limit, cursor, newest_first=True)
    return Page(items=[_as(TokenOut, row[0]) for row in rows], next_cursor=following)


@router.delete("/tokens/{token_id}", status_code=204)
async def revoke_token(act: ActDep, token_id: UUID) -> None:
    """End a token at once; its streams end with it."""
    await tokens.revoke_token(act.session, act.caller, token_id, act.now)


@router.get("/squads")
async def list_squads(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[SquadOut]:
    """All squads."""
    query = select(Squad).where(Squad.organization_id == act.caller.organization_id)
    rows, following = await page(act.session, query, [Squad.id], limit, cursor, newest_first=False)
    return Page(items=[_as(SquadOut, row[0]) for row in rows], next_cursor=following)


@router.post("/squads", status_code=201)
async def create_squad(act: ActDep, body: NewSquad) -> SquadOut:
    """A new squad; admins only."""
    return _as(SquadOut, await seats.create_squad(act.session, act.caller, body.name, act.now))


@router.get("/squads/{squad_id}/members")
async def list_members(act: ActDep, squad_id: UUID) -> Page[MemberOut]:
    """Everybody with a seat in the squad."""
    await seats.get_squad(act.session, act.caller, squad_id)
    return Page(items=[_as(MemberOut, row) for row in await seats.members_of(act.session, act.caller, squad_id)])


@router.post("/squads/{squad_id}/members", status_code=201)
async def add_member(act: ActDep, squad_id: UUID, body: NewMember) -> MemberOut:
    """Fill a seat; admins only."""
    seat = body.model_dump()
    return _as(MemberOut, await seats.add_member(act.session, act.caller, squad_id, now=act.now, **seat))


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


async def _organization(act: Act, organization: Organization) -> OrganizationOut:
    in_force = await settings.get(act.session, organization.id)
    return OrganizationOut(
        id=organization.id, name=organization.name, settings=in_force.model_dump(), created_at=organization.created_at
    )


def _as(kind: type[M], row: User | Squad | Member | Token | CloseReason) -> M:
    return kind.model_validate({name: getattr(row, name) for name in kind.model_fields})
