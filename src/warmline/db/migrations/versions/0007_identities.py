"""Whom a provider of sign-ins knows people as."""

import sqlalchemy as sa
from alembic import op

from warmline.db.guarding import guard, let, let_look, look, unguard

revision = "0007"
down_revision = "0006"

BOUND = sa.text("released_at IS NULL")

# The subject decides. Where an organization knows it, the e-mail address is not looked at there; also where its person
# is disabled. Letters outside ASCII are not folded: some fold to the letters of somebody else's address.
PEOPLE = """
CREATE FUNCTION warmline.people_by_identity(by text, named text, address text) RETURNS TABLE (
    organization_id uuid, organization_name text, user_id uuid, bound boolean, taken boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT o.id, o.name, f.user_id, f.bound, f.taken FROM (
        SELECT i.organization_id, i.user_id, true AS bound, false AS taken
        FROM identities i WHERE i.issuer = by AND i.subject = named AND i.released_at IS NULL
        UNION ALL
        SELECT u.organization_id, u.id, false, EXISTS (SELECT FROM identities i
            WHERE i.organization_id = u.organization_id AND i.user_id = u.id AND i.issuer = by
            AND i.released_at IS NULL)
        FROM users u
        WHERE lower(u.email) = lower(address) AND (u.email = address OR address !~ '[^ -~]')
        AND NOT EXISTS (SELECT FROM identities i
            WHERE i.organization_id = u.organization_id AND i.issuer = by AND i.subject = named
            AND i.released_at IS NULL)
    ) AS f
    JOIN organizations o ON o.id = f.organization_id
    JOIN users u ON u.organization_id = f.organization_id AND u.id = f.user_id AND u.disabled_at IS NULL
    ORDER BY o.name, o.id LIMIT 20
$$"""


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("identities_organization_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("identities_pkey")),
        schema="warmline",
    )
    for name, *columns in (("subject", "issuer", "subject"), ("user", "user_id", "issuer")):
        op.create_index(
            f"identities_{name}_key",
            "identities",
            ["organization_id", *columns],
            unique=True,
            schema="warmline",
            postgresql_where=BOUND,
        )
    op.create_index("identities_sign_in_idx", "identities", ["issuer", "subject"], schema="warmline")
    guard("identities")
    let("SELECT, INSERT, UPDATE", "identities")
    let_look("identities", "SELECT (organization_id, user_id, issuer, subject, released_at)")
    look("people_by_identity(text, text, text)", PEOPLE, to="warmline_app")


def downgrade() -> None:
    op.execute("DROP FUNCTION warmline.people_by_identity(text, text, text)")
    op.execute("DROP POLICY lookup ON warmline.identities")
    unguard("identities")
    op.drop_table("identities", schema="warmline")
