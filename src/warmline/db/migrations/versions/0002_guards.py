"""Row-level security on every table, each role's grants, and the functions that look before a tenant is known."""

from alembic import op

from warmline.db.guarding import guard, let, let_look, look, unguard

revision = "0002"
down_revision = "0001"

KEPT = ("close_reasons", "users", "sessions", "tokens", "password_links", "squads", "members", "cases", "case_messages",
        "case_steps", "case_facts", "case_tasks", "handoffs", "handoff_packages", "assessments")  # fmt: skip
TABLES = ("organizations", *KEPT, "idempotency_keys", "events", "event_inbox", "event_positions")

# What the functions below may see, table by table; the lookup role has these columns and no others.
LOOKUPS = {
    "organizations": "SELECT (id, name)",
    "users": "SELECT (organization_id, id, email, name, role, password_hash, disabled_at)",
    "sessions": "SELECT (organization_id, id, user_id, hash, expires_at, ended_at)",
    "tokens": "SELECT (organization_id, id, user_id, member_id, hash, revoked_at)",
    "members": "SELECT (organization_id, id, name, user_id, left_at)",
    "password_links": "SELECT (organization_id, id, user_id, hash, expires_at, used_at)",
    "handoffs": "SELECT (organization_id, wakes_at)",
    "assessments": "SELECT (organization_id, state, next_at)",
    "idempotency_keys": "SELECT (organization_id, expires_at)",
    "event_inbox": "SELECT, DELETE",
    "event_positions": "SELECT, INSERT",
}

FUNCTIONS = {
    "caller_by_token(bytea)": """
CREATE FUNCTION warmline.caller_by_token(secret bytea) RETURNS TABLE (
    organization_id uuid, credential_id uuid, kind text, id uuid, name text, role text, user_id uuid, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT t.organization_id, t.id, CASE WHEN t.member_id IS NULL THEN 'user' ELSE 'member' END,
        coalesce(t.member_id, t.user_id), coalesce(m.name, u.name), coalesce(u.role, 'agent'), u.id, t.member_id
    FROM tokens t
    LEFT JOIN members m ON m.organization_id = t.organization_id AND m.id = t.member_id
    LEFT JOIN users u ON u.organization_id = t.organization_id AND u.id = coalesce(t.user_id, m.user_id)
    WHERE t.hash = secret AND t.revoked_at IS NULL AND m.left_at IS NULL AND u.disabled_at IS NULL
$$""",
    "caller_by_session(bytea, timestamptz)": """
CREATE FUNCTION warmline.caller_by_session(secret bytea, at timestamptz) RETURNS TABLE (
    organization_id uuid, credential_id uuid, kind text, id uuid, name text, role text, user_id uuid, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT s.organization_id, s.id, 'user', u.id, u.name, u.role, u.id, NULL::uuid
    FROM sessions s JOIN users u ON u.organization_id = s.organization_id AND u.id = s.user_id
    WHERE s.hash = secret AND s.ended_at IS NULL AND s.expires_at > at AND u.disabled_at IS NULL
$$""",
    "people_by_email(text)": """
CREATE FUNCTION warmline.people_by_email(address text) RETURNS TABLE (
    organization_id uuid, organization_name text, user_id uuid, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT u.organization_id, o.name, u.id, u.password_hash
    FROM users u JOIN organizations o ON o.id = u.organization_id
    WHERE lower(u.email) = lower(address) AND u.disabled_at IS NULL AND u.password_hash IS NOT NULL
    ORDER BY o.name, o.id LIMIT 20
$$""",
    "password_link(bytea)": """
CREATE FUNCTION warmline.password_link(secret bytea) RETURNS TABLE (
    organization_id uuid, id uuid, user_id uuid, expires_at timestamptz, used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT l.organization_id, l.id, l.user_id, l.expires_at, l.used_at FROM password_links l WHERE l.hash = secret
$$""",
    "is_empty()": """
CREATE FUNCTION warmline.is_empty() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM organizations)
$$""",
    "organization_by_name(text)": """
CREATE FUNCTION warmline.organization_by_name(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT id FROM organizations WHERE name = wanted ORDER BY id LIMIT 1
$$""",
    # The sequencer. Transactions become visible in the order of their commits, not of their ids, so places are given
    # afterwards, by one transaction at a time: whoever has seen a position has seen all before it. A transaction that
    # stays open holds back nobody's events but its own.
    "tail_events(bigint, integer)": """
CREATE FUNCTION warmline.tail_events(after bigint, most integer)
RETURNS TABLE (event_position bigint, organization_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM event_inbox) THEN
        PERFORM pg_advisory_xact_lock(7205759403792793);
        WITH arrived AS (
            DELETE FROM event_inbox i
            WHERE i.number IN (SELECT n.number FROM event_inbox n ORDER BY n.number LIMIT most)
            RETURNING i.organization_id, i.event_id, i.number)
        INSERT INTO event_positions (organization_id, event_id)
            SELECT a.organization_id, a.event_id FROM arrived a ORDER BY a.number;
        PERFORM pg_notify('warmline_events', '');
    END IF;
    RETURN QUERY SELECT p.position, p.organization_id FROM event_positions p
        WHERE p.position > after ORDER BY p.position LIMIT most;
END
$$""",
    "last_position()": """
CREATE FUNCTION warmline.last_position() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT coalesce(max(position), 0) FROM event_positions
$$""",
    "due_organizations(timestamptz)": """
CREATE FUNCTION warmline.due_organizations(until timestamptz) RETURNS TABLE (work text, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT DISTINCT 'handoffs', h.organization_id FROM handoffs h WHERE h.wakes_at <= until
    UNION ALL SELECT DISTINCT 'assessments', a.organization_id FROM assessments a
        WHERE a.state = 'pending' AND a.next_at <= until
    UNION ALL SELECT DISTINCT 'idempotency_keys', k.organization_id FROM idempotency_keys k
        WHERE k.expires_at < until - interval '1 minute'
$$""",
    "earliest_due()": """
CREATE FUNCTION warmline.earliest_due() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT least((SELECT min(h.wakes_at) FROM handoffs h WHERE h.wakes_at IS NOT NULL),
        (SELECT min(a.next_at) FROM assessments a WHERE a.state = 'pending'))
$$""",
}
FOR_WORKER = {"to": "warmline_worker"}


def upgrade() -> None:
    for table in TABLES:
        guard(table)
    let("SELECT, INSERT, UPDATE", "organizations", *KEPT, "idempotency_keys")
    let("SELECT, INSERT", "events")
    let("INSERT", "event_inbox")
    let("SELECT", "event_positions", "alembic_version")
    let("DELETE", "idempotency_keys", to="warmline_worker")
    op.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA warmline TO warmline_backup")  # pg_dump reads where they are
    for table, rights in LOOKUPS.items():
        let_look(table, rights)
    for signature, body in FUNCTIONS.items():
        look(signature, body, **FOR_WORKER if signature == "due_organizations(timestamptz)" else {})


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION warmline.{signature}")
    for table in LOOKUPS:
        op.execute(f"DROP POLICY lookup ON warmline.{table}")
    for table in TABLES:
        unguard(table)
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA warmline FROM warmline_app, warmline_worker, warmline_lookup")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA warmline FROM warmline_backup")
    op.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA warmline FROM warmline_backup")
