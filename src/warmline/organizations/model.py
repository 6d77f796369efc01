"""Tenants, the people in them, and what they sign in with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from warmline.db.model import Base, Id, Made, Tenant, belongs, reaches

ROLES = ("viewer", "operator", "admin", "owner")
BOUND = text("released_at IS NULL")
PRESENCES = ("available", "busy", "away", "offline")


class Organization(Base):
    """The tenant; owns every row. `settings` overrides the shipped defaults, key by key."""

    __tablename__ = "organizations"
    id: Mapped[Id]
    name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[Made]
    retention_at: Mapped[datetime | None]  # when one looks next for what is to be removed
    __table_args__ = (
        Index("organizations_retention_idx", "retention_at", postgresql_where="retention_at IS NOT NULL"),
    )


class User(Base):
    """A person who signs in. `capacity` is how many handoffs they would hold at once."""

    __tablename__ = "users"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[Made]
    disabled_at: Mapped[datetime | None]
    presence: Mapped[str] = mapped_column(server_default=text("'offline'"))
    presence_since: Mapped[datetime | None]
    capacity: Mapped[int] = mapped_column(server_default=text("3"))
    __table_args__ = (
        belongs(),
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint(f"presence IN {PRESENCES}", name="presence"),
        CheckConstraint("capacity BETWEEN 0 AND 100", name="capacity"),
        Index("users_email_key", "organization_id", func.lower(text("email")), unique=True),
        Index("users_sign_in_idx", func.lower(text("email"))),
    )


class Session(Base):
    """One browser that is signed in; the cookie's hash. `seen_at` is when it was last heard of, to about a minute."""

    __tablename__ = "sessions"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    user_id: Mapped[UUID]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Made]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    seen_at: Mapped[Made]
    __table_args__ = (
        reaches("user_id", "users"),
        UniqueConstraint("organization_id", "hash"),
        Index("sessions_hash_idx", "hash"),
        Index("sessions_user_idx", "organization_id", "user_id"),
    )


class Token(Base):
    """What a program signs in with: it acts as a user, or as a member's seat. Only the hash is kept."""

    __tablename__ = "tokens"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    user_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    name: Mapped[str]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Made]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        reaches("user_id", "users"),
        reaches("member_id", "members"),
        CheckConstraint("num_nonnulls(user_id, member_id) = 1", name="one_holder"),
        UniqueConstraint("organization_id", "hash"),
        Index("tokens_hash_idx", "hash"),
    )


class PasswordLink(Base):
    """A one-time link with which a person sets a password."""

    __tablename__ = "password_links"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    user_id: Mapped[UUID]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Made]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (
        reaches("user_id", "users"),
        UniqueConstraint("organization_id", "hash"),
        Index("password_links_hash_idx", "hash"),
    )


class Identity(Base):
    """Whom a provider knows a person as: `subject` at `issuer`. One that was released counts no more, and stays."""

    __tablename__ = "identities"
    organization_id: Mapped[Tenant]
    id: Mapped[Id]
    user_id: Mapped[UUID]
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[Made]
    released_at: Mapped[datetime | None]
    __table_args__ = (
        reaches("user_id", "users"),
        Index("identities_subject_key", "organization_id", "issuer", "subject", unique=True, postgresql_where=BOUND),
        Index("identities_user_key", "organization_id", "user_id", "issuer", unique=True, postgresql_where=BOUND),
        Index("identities_sign_in_idx", "issuer", "subject"),
    )


class CloseReason(Base):
    """A way for work to end; the organization's own, seeded with the shipped ones.

    `fields` is what one is asked for beside the notes: `[{"key", "label", "required"}]`. What is retired is no longer
    offered, and stays for what ended by it.
    """

    __tablename__ = "close_reasons"
    organization_id: Mapped[Tenant]
    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    help: Mapped[str]
    requires_notes: Mapped[bool] = mapped_column(server_default=text("false"))
    position: Mapped[int]
    fields: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    retired_at: Mapped[datetime | None]
    __table_args__ = (belongs(),)


class IdempotencyKey(Base):
    """A write that was done under a key: a repeat gets the same answer and does nothing."""

    __tablename__ = "idempotency_keys"
    organization_id: Mapped[Tenant]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Made]
    expires_at: Mapped[datetime]
    __table_args__ = (belongs(), Index("idempotency_keys_expires_idx", "expires_at"))
