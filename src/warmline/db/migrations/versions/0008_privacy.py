"""What is forgotten, and when; what is hidden from whom."""

import sqlalchemy as sa
from alembic import op

from warmline.db.guarding import let, look
from warmline.db.roles import LOOKUP

revision = "0008"
down_revision = "0007"

ENDED = "ended_at IS NOT NULL AND redacted_at IS NULL"
TROUBLED = "(attempts > 1 OR last_error IS NOT NULL)"  # something was answered that may quote what was sent
FINISHED = f"finished_at IS NOT NULL AND redacted_at IS NULL AND {TROUBLED}"
SETTLED = "redacted_at IS NULL OR ended_at IS NOT NULL"
WHO = "redacted_by_user_id IS NULL OR redacted_at IS NOT NULL"
FOR_WORKER = {"to": "warmline_worker"}

CALLER = (
    "organization_id uuid, credential_id uuid, kind text, id uuid, name text, role text, user_id uuid, member_id uuid"
)
HIDES = """,
        CASE jsonb_typeof(o.settings -> 'redaction' -> u.role)
            WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(o.settings -> 'redaction' -> u.role)) END"""
FROM_CREDENTIAL = """
CREATE FUNCTION warmline.caller_by_token(secret bytea) RETURNS TABLE ({columns})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT t.organization_id, t.id, CASE WHEN t.member_id IS NULL THEN 'user' ELSE 'member' END,
        coalesce(t.member_id, t.user_id), coalesce(m.name, u.name), coalesce(u.role, 'agent'), u.id, t.member_id{hides}
    FROM tokens t
    LEFT JOIN members m ON m.organization_id = t.organization_id AND m.id = t.member_id
    LEFT JOIN users u ON u.organization_id = t.organization_id AND u.id = coalesce(t.user_id, m.user_id){settings}
    WHERE t.hash = secret AND t.revoked_at IS NULL AND m.left_at IS NULL AND u.disabled_at IS NULL
$$"""
FROM_SESSION = """
CREATE FUNCTION warmline.caller_by_session(secret bytea, at timestamptz) RETURNS TABLE ({columns})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT s.organization_id, s.id, 'user', u.id, u.name, u.role, u.id, NULL::uuid{hides}
    FROM sessions s JOIN users u ON u.organization_id = s.organization_id AND u.id = s.user_id{settings}
    WHERE s.hash = secret AND s.ended_at IS NULL AND s.expires_at > at AND u.disabled_at IS NULL
$$"""
CALLERS = {
    "caller_by_token(bytea)": (FROM_CREDENTIAL, "\n    LEFT JOIN organizations o ON o.id = t.organization_id"),
    "caller_by_session(bytea, timestamptz)": (FROM_SESSION, "\n    JOIN organizations o ON o.id = s.organization_id"),
}

DUE = """
CREATE OR REPLACE FUNCTION warmline.due_organizations(until timestamptz)
RETURNS TABLE (work text, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT DISTINCT 'handoffs', h.organization_id FROM handoffs h WHERE h.wakes_at <= until
    UNION ALL SELECT DISTINCT 'assessments', a.organization_id FROM assessments a
        WHERE a.state = 'pending' AND a.next_at <= until
    UNION ALL SELECT DISTINCT 'idempotency_keys', k.organization_id FROM idempotency_keys k
        WHERE k.expires_at < until - interval '1 minute'
    UNION ALL SELECT DISTINCT 'deliveries', c.organization_id FROM channels c
        WHERE EXISTS (SELECT FROM deliveries d WHERE d.next_at <= until)
        AND EXISTS (SELECT FROM deliveries d
            WHERE d.organization_id = c.organization_id AND d.channel_id = c.id AND d.next_at <= until)
"""
RETENTION = """
    UNION ALL SELECT 'retention', o.id FROM organizations o WHERE o.retention_at <= until
"""
# Not in `earliest_due`: a server whose jobs are busy with years of old cases is not late with what people wait for.
EARLIEST = """
CREATE OR REPLACE FUNCTION warmline.earliest_wake() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT least(earliest_due(), (SELECT min(d.next_at) FROM deliveries d WHERE d.next_at IS NOT NULL){more})
$$"""
LATER = ",\n        (SELECT min(o.retention_at) FROM organizations o WHERE o.retention_at IS NOT NULL)"


def upgrade() -> None:
    _columns()
    let("UPDATE (detail)", "delivery_attempts")
    op.execute(f"GRANT SELECT (settings, retention_at) ON warmline.organizations TO {LOOKUP}")
    for signature, (body, settings) in CALLERS.items():
        _caller(signature, body.format(columns=f"{CALLER}, hides text[]", hides=HIDES, settings=settings))
    look("due_organizations(timestamptz)", DUE + RETENTION + "$$", **FOR_WORKER)
    look("earliest_wake()", EARLIEST.format(more=LATER))


def _columns() -> None:
    time = sa.DateTime(timezone=True)
    op.add_column("organizations", sa.Column("retention_at", time), schema="warmline")
    op.add_column("deliveries", sa.Column("redacted_at", time), schema="warmline")
    op.add_column("cases", sa.Column("redacted_at", time), schema="warmline")
    op.add_column("cases", sa.Column("redacted_by_user_id", sa.Uuid()), schema="warmline")
    op.create_check_constraint(op.f("cases_redacted"), "cases", SETTLED, schema="warmline")
    op.create_check_constraint(op.f("cases_redacted_by"), "cases", WHO, schema="warmline")
    op.create_foreign_key(
        op.f("cases_organization_id_redacted_by_user_id_fkey"), "cases", "users",
        ["organization_id", "redacted_by_user_id"], ["organization_id", "id"],
        source_schema="warmline", referent_schema="warmline",
    )  # fmt: skip
    _index("organizations_retention_idx", "organizations", ["retention_at"], "retention_at IS NOT NULL")
    _index("cases_retention_idx", "cases", ["organization_id", "ended_at"], ENDED)
    _index("deliveries_retention_idx", "deliveries", ["organization_id", "finished_at"], FINISHED)
    _index("deliveries_answered_idx", "deliveries", ["organization_id", "subject_id"], TROUBLED)


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, schema="warmline", postgresql_where=sa.text(where))


def _caller(signature: str, body: str) -> None:
    """Another column is another function: it cannot be replaced in place."""
    op.execute(f"DROP FUNCTION warmline.{signature}")
    look(signature, body)


def downgrade() -> None:
    look("earliest_wake()", EARLIEST.format(more=""))
    look("due_organizations(timestamptz)", DUE + "$$", **FOR_WORKER)
    for signature, (body, _) in CALLERS.items():
        _caller(signature, body.format(columns=CALLER, hides="", settings=""))
    op.execute(f"REVOKE SELECT (settings, retention_at) ON warmline.organizations FROM {LOOKUP}")
    op.execute("REVOKE UPDATE (detail) ON warmline.delivery_attempts FROM warmline_app, warmline_worker")
    for name, table in (
        ("deliveries_answered_idx", "deliveries"),
        ("deliveries_retention_idx", "deliveries"),
        ("cases_retention_idx", "cases"),
        ("organizations_retention_idx", "organizations"),
    ):
        op.drop_index(name, table_name=table, schema="warmline")
    op.drop_constraint(op.f("cases_organization_id_redacted_by_user_id_fkey"), "cases", schema="warmline")
    for check in ("cases_redacted_by", "cases_redacted"):
        op.drop_constraint(op.f(check), "cases", schema="warmline")
    for table, column in (("cases", "redacted_by_user_id"), ("cases", "redacted_at"), ("deliveries", "redacted_at"),
                          ("organizations", "retention_at")):  # fmt: skip
        op.drop_column(table, column, schema="warmline")
