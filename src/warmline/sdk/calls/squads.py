"""Squads, and the seats in them."""

from typing import Literal

from warmline.sdk.flow import Flow, Listed, ask, given, listed, tell
from warmline.sdk.house import Member, Squad

Kind = Literal["agent", "user"]


def list_squads(*, page_size: int = 50) -> Listed[Squad]:
    """All squads, oldest first."""
    return listed(Squad, "squads", page_size=page_size)


def create_squad(name: str) -> Flow[Squad]:
    """A new squad; admins only. Raises Forbidden, Invalid."""
    return ask(Squad, "POST", "squads", body=given(name=name))


def get_squad(squad_id: str) -> Flow[Squad]:
    """One squad. Raises NotFound."""
    return ask(Squad, "GET", "squads", squad_id)


def rename_squad(squad_id: str, name: str, *, if_match: str | None = None) -> Flow[Squad]:
    """Give it another name; admins only. Raises Forbidden, NotFound, Invalid, Stale."""
    return ask(Squad, "PATCH", "squads", squad_id, body=given(name=name), if_match=if_match)


def list_members(squad_id: str, *, page_size: int = 50) -> Listed[Member]:
    """Everybody with a seat in the squad, oldest first. Raises NotFound."""
    return listed(Member, "squads", squad_id, "members", page_size=page_size)


def add_member(
    squad_id: str, kind: Kind, role: str, *, name: str | None = None, user_id: str | None = None
) -> Flow[Member]:
    """Fill a seat, by an agent (name) or by a user (user_id); admins only. Raises Forbidden, NotFound, Invalid."""
    return ask(
        Member, "POST", "squads", squad_id, "members", body=given(kind=kind, role=role, name=name, user_id=user_id)
    )


def remove_member(member_id: str) -> Flow[None]:
    """Empty a seat: its tokens stop at once, its work stays. Raises Forbidden, NotFound."""
    return tell("DELETE", "members", member_id)
