"""Finding an ended case by its ticket; the others are few, and are found by their status."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index(
        "cases_ticket_idx",
        "cases",
        ["organization_id", "ticket"],
        schema="warmline",
        postgresql_where=sa.text("ticket IS NOT NULL AND ended_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("cases_ticket_idx", table_name="cases", schema="warmline")
