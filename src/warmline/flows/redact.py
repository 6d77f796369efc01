"""Removing what was written in cases that have ended: in place, in every row that holds a copy of it.

Rows, states, times, ids, actors, figures and the reason with which it ended stay; so do the ticket's number and the
history, which never held a text. Where something was written it then says when it was removed, and by whom.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.cases.model import Case
from warmline.cases.open import entry_of
from warmline.timeline.record import record


def _sql(statement: str) -> TextClause:
    """With the types said that cannot be known from where a value stands."""
    return text(statement.replace(":words", "CAST(:words AS text)").replace(":now", "CAST(:now AS timestamptz)"))


# What may be NULL says so where it said something; what only explains another text goes with it.
NOTES = {
    "case_messages": "text = :words",
    "case_steps": "title = :words, evidence = NULL, kind = CASE kind WHEN 'call' THEN kind END",
    "case_facts": "text = :words, source = NULL",
    "case_tasks": "title = :words",
}
NOTED = (
    "UPDATE warmline.{} SET {} WHERE organization_id = :organization AND case_id = ANY(:cases) RETURNING id, case_id"
)
CASES = _sql("""
UPDATE warmline.cases SET title = :words, problem = :words, customer = NULL, domain = NULL,
    summary = CASE WHEN summary IS NOT NULL THEN :words END, redacted_at = :now, redacted_by_user_id = :by
WHERE organization_id = :organization AND id = ANY(:cases)
""")
OFFERED = _sql("SELECT id FROM warmline.handoffs WHERE organization_id = :organization AND case_id = ANY(:cases)")
PACKAGES = _sql("""
UPDATE warmline.handoff_packages SET title = :words, reason = :words, fields = NULL,
    notes = CASE WHEN notes IS NOT NULL THEN :words END, note = CASE WHEN note IS NOT NULL THEN :words END,
    outcome = CASE WHEN outcome IS NOT NULL THEN :words END,
    context = context || jsonb_build_object('problem', :words, 'customer', NULL, 'domain', NULL,
        'messages', (SELECT coalesce(jsonb_agg(one || jsonb_build_object('text', :words) ORDER BY place), '[]')
            FROM jsonb_array_elements(context -> 'messages') WITH ORDINALITY AS m (one, place)),
        'steps', (SELECT coalesce(jsonb_agg(one || jsonb_build_object('title', :words, 'evidence', NULL, 'kind',
                CASE one ->> 'kind' WHEN 'call' THEN 'call' END) ORDER BY place), '[]')
            FROM jsonb_array_elements(context -> 'steps') WITH ORDINALITY AS s (one, place)),
        'facts', (SELECT coalesce(jsonb_agg(one || jsonb_build_object('text', :words, 'source', NULL)
                ORDER BY place), '[]')
            FROM jsonb_array_elements(context -> 'facts') WITH ORDINALITY AS f (one, place)),
        'tasks', (SELECT coalesce(jsonb_agg(one || jsonb_build_object('title', :words) ORDER BY place), '[]')
            FROM jsonb_array_elements(context -> 'tasks') WITH ORDINALITY AS t (one, place)))
WHERE organization_id = :organization AND handoff_id = ANY(:handoffs)
""")
# One that a model reads at this moment must not be written down afterwards: its lease is ended.
ASSESSMENTS = _sql("""
UPDATE warmline.assessments SET next_at = NULL, edition = edition + 1, finished_at = coalesce(finished_at, :now),
    state = CASE state WHEN 'pending' THEN 'skipped' ELSE state END,
    content = CASE WHEN content IS NOT NULL THEN jsonb_build_object('summary', :words, 'what_we_know', '[]'::jsonb,
        'likely_cause', '', 'suggested_steps', '[]'::jsonb, 'confidence', content -> 'confidence') END
WHERE organization_id = :organization AND handoff_id = ANY(:handoffs)
""")
TEXTS = _sql("""
UPDATE warmline.handoff_texts SET text = :words, source = coalesce(source, 'template'), until = NULL
WHERE organization_id = :organization AND handoff_id = ANY(:handoffs)
""")
# What a receiver answered may quote what it was sent. Locked in the order of their ids, as whoever settles them does.
ANSWERS = """
WITH held AS (SELECT id FROM warmline.deliveries WHERE organization_id = :organization AND {}
    ORDER BY id {} FOR NO KEY UPDATE),
tries AS (UPDATE warmline.delivery_attempts a SET detail = :words FROM held
    WHERE a.organization_id = :organization AND a.delivery_id = held.id AND NOT a.ok)
UPDATE warmline.deliveries d SET last_error = CASE WHEN last_error IS NOT NULL THEN :words END,
    redacted_at = CASE WHEN finished_at IS NOT NULL THEN :now END
FROM held WHERE d.organization_id = :organization AND d.id = held.id RETURNING d.id
"""
TROUBLED = "(attempts > 1 OR last_error IS NOT NULL)"
OF_CASES = _sql(ANSWERS.format(f"{TROUBLED} AND subject_id = ANY(:subjects)", ""))
OLD = "finished_at IS NOT NULL AND redacted_at IS NULL AND finished_at <= :before AND " + TROUBLED
OF_AGE = _sql(ANSWERS.format(OLD, "LIMIT :most"))
# An answer that is kept for a repeat: the repeat still changes nothing, and is told why it gets no answer any more.
KEPT = _sql("""
UPDATE warmline.idempotency_keys SET status = 409, body = :answer
WHERE organization_id = :organization AND body IS NOT NULL AND EXISTS (
    SELECT FROM regexp_matches(convert_from(body, 'UTF8'), '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g') AS found
    WHERE found[1] = ANY(:mentioned))
""")
GONE = (
    '{"headers": {"content-type": "application/problem+json"}, "content": "{\\"type\\":\\"about:blank\\",'
    '\\"title\\":\\"Already done\\",\\"status\\":409,\\"detail\\":\\"This was done, and what it answered was removed'
    ' since. Read the case again.\\"}"}'
)


def words(now: datetime, by: str) -> str:
    """What stands where something was written: "Removed on 3 May 2026 by retention"."""
    return f"Removed on {now.day} {now:%B %Y} by {by}"


async def redact(
    session: AsyncSession, caller: Caller, cases: Sequence[Case], why: str, by: str, now: datetime
) -> None:
    """Remove the content of cases that have ended and are locked; `why` is erasure or retention."""
    ids = [case.id for case in cases]
    values: dict[str, Any] = {"organization": caller.organization_id, "words": words(now, by), "now": now, "cases": ids}
    notes, many = await _notes(session, values)
    handoffs = list(await session.scalars(OFFERED, values))
    await session.execute(CASES, values | {"by": caller.user_id})
    for statement in (PACKAGES, ASSESSMENTS, TEXTS):
        await session.execute(statement, values | {"handoffs": handoffs})
    await session.execute(OF_CASES, values | {"subjects": [*ids, *handoffs]})
    mentioned = [str(id) for id in (*ids, *handoffs, *notes)]
    await session.execute(KEPT, values | {"mentioned": mentioned, "answer": GONE.encode()})
    entries = [entry_of(case, "case.redacted", data={"why": why, "notes": many[case.id]}) for case in cases]
    await record(session, caller, now, *entries)


async def _notes(session: AsyncSession, values: dict[str, Any]) -> tuple[list[UUID], Counter[UUID]]:
    """Remove what was noted: the ids, and how many there were in each case."""
    ids: list[UUID] = []
    many: Counter[UUID] = Counter()
    for table, changes in NOTES.items():
        for row in await session.execute(_sql(NOTED.format(table, changes)), values):
            ids.append(row.id)
            many[row.case_id] += 1
    return ids, many
