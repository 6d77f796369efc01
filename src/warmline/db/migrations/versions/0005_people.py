"""Presence and capacity of people; the fields of a close reason, and reasons that are no longer offered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

PRESENCE = "presence IN ('available', 'busy', 'away', 'offline')"
CAPACITY = "capacity BETWEEN 0 AND 100"


def upgrade() -> None:
    for column in (
        sa.Column("presence", sa.String(), server_default=sa.text("'offline'"), nullable=False),
        sa.Column("presence_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capacity", sa.Integer(), server_default=sa.text("3"), nullable=False),
    ):
        op.add_column("users", column, schema="warmline")
    op.create_check_constraint(op.f("users_presence"), "users", PRESENCE, schema="warmline")
    op.create_check_constraint(op.f("users_capacity"), "users", CAPACITY, schema="warmline")
    fields = sa.Column("fields", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("close_reasons", fields, schema="warmline")
    op.add_column("close_reasons", sa.Column("retired_at", sa.DateTime(timezone=True)), schema="warmline")


def downgrade() -> None:
    for column in ("retired_at", "fields"):
        op.drop_column("close_reasons", column, schema="warmline")
    for name in ("users_capacity", "users_presence"):
        op.drop_constraint(op.f(name), "users", schema="warmline")
    for column in ("capacity", "presence_since", "presence"):
        op.drop_column("users", column, schema="warmline")
