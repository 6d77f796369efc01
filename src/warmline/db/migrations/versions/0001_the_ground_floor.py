"""The ground floor"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "event_inbox",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "event_id", name=op.f("event_inbox_pkey")),
        schema="warmline",
        postgresql_with={"autovacuum_vacuum_scale_factor": 0, "autovacuum_vacuum_threshold": 1000},
    )
    op.create_index("event_inbox_number_idx", "event_inbox", ["number"], unique=False, schema="warmline")
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("organizations_pkey")),
        schema="warmline",
    )
    op.create_table(
        "close_reasons",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("help", sa.String(), nullable=False),
        sa.Column("requires_notes", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["warmline.organizations.id"], name=op.f("close_reasons_organization_id_fkey")
        ),
        sa.PrimaryKeyConstraint("organization_id", "key", name=op.f("close_reasons_pkey")),
        schema="warmline",
    )
    op.create_table(
        "events",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=True),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("private_to", sa.Uuid(), nullable=True),
        sa.Column("hidden_from", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["warmline.organizations.id"], name=op.f("events_organization_id_fkey")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("events_pkey")),
        schema="warmline",
    )
    op.create_index(
        "events_subject_idx", "events", ["organization_id", "subject_id", "id"], unique=False, schema="warmline"
    )
    op.create_index(
        "events_thread_idx",
        "events",
        ["organization_id", "thread_id", "id"],
        unique=False,
        schema="warmline",
        postgresql_where="thread_id IS NOT NULL",
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["warmline.organizations.id"], name=op.f("idempotency_keys_organization_id_fkey")
        ),
        sa.PrimaryKeyConstraint("organization_id", "key_hash", name=op.f("idempotency_keys_pkey")),
        schema="warmline",
    )
    op.create_index(
        "idempotency_keys_expires_idx",
        "idempotency_keys",
        ["expires_at"],
        unique=False,
        schema="warmline",
    )
    op.create_table(
        "squads",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["warmline.organizations.id"], name=op.f("squads_organization_id_fkey")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("squads_pkey")),
        schema="warmline",
    )
    op.create_table(
        "users",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('viewer', 'operator', 'admin', 'owner')", name=op.f("users_role")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["warmline.organizations.id"], name=op.f("users_organization_id_fkey")
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("users_pkey")),
        schema="warmline",
    )
    op.create_index(
        "users_email_key",
        "users",
        ["organization_id", sa.literal_column("lower(email)")],
        unique=True,
        schema="warmline",
    )
    op.create_index("users_sign_in_idx", "users", [sa.literal_column("lower(email)")], unique=False, schema="warmline")
    op.create_table(
        "event_positions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["warmline.events.organization_id", "warmline.events.id"],
            name=op.f("event_positions_organization_id_event_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "position", name=op.f("event_positions_pkey")),
        sa.UniqueConstraint("organization_id", "event_id", name=op.f("event_positions_organization_id_event_id_key")),
        schema="warmline",
    )
    op.create_index("event_positions_position_idx", "event_positions", ["position"], unique=False, schema="warmline")
    op.create_table(
        "members",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'user') = (user_id IS NOT NULL)", name=op.f("members_filled")),
        sa.CheckConstraint("kind IN ('agent', 'user')", name=op.f("members_kind")),
        sa.ForeignKeyConstraint(
            ["organization_id", "squad_id"],
            ["warmline.squads.organization_id", "warmline.squads.id"],
            name=op.f("members_organization_id_squad_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("members_organization_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("members_pkey")),
        schema="warmline",
    )
    op.create_index("members_squad_idx", "members", ["organization_id", "squad_id"], unique=False, schema="warmline")
    op.create_index("members_user_idx", "members", ["organization_id", "user_id"], unique=False, schema="warmline")
    op.create_table(
        "password_links",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("password_links_organization_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("password_links_pkey")),
        sa.UniqueConstraint("organization_id", "hash", name=op.f("password_links_organization_id_hash_key")),
        schema="warmline",
    )
    op.create_index("password_links_hash_idx", "password_links", ["hash"], unique=False, schema="warmline")
    op.create_table(
        "sessions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("sessions_organization_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("sessions_pkey")),
        sa.UniqueConstraint("organization_id", "hash", name=op.f("sessions_organization_id_hash_key")),
        schema="warmline",
    )
    op.create_index("sessions_hash_idx", "sessions", ["hash"], unique=False, schema="warmline")
    op.create_index("sessions_user_idx", "sessions", ["organization_id", "user_id"], unique=False, schema="warmline")
    op.create_table(
        "cases",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("owner_member_id", sa.Uuid(), nullable=True),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("customer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("status", sa.String(), server_default="active", nullable=False),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handler_user_id", sa.Uuid(), nullable=True),
        sa.Column("closure_reason", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status IN ('resolved', 'closed')) = (ended_at IS NOT NULL)", name=op.f("cases_ended")),
        sa.CheckConstraint(
            "status IN ('active', 'escalated', 'parked', 'resolved', 'closed')", name=op.f("cases_status")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (closure_reason IS NULL)", name=op.f("cases_why_ended")),
        sa.CheckConstraint("num_nonnulls(owner_member_id, owner_user_id) >= 1", name=op.f("cases_owned")),
        sa.ForeignKeyConstraint(
            ["organization_id", "handler_user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("cases_organization_id_handler_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_member_id"],
            ["warmline.members.organization_id", "warmline.members.id"],
            name=op.f("cases_organization_id_owner_member_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("cases_organization_id_owner_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "squad_id"],
            ["warmline.squads.organization_id", "warmline.squads.id"],
            name=op.f("cases_organization_id_squad_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("cases_pkey")),
        schema="warmline",
    )
    op.create_index(
        "cases_handler_idx", "cases", ["organization_id", "handler_user_id"], unique=False, schema="warmline"
    )
    op.create_index("cases_status_idx", "cases", ["organization_id", "status", "id"], unique=False, schema="warmline")
    op.create_table(
        "tokens",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(user_id, member_id) = 1", name=op.f("tokens_one_holder")),
        sa.ForeignKeyConstraint(
            ["organization_id", "member_id"],
            ["warmline.members.organization_id", "warmline.members.id"],
            name=op.f("tokens_organization_id_member_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("tokens_organization_id_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("tokens_pkey")),
        sa.UniqueConstraint("organization_id", "hash", name=op.f("tokens_organization_id_hash_key")),
        schema="warmline",
    )
    op.create_index("tokens_hash_idx", "tokens", ["hash"], unique=False, schema="warmline")
    op.create_table(
        "case_facts",
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_member_id", sa.Uuid(), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("origin IN ('said', 'looked_up', 'inferred')", name=op.f("case_facts_origin")),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id"],
            ["warmline.cases.organization_id", "warmline.cases.id"],
            name=op.f("case_facts_organization_id_case_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("case_facts_pkey")),
        schema="warmline",
    )
    op.create_index(
        "case_facts_case_idx", "case_facts", ["organization_id", "case_id", "id"], unique=False, schema="warmline"
    )
    op.create_table(
        "case_messages",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_member_id", sa.Uuid(), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('customer', 'agent', 'operator', 'system')", name=op.f("case_messages_role")),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id"],
            ["warmline.cases.organization_id", "warmline.cases.id"],
            name=op.f("case_messages_organization_id_case_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("case_messages_pkey")),
        schema="warmline",
    )
    op.create_index(
        "case_messages_case_idx", "case_messages", ["organization_id", "case_id", "id"], unique=False, schema="warmline"
    )
    op.create_table(
        "case_steps",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_member_id", sa.Uuid(), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("result IN ('worked', 'failed', 'inconclusive')", name=op.f("case_steps_result")),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id"],
            ["warmline.cases.organization_id", "warmline.cases.id"],
            name=op.f("case_steps_organization_id_case_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("case_steps_pkey")),
        schema="warmline",
    )
    op.create_index(
        "case_steps_case_idx", "case_steps", ["organization_id", "case_id", "id"], unique=False, schema="warmline"
    )
    op.create_table(
        "case_tasks",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_member_id", sa.Uuid(), nullable=True),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("done = (done_at IS NOT NULL)", name=op.f("case_tasks_done")),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id"],
            ["warmline.cases.organization_id", "warmline.cases.id"],
            name=op.f("case_tasks_organization_id_case_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("case_tasks_pkey")),
        schema="warmline",
    )
    op.create_index(
        "case_tasks_case_idx", "case_tasks", ["organization_id", "case_id", "id"], unique=False, schema="warmline"
    )
    op.create_table(
        "handoffs",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("squad_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("owner_member_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wakes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("target_user_id", sa.Uuid(), nullable=True),
        sa.Column("escalated_by_member_id", sa.Uuid(), nullable=True),
        sa.Column("escalated_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closure_reason", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("handoffs_closed")),
        sa.CheckConstraint("(state = 'closed') = (closure_reason IS NOT NULL)", name=op.f("handoffs_why_closed")),
        sa.CheckConstraint(
            "(state IN ('claimed', 'scheduled', 'parked')) = (wakes_at IS NOT NULL)", name=op.f("handoffs_wakes")
        ),
        sa.CheckConstraint("intent IN ('escalate', 'park')", name=op.f("handoffs_intent")),
        sa.CheckConstraint("priority IN ('urgent', 'high', 'normal', 'low')", name=op.f("handoffs_priority")),
        sa.CheckConstraint(
            "state = 'closed' OR (state = 'claimed') = (claimed_by IS NOT NULL)", name=op.f("handoffs_one_claim")
        ),
        sa.CheckConstraint(
            "state IN ('ready', 'claimed', 'scheduled', 'parked', 'closed')", name=op.f("handoffs_state")
        ),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name=op.f("handoffs_claimed_since")),
        sa.CheckConstraint("escalated_by_user_id <> target_user_id", name=op.f("handoffs_not_to_oneself")),
        sa.CheckConstraint(
            "num_nonnulls(escalated_by_member_id, escalated_by_user_id) >= 1", name=op.f("handoffs_escalated")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "case_id"],
            ["warmline.cases.organization_id", "warmline.cases.id"],
            name=op.f("handoffs_organization_id_case_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "claimed_by"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("handoffs_organization_id_claimed_by_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "escalated_by_member_id"],
            ["warmline.members.organization_id", "warmline.members.id"],
            name=op.f("handoffs_organization_id_escalated_by_member_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "escalated_by_user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("handoffs_organization_id_escalated_by_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "squad_id"],
            ["warmline.squads.organization_id", "warmline.squads.id"],
            name=op.f("handoffs_organization_id_squad_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "target_user_id"],
            ["warmline.users.organization_id", "warmline.users.id"],
            name=op.f("handoffs_organization_id_target_user_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("handoffs_pkey")),
        schema="warmline",
        postgresql_with={"fillfactor": 80, "autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index(
        "handoffs_case_idx", "handoffs", ["organization_id", "case_id", "id"], unique=False, schema="warmline"
    )
    op.create_index(
        "handoffs_mine_idx",
        "handoffs",
        ["organization_id", "claimed_by"],
        unique=False,
        schema="warmline",
        postgresql_where="state = 'claimed'",
    )
    op.create_index(
        "handoffs_open_case_key",
        "handoffs",
        ["organization_id", "case_id"],
        unique=True,
        schema="warmline",
        postgresql_where="state <> 'closed'",
    )
    op.create_index(
        "handoffs_queue_idx",
        "handoffs",
        ["organization_id", "place", "due_at", "id"],
        unique=False,
        schema="warmline",
        postgresql_where="state = 'ready'",
    )
    op.create_index(
        "handoffs_squad_queue_idx",
        "handoffs",
        ["organization_id", "squad_id", "place", "due_at", "id"],
        unique=False,
        schema="warmline",
        postgresql_where="state = 'ready'",
    )
    op.create_index(
        "handoffs_wakes_idx",
        "handoffs",
        ["wakes_at"],
        unique=False,
        schema="warmline",
        postgresql_where="wakes_at IS NOT NULL",
    )
    op.create_table(
        "assessments",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), server_default="pending", nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'pending') = (next_at IS NOT NULL)", name=op.f("assessments_pending")),
        sa.CheckConstraint("(state = 'ready') = (content IS NOT NULL)", name=op.f("assessments_ready")),
        sa.CheckConstraint("state IN ('pending', 'ready', 'failed', 'skipped')", name=op.f("assessments_state")),
        sa.ForeignKeyConstraint(
            ["organization_id", "handoff_id"],
            ["warmline.handoffs.organization_id", "warmline.handoffs.id"],
            name=op.f("assessments_organization_id_handoff_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("assessments_pkey")),
        sa.UniqueConstraint("organization_id", "handoff_id", name=op.f("assessments_organization_id_handoff_id_key")),
        schema="warmline",
    )
    op.create_index(
        "assessments_next_idx",
        "assessments",
        ["next_at"],
        unique=False,
        schema="warmline",
        postgresql_where="state = 'pending'",
    )
    op.create_table(
        "handoff_packages",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("own_way", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "handoff_id"],
            ["warmline.handoffs.organization_id", "warmline.handoffs.id"],
            name=op.f("handoff_packages_organization_id_handoff_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "handoff_id", name=op.f("handoff_packages_pkey")),
        schema="warmline",
    )


def downgrade() -> None:
    op.drop_table("handoff_packages", schema="warmline")
    op.drop_index(
        "assessments_next_idx", table_name="assessments", schema="warmline", postgresql_where="state = 'pending'"
    )
    op.drop_table("assessments", schema="warmline")
    op.drop_index(
        "handoffs_wakes_idx", table_name="handoffs", schema="warmline", postgresql_where="wakes_at IS NOT NULL"
    )
    op.drop_index(
        "handoffs_squad_queue_idx", table_name="handoffs", schema="warmline", postgresql_where="state = 'ready'"
    )
    op.drop_index("handoffs_queue_idx", table_name="handoffs", schema="warmline", postgresql_where="state = 'ready'")
    op.drop_index(
        "handoffs_open_case_key", table_name="handoffs", schema="warmline", postgresql_where="state <> 'closed'"
    )
    op.drop_index("handoffs_mine_idx", table_name="handoffs", schema="warmline", postgresql_where="state = 'claimed'")
    op.drop_index("handoffs_case_idx", table_name="handoffs", schema="warmline")
    op.drop_table("handoffs", schema="warmline")
    op.drop_index("case_tasks_case_idx", table_name="case_tasks", schema="warmline")
    op.drop_table("case_tasks", schema="warmline")
    op.drop_index("case_steps_case_idx", table_name="case_steps", schema="warmline")
    op.drop_table("case_steps", schema="warmline")
    op.drop_index("case_messages_case_idx", table_name="case_messages", schema="warmline")
    op.drop_table("case_messages", schema="warmline")
    op.drop_index("case_facts_case_idx", table_name="case_facts", schema="warmline")
    op.drop_table("case_facts", schema="warmline")
    op.drop_index("tokens_hash_idx", table_name="tokens", schema="warmline")
    op.drop_table("tokens", schema="warmline")
    op.drop_index("cases_status_idx", table_name="cases", schema="warmline")
    op.drop_index("cases_handler_idx", table_name="cases", schema="warmline")
    op.drop_table("cases", schema="warmline")
    op.drop_index("sessions_user_idx", table_name="sessions", schema="warmline")
    op.drop_index("sessions_hash_idx", table_name="sessions", schema="warmline")
    op.drop_table("sessions", schema="warmline")
    op.drop_index("password_links_hash_idx", table_name="password_links", schema="warmline")
    op.drop_table("password_links", schema="warmline")
    op.drop_index("members_user_idx", table_name="members", schema="warmline")
    op.drop_index("members_squad_idx", table_name="members", schema="warmline")
    op.drop_table("members", schema="warmline")
    op.drop_index("event_positions_position_idx", table_name="event_positions", schema="warmline")
    op.drop_table("event_positions", schema="warmline")
    op.drop_index("users_sign_in_idx", table_name="users", schema="warmline")
    op.drop_index("users_email_key", table_name="users", schema="warmline")
    op.drop_table("users", schema="warmline")
    op.drop_table("squads", schema="warmline")
    op.drop_index("idempotency_keys_expires_idx", table_name="idempotency_keys", schema="warmline")
    op.drop_table("idempotency_keys", schema="warmline")
    op.drop_index("events_thread_idx", table_name="events", schema="warmline", postgresql_where="thread_id IS NOT NULL")
    op.drop_index("events_subject_idx", table_name="events", schema="warmline")
    op.drop_table("events", schema="warmline")
    op.drop_table("close_reasons", schema="warmline")
    op.drop_table("organizations", schema="warmline")
    op.drop_index("event_inbox_number_idx", table_name="event_inbox", schema="warmline")
    op.drop_table("event_inbox", schema="warmline")
