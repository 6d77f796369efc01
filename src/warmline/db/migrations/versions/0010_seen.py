"""When the browser of a session was last heard of."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    seen = sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
    op.add_column("sessions", seen, schema="warmline")


def downgrade() -> None:
    op.drop_column("sessions", "seen_at", schema="warmline")
