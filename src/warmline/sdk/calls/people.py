"""The people of an organization, and tokens for programs."""

from typing import Literal

from warmline.sdk.answers import Me
from warmline.sdk.flow import Flow, Listed, ask, given, listed, tell
from warmline.sdk.house import NewToken, PasswordLink, Presence, Token, User

Status = Literal["available", "busy", "away", "offline"]
Role = Literal["viewer", "operator", "admin", "owner"]


def me() -> Flow[Me]:
    """Whom the token belongs to. Raises Unauthorized."""
    return ask(Me, "GET", "me")


def get_presence() -> Flow[Presence]:
    """How I am there to take work. Raises NotFound for an agent's seat, which has none."""
    return ask(Presence, "GET", "me", "presence")


def set_presence(status: Status, *, capacity: int | None = None, if_match: str | None = None) -> Flow[Presence]:
    """Say how I am there, and how many handoffs I would hold at once. Raises Forbidden, Invalid, Stale."""
    return ask(Presence, "PUT", "me", "presence", body=given(status=status, capacity=capacity), if_match=if_match)


def list_users(*, page_size: int = 50) -> Listed[User]:
    """Everybody in the organization."""
    return listed(User, "users", page_size=page_size)


def get_user(user_id: str) -> Flow[User]:
    """One person. Raises NotFound."""
    return ask(User, "GET", "users", user_id)


def add_user(email: str, name: str, role: Role) -> Flow[User]:
    """Add a person; admins only. Raises Forbidden, Invalid, and Conflict for an e-mail address that is there."""
    return ask(User, "POST", "users", body=given(email=email, name=name, role=role))


def change_user(
    user_id: str, *, name: str | None = None, role: Role | None = None, disabled: bool | None = None,
    if_match: str | None = None,
) -> Flow[User]:  # fmt: skip
    """Change a name, a role, or whether they may sign in; admins only. Raises Forbidden, NotFound, Conflict, Stale."""
    return ask(User, "PATCH", "users", user_id, body=given(name=name, role=role, disabled=disabled), if_match=if_match)


def release_identity(user_id: str) -> Flow[None]:
    """Bind them to no account at the provider of sign-ins any longer; admins only. Raises Forbidden, NotFound."""
    return tell("DELETE", "users", user_id, "identity")


def make_password_link(user_id: str) -> Flow[PasswordLink]:
    """A one-time link with which this person sets a password; admins only. Raises Forbidden, NotFound."""
    return ask(PasswordLink, "POST", "users", user_id, "password-link")


def list_tokens(*, page_size: int = 50) -> Listed[Token]:
    """One's own tokens; for admins, all."""
    return listed(Token, "tokens", page_size=page_size)


def create_for_user(user_id: str, *, name: str = "token") -> Flow[NewToken]:
    """A token that acts as this user: for oneself, or by an admin. Raises Forbidden, NotFound."""
    return ask(NewToken, "POST", "users", user_id, "tokens", body=given(name=name))


def create_for_member(member_id: str, *, name: str = "token") -> Flow[NewToken]:
    """A token that acts as this member; admins only. Raises Forbidden, NotFound."""
    return ask(NewToken, "POST", "members", member_id, "tokens", body=given(name=name))


def revoke_token(token_id: str) -> Flow[None]:
    """End a token at once; its streams end with it. Raises Forbidden, NotFound."""
    return tell("DELETE", "tokens", token_id)
