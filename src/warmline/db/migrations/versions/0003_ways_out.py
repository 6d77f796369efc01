"""Channels, what they are to deliver, and the bell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from warmline.db.guarding import BOTH, guard, let, let_look, look, unguard

revision = "0003"
down_revision = "0002"

TABLES = ("channels", "deliveries", "delivery_attempts", "notifications", "notification_reads")
OPEN = "state IN ('pending', 'failed')"
LOOKUPS = {
    "channels": "SELECT (organization_id, id)",
    "deliveries": "SELECT (organization_id, channel_id, state, next_at)",
}

# RFC 9562, version 7, as `ids.py` makes them: milliseconds, then chance. PostgreSQL has one of its own from 18 on.
NEW_ID = """
CREATE FUNCTION warmline.new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$"""
DUE = """
CREATE OR REPLACE FUNCTION warmline.due_organizations(until timestamptz)
RETURNS TABLE (work text, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT DISTINCT 'handoffs', h.organization_id FROM handoffs h WHERE h.wakes_at <= until
    UNION ALL SELECT DISTINCT 'assessments', a.organization_id FROM assessments a
        WHERE a.state = 'pending' AND a.next_at <= until
    UNION ALL SELECT DISTINCT 'idempotency_keys', k.organization_id FROM idempotency_keys k
        WHERE k.expires_at < until - interval '1 minute'
"""
# Channel by channel, for a dead target's thousands lie on one; and not at all while nothing is due anywhere.
DELIVERIES = """
    UNION ALL SELECT DISTINCT 'deliveries', c.organization_id FROM channels c
        WHERE EXISTS (SELECT FROM deliveries d WHERE d.next_at <= until)
        AND EXISTS (SELECT FROM deliveries d
            WHERE d.organization_id = c.organization_id AND d.channel_id = c.id AND d.next_at <= until)
"""
# Apart from `earliest_due`, by which a server says that its jobs are late: a receiver that is down must not do that.
EARLIEST = """
CREATE FUNCTION warmline.earliest_wake() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT least(earliest_due(), (SELECT min(d.next_at) FROM deliveries d WHERE d.next_at IS NOT NULL))
$$"""
DEAD = """
CREATE FUNCTION warmline.dead_letters() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = warmline, pg_temp AS $$
    SELECT count(*) FROM deliveries d WHERE d.state = 'dead'
$$"""


def upgrade() -> None:
    _channels()
    _deliveries()
    _notifications()
    for table in TABLES:
        guard(table)
    let("SELECT, INSERT, UPDATE", "channels", "deliveries")
    let("SELECT, INSERT", "delivery_attempts", "notifications", "notification_reads")
    for table, rights in LOOKUPS.items():
        let_look(table, rights)
    op.execute(NEW_ID)
    op.execute("REVOKE ALL ON FUNCTION warmline.new_id() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION warmline.new_id() TO {BOTH}")
    look("due_organizations(timestamptz)", DUE + DELIVERIES + "$$", to="warmline_worker")
    look("earliest_wake()", EARLIEST)
    look("dead_letters()", DEAD)


def downgrade() -> None:
    for signature in ("dead_letters()", "earliest_wake()", "new_id()"):
        op.execute(f"DROP FUNCTION warmline.{signature}")
    look("due_organizations(timestamptz)", DUE + "$$", to="warmline_worker")
    for table in reversed(TABLES):
        if table in LOOKUPS:
            op.execute(f"DROP POLICY lookup ON warmline.{table}")
        unguard(table)
        op.drop_table(table, schema="warmline")


def _table(name: str, *columns: sa.Column[object], checks: dict[str, str] | None = None, **keys: str) -> None:
    """A table of an organization's rows; `keys` are its references: the column, and the table it reaches."""
    own = [one.name for one in columns if one.primary_key]
    organization = sa.Column("organization_id", sa.Uuid(), nullable=False)
    op.create_table(
        name,
        organization,
        *(sa.Column(one.name, one.type, nullable=one.nullable, server_default=one.server_default) for one in columns),
        *(sa.CheckConstraint(rule, name=op.f(f"{name}_{label}")) for label, rule in (checks or {}).items()),
        *(_reaches(name, column, table) for column, table in keys.items()),
        sa.PrimaryKeyConstraint("organization_id", *own, name=op.f(f"{name}_pkey")),
        schema="warmline",
    )


def _reaches(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    there = [f"warmline.{table}.organization_id", f"warmline.{table}.id"]
    key = op.f(f"{name}_organization_id_{column}_fkey")
    return sa.ForeignKeyConstraint(["organization_id", column], there, name=key)


def _id(name: str = "id") -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), primary_key=True)


def _uuid(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, nullable: bool = False, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable, server_default=default)


def _time(name: str, nullable: bool = False, default: bool = False) -> sa.Column[object]:
    now = sa.text("now()") if default else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=now)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(astext_type=sa.Text()), nullable=False, server_default=sa.text("'{}'"))


def _number(name: str, default: str | None = None, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def _channels() -> None:
    _table(
        "channels", _id(), _text("kind"), _text("name"), _json("config"), _json("secrets"),
        sa.Column("event_types", sa.ARRAY(sa.Text()), nullable=False), _uuid("squad_id", nullable=True),
        _time("created_at", default=True), _time("disabled_at", nullable=True), _text("disabled_reason", nullable=True),
        checks={
            "kind": "kind IN ('webhook', 'email', 'chat', 'ticket')",
            "why_disabled": "(disabled_at IS NULL) = (disabled_reason IS NULL)",
        },
        squad_id="squads",
    )  # fmt: skip
    op.create_foreign_key(
        op.f("channels_organization_id_fkey"), "channels", "organizations", ["organization_id"], ["id"],
        source_schema="warmline", referent_schema="warmline",
    )  # fmt: skip


def _deliveries() -> None:
    _table(
        "deliveries", _id(), _uuid("channel_id"), _uuid("event_id"), _text("event_type"), _text("subject_kind"),
        _uuid("subject_id"), _text("state", default="pending"), _number("attempts", "0"),
        _number("attempts_before", "0"), _time("next_at", nullable=True), _time("created_at", default=True),
        _time("finished_at", nullable=True), _text("last_error", nullable=True),
        checks={
            "state": "state IN ('pending', 'sent', 'failed', 'dead')",
            "due": f"({OPEN}) = (next_at IS NOT NULL)",
            "finished": f"({OPEN}) = (finished_at IS NULL)",
        },
        channel_id="channels", event_id="events",
    )  # fmt: skip
    due = "next_at IS NOT NULL"
    _index("deliveries", "next", ["next_at"], where=due)
    _index("deliveries", "due", ["organization_id", "channel_id", "next_at"], where=due)
    _index("deliveries", "channel", ["organization_id", "channel_id", "id"])
    _index("deliveries", "trouble", ["organization_id", "state", "id"], where="state IN ('failed', 'dead')")
    _table(
        "delivery_attempts", _id("delivery_id"), sa.Column("number", sa.Integer(), primary_key=True), _time("at"),
        sa.Column("ok", sa.Boolean(), nullable=False), _number("status", nullable=True), _text("detail"),
        _number("milliseconds"), delivery_id="deliveries",
    )  # fmt: skip


def _notifications() -> None:
    _table(
        "notifications", _id(), _uuid("event_id"), _text("kind"), _uuid("handoff_id"), _uuid("user_id", nullable=True),
        _uuid("hidden_from", nullable=True), _uuid("named", nullable=True), _time("created_at", default=True),
        event_id="events", handoff_id="handoffs", user_id="users",
    )  # fmt: skip
    _index("notifications", "handoff", ["organization_id", "handoff_id"])
    _table(
        "notification_reads", _id("notification_id"), _id("user_id"), _time("read_at"),
        notification_id="notifications", user_id="users",
    )  # fmt: skip


def _index(table: str, name: str, columns: list[str], where: str | None = None) -> None:
    op.create_index(f"{table}_{name}_idx", table, columns, schema="warmline", postgresql_where=where)
