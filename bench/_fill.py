"""Waiting handoffs by the million, by SQL: cases, handoffs, packages, assessments, as escalations would have left them.

They came in one by one, each due by its priority, so that the order of the queue is about the order of arrival.
"""

import asyncpg

from _common import People

# No foreign keys are checked and no triggers fire for a replica; what is filled in is whole by itself.
FILL = """
WITH new AS MATERIALIZED (
    SELECT number, uuidv7() AS case_id, uuidv7() AS id,
        (ARRAY['urgent', 'high', 'normal', 'normal', 'low'])[1 + number % 5] AS priority,
        now() - (interval '20 milliseconds') * ($4 - number) AS at
    FROM generate_series(1, $4::int) AS number),
case_rows AS (
    INSERT INTO warmline.cases (organization_id, id, squad_id, owner_member_id, title, problem, customer, ticket,
        status, created_at)
    SELECT $1, case_id, $2, $3, 'The mail is not synchronised (' || number || ')',
        'Since this morning no new mail arrives in the inbox, and the program asks for the password again and again.',
        '{"name": "Dr. Kim Lee", "email": "kim@clinic.example"}', '#' || number, 'escalated', at FROM new),
handoff_rows AS (
    INSERT INTO warmline.handoffs (organization_id, id, squad_id, case_id, state, due_at, epoch, priority, intent,
        escalated_by_member_id, created_at)
    SELECT $1, id, $2, case_id, 'ready',
        at + CASE priority WHEN 'urgent' THEN 60 WHEN 'high' THEN 300 WHEN 'normal' THEN 900 ELSE 3600 END
            * interval '1 second',
        0, priority, 'escalate', $3, at FROM new),
package_rows AS (
    INSERT INTO warmline.handoff_packages (organization_id, handoff_id, title, reason, context, frozen_at)
    SELECT $1, id, 'The mail is not synchronised (' || number || ')', 'I may not change their devices.',
        $5::jsonb, at FROM new)
INSERT INTO warmline.assessments (organization_id, id, handoff_id, state, source, content, created_at, finished_at)
SELECT $1, uuidv7(), id, 'ready', 'extractive', $6::jsonb, at, at FROM new
"""
CASES = """
INSERT INTO warmline.cases (organization_id, id, squad_id, owner_member_id, title, problem)
SELECT $1, uuidv7(), $2, $3, 'The mail is not synchronised', 'Since this morning no new mail arrives.'
FROM generate_series(1, $4::int) RETURNING id
"""
CONTEXT = """{"problem": "Since this morning no new mail arrives in the inbox.", "domain": "mail", "ticket": "#12345",
"customer": {"name": "Dr. Kim Lee", "email": "kim@clinic.example"}, "tasks": [], "frozen_at": "2026-01-01T09:00:00Z",
"steps": [{"id": "1", "title": "Restarted the program", "kind": "action", "result": "failed", "evidence": "Same error",
"at": "2026-01-01T08:59:00Z"}], "facts": [{"id": "1", "text": "Two devices", "origin": "said", "source": null,
"at": "2026-01-01T08:58:00Z"}], "messages": [{"id": "1", "role": "customer", "author": "Kim", "at":
"2026-01-01T08:57:00Z", "text": "Patients are queueing."}]}"""
ASSESSMENT = """{"summary": "Mail stopped this morning.", "what_we_know": ["Two devices"], "likely_cause": null,
"suggested_steps": [{"title": "Look at the account", "command": null}], "confidence": 0.5}"""
TABLES = ("cases", "handoffs", "handoff_packages", "assessments")
SECONDARY = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index
WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


async def fill(admin: asyncpg.Connection, who: People, many: int) -> None:
    """Let `many` more handoffs wait. With very many, the indexes are made afterwards, which is faster."""
    dropped = await _secondary(admin) if many > 20_000 else []
    await admin.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    for index in dropped:
        await admin.execute(f"DROP INDEX {index['name']}")
    await arrive(admin, who, many)
    for index in dropped:
        await admin.execute(index["made"])
    await admin.execute("SET session_replication_role = origin; SET synchronous_commit = on")
    await settle(admin, *(f"warmline.{table}" for table in (*TABLES, "events", "event_inbox", "event_positions")))


async def arrive(admin: asyncpg.Connection, who: People, many: int) -> None:
    """Let `many` more wait, and nothing else."""
    await admin.execute(FILL, who.id, who.squad_id, who.agent.id, many, CONTEXT, ASSESSMENT)


async def _secondary(admin: asyncpg.Connection) -> list[asyncpg.Record]:
    return [row for table in TABLES for row in await admin.fetch(SECONDARY, f"warmline.{table}")]


async def settle(admin: asyncpg.Connection, *tables: str) -> None:
    """What autovacuum and the checkpointer would do by and by, done at once, so that it falls into nobody's round."""
    await admin.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
    await admin.execute("CHECKPOINT")
