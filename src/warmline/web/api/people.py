"""The people of an organization, and tokens for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from warmline.handoffs.queries import held_by
from warmline.organizations import identities, passwords, tokens, users
from warmline.organizations.model import Token, User
from warmline.web.act import Act, ActDep, ActRoute
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


class UserShown(UserOut):
    """With how they are there to take work: `holding` is how many handoffs they have claimed."""

    presence: str
    presence_since: datetime | None
    capacity: int
    holding: int


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
async def list_users(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[UserShown]:
    """Everybody in the organization, with their presence and how much they hold."""
    query = select(User).where(User.organization_id == act.caller.organization_id)
    rows, following = await page(act.session, query, [User.id], limit, cursor, newest_first=False)
    return Page(items=await _shown(act, [row[0] for row in rows]), next_cursor=following)


@router.post("/users", status_code=201)
async def add_user(act: ActDep, body: NewUser) -> UserOut:
    """Add a person; admins only."""
    return taken_from(UserOut, await users.add_user(act.session, act.caller, body.email, body.name, body.role, act.now))


@router.get("/users/{user_id}")
async def get_user(act: ActDep, user_id: UUID, response: Response) -> UserShown:
    """One person. The version is of what PATCH changes: somebody who goes for lunch makes no version old."""
    user = await users.get_user(act.session, act.caller, user_id)
    tagged(response, taken_from(UserOut, user))
    return (await _shown(act, [user]))[0]


async def _shown(act: Act, people: Sequence[User]) -> list[UserShown]:
    held = await held_by(act.session, act.caller.organization_id, [user.id for user in people])
    own = [name for name in UserShown.model_fields if name != "holding"]
    return [UserShown(**{name: getattr(user, name) for name in own}, holding=held.get(user.id, 0)) for user in people]


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


@router.delete("/users/{user_id}/identity", status_code=204)
async def release_identity(act: ActDep, user_id: UUID) -> None:
    """Bind the person to no account at the provider of sign-ins any longer; admins only, owners for owners.

    The next account there with their e-mail address is theirs. They are signed out everywhere.
    """
    await identities.release(act.session, act.caller, user_id, act.now)


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
