"""All tokens of the organization that still work: whose, what for, since when; and ending one."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Select, and_, or_, select

from warmline.errors import NotFound
from warmline.organizations import tokens
from warmline.organizations.model import Token, User
from warmline.squads.model import Member, Squad
from warmline.web.act import Act
from warmline.web.api.paging import page as rows_of
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings.frame import AdminAct, Short, settings_page
from warmline.web.pages.settings.shown import TokenRow
from warmline.web.pages.views import Notice, Who

router = APIRouter(prefix="/settings/tokens", include_in_schema=False, route_class=PageRoute)
HERE = "/settings/tokens"
SHOWN = 100


@router.get("")
async def show(act: AdminAct, cursor: str | None = None) -> Response:
    """The list, the newest first."""
    rows, following = await rows_of(act.session, _working(act), [Token.id], SHOWN, cursor, newest_first=True)
    found = tuple(_row(act, row) for row in rows)
    more = f"{HERE}?cursor={following}" if following else ""
    return await settings_page(act, "settings/tokens.html", HERE, tokens=found, next=more)


@router.post("/{token_id}/revoke")
async def revoke(act: AdminAct, token_id: UUID, squad_id: Short = "") -> Response:
    """End it at once; back to where one was."""
    where = f"/settings/squads/{_id(squad_id)}" if _id(squad_id) else HERE
    try:
        await tokens.revoke_token(act.session, act.caller, token_id, act.now)
    except NotFound:
        if await _is_there(act, token_id):  # pressed twice
            return go(act.request, where, Notice("It was revoked before"))
        raise
    return go(act.request, where, Notice("Revoked", "Whatever used it is refused from now on."))


async def _is_there(act: Act, token_id: UUID) -> bool:
    query = select(Token.id).where(Token.organization_id == act.caller.organization_id, Token.id == token_id)
    return await act.session.scalar(query) is not None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def tokens_of(act: Act, member_ids: list[UUID]) -> dict[UUID, tuple[TokenRow, ...]]:
    """The working tokens of these seats, the oldest first."""
    rows = (await act.session.execute(_working(act).where(Token.member_id.in_(member_ids)).order_by(Token.id))).all()
    return {id: tuple(_row(act, row) for row in rows if row[0].member_id == id) for id in member_ids}


def _working(act: Act) -> Select[*tuple[Any, ...]]:
    """Tokens that sign in, with their holders: not revoked, their seat not empty, their user not disabled."""
    seat = and_(Member.organization_id == Token.organization_id, Member.id == Token.member_id)
    holder = or_(User.id == Token.user_id, User.id == Member.user_id)
    query = (
        select(Token, Member.name, Member.kind, Squad.id, Squad.name, User.name, User.role, User.id)
        .outerjoin(Member, seat)
        .outerjoin(Squad, and_(Squad.organization_id == Member.organization_id, Squad.id == Member.squad_id))
        .outerjoin(User, and_(User.organization_id == Token.organization_id, holder))
    )
    here = query.where(Token.organization_id == act.caller.organization_id, Token.revoked_at.is_(None))
    return here.where(Member.left_at.is_(None), User.disabled_at.is_(None))


def _row(act: Act, row: Any) -> TokenRow:
    token, member, kind, squad_id, squad, user, role, user_id = row[:8]
    return TokenRow(
        token.id, token.name, Who(member or user, "agent" if kind == "agent" else "user"), token.created_at,
        squad or "", f"/settings/squads/{squad_id}" if squad_id else f"/settings/people/{user_id}",
        role == "owner" and act.caller.role != "owner",
    )  # fmt: skip
