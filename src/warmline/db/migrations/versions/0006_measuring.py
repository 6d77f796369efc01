"""Baselines, which say what it took before; and an index of the events that are measured."""

import sqlalchemy as sa
from alembic import op

from warmline.db.guarding import guard, let, unguard

revision = "0006"
down_revision = "0005"

MEASURED = "type IN ('handoff.claimed', 'handoff.first_action', 'handoff.closed', 'handoff.returned')"


def upgrade() -> None:
    op.create_table(
        "baselines",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("squad_id", sa.Uuid(), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seconds BETWEEN 1 AND 604800", name=op.f("baselines_seconds")),
        sa.ForeignKeyConstraint(
            ["organization_id", "squad_id"],
            ["warmline.squads.organization_id", "warmline.squads.id"],
            name=op.f("baselines_organization_id_squad_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "by_user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("baselines_organization_id_by_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("baselines_pkey")),
        schema="warmline",
    )
    guard("baselines")
    let("SELECT, INSERT, UPDATE", "baselines")
    op.create_index(
        "events_measured_idx",
        "events",
        ["organization_id", "at"],
        schema="warmline",
        postgresql_where=sa.text(MEASURED),
    )


def downgrade() -> None:
    op.drop_index("events_measured_idx", table_name="events", schema="warmline")
    unguard("baselines")
    op.drop_table("baselines", schema="warmline")
