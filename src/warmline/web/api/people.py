"""The people of an organization, and tokens for programs."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from warmline.organizations import passwords, tokens, users
from warmline.organizations.model import Token, User
from warmline.web.act import ActDep, ActRoute
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Flag, Limited, Line, taken_from

router = APIRouter(tags=["organization"], route_class=ActRoute, responses=ALL)
Role = Literal["viewer", "operator", "admin", "owner"]


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


class NewUser(Body):
    """A person."""

    email: Annotated[Line, Field(json_schema_extra={"format": "email"})]
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


@router.get("/users")
async def list_users(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[UserOut]:
    """Everybody in the organization."""
    query = select(User).where(User.organization_id == act.caller.organization_id)
    rows, following = await page(act.session, query, [User.id], limit, cursor, newest_first=False)
    return Page(items=[taken_from(UserOut, row[0]) for row in rows], next_cursor=following)


@router.post("/users", status_code=201)
async def add_user(act: ActDep, body: NewUser) -> UserOut:
    """Add a person; admins only."""
    return taken_from(UserOut, await users.add_user(act.session, act.caller, body.email, body.name, body.role, act.now))


@router.get("/users/{user_id}")
async def get_user(act: ActDep, user_id: UUID, response: Response) -> UserOut:
    """One person."""
    return tagged(response, taken_from(UserOut, await users.get_user(act.session, act.caller, user_id)))


@router.patch("/users/{user_id}")
async def change_user(
    act: ActDep, user_id: UUID, body: ChangeUser, response: Response, if_match: IfMatch = None
) -> UserOut:
    """Change a name, a role, or whether they may sign in; admins only."""
    check_match(if_match, taken_from(UserOut, await users.get_user(act.session, act.caller, user_id, lock=True)))
    changes = body.model_dump(exclude_none=True)
    return tagged(
        response, taken_from(UserOut, await users.change_user(act.session, act.caller, user_id, changes, act.now))
    )


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
    return Page(items=[taken_from(TokenOut, row[0]) for row in rows], next_cursor=following)


@router.delete("/tokens/{token_id}", status_code=204)
async def revoke_token(act: ActDep, token_id: UUID) -> None:
    """End a token at once; its streams end with it."""
    await tokens.revoke_token(act.session, act.caller, token_id, act.now)
