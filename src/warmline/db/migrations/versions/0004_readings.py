"""Readings by a model, and the texts that come from them."""

import sqlalchemy as sa
from alembic import op

from warmline.db.guarding import guard, let, unguard

revision = "0004"
down_revision = "0003"

NUMBERS = ("edition", "asked", "input_tokens", "output_tokens")
WORDS = ("reason", "model")
READY = "(state = 'ready') = (content IS NOT NULL)"
READY_NOW = "state <> 'ready' OR content IS NOT NULL"  # one that failed may have the one before, or an extract
WHY_NOT = "reason IS NULL OR state IN ('failed', 'skipped')"


def upgrade() -> None:
    for name in WORDS:
        op.add_column("assessments", sa.Column(name, sa.String(), nullable=True), schema="warmline")
    for name in NUMBERS:
        zero = sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
        op.add_column("assessments", zero, schema="warmline")
    _check("ready", READY_NOW, anew=True)
    _check("why_not", WHY_NOT)
    op.execute("UPDATE warmline.assessments SET edition = 1 WHERE content IS NOT NULL")
    op.execute("UPDATE warmline.assessments SET reason = 'unreadable' WHERE state = 'failed'")
    _texts()
    _usage()
    for table in ("handoff_texts", "model_usage"):
        guard(table)
    let("SELECT, INSERT, UPDATE", "handoff_texts", "model_usage")


def _check(name: str, rule: str, anew: bool = False) -> None:
    full = op.f(f"assessments_{name}")
    if anew:
        op.drop_constraint(full, "assessments", schema="warmline")
    op.create_check_constraint(full, "assessments", rule, schema="warmline")


def _texts() -> None:
    op.create_table(
        "handoff_texts",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('client_update', 'email_draft')", name=op.f("handoff_texts_kind")),
        sa.CheckConstraint("(text IS NULL) = (until IS NOT NULL)", name=op.f("handoff_texts_made")),
        sa.CheckConstraint("(text IS NULL) = (source IS NULL)", name=op.f("handoff_texts_by")),
        sa.ForeignKeyConstraint(
            ["organization_id", "handoff_id"],
            ["warmline.handoffs.organization_id", "warmline.handoffs.id"],
            name=op.f("handoff_texts_organization_id_handoff_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "handoff_id", "kind", "edition", name=op.f("handoff_texts_pkey")),
        schema="warmline",
    )


def _usage() -> None:
    op.create_table(
        "model_usage",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("questions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["warmline.organizations.id"], name=op.f("model_usage_organization_id_fkey")
        ),
        sa.PrimaryKeyConstraint("organization_id", "day", name=op.f("model_usage_pkey")),
        schema="warmline",
    )


def downgrade() -> None:
    for table in ("model_usage", "handoff_texts"):
        unguard(table)
        op.drop_table(table, schema="warmline")
    op.execute("UPDATE warmline.assessments SET content = NULL WHERE state <> 'ready'")
    op.drop_constraint(op.f("assessments_why_not"), "assessments", schema="warmline")
    _check("ready", READY, anew=True)
    for name in (*NUMBERS, *WORDS):
        op.drop_column("assessments", name, schema="warmline")
