"""Promises that the database keeps by itself, whatever the application does."""

from typing import Any

import asyncpg
import pytest

from tests.tenancy.stage import Stage

Broken = (asyncpg.CheckViolationError, asyncpg.UniqueViolationError, asyncpg.NotNullViolationError)


async def refusal(stage: Stage, statement: str, *values: Any) -> str:
    """The constraint that refuses Acme's superuser; nothing stays of it."""
    with pytest.raises(Broken) as refused:
        await stage.eyes.execute(statement, stage.acme.tenant.id, *values)  # undone where it fails, by itself
    found: Any = refused.value
    return str(found.constraint_name or found.column_name)


# What must not be, in the words of the product; the state it is tried from; the change; the constraint.
HANDOFFS = [
    ("a claimed handoff without its owner", "claimed", "claimed_by = NULL, claimed_at = NULL", "handoffs_one_claim"),
    ("a waiting handoff with an owner", "ready", "claimed_by = $2, claimed_at = now()", "handoffs_one_claim"),
    ("a claim without its time", "claimed", "claimed_at = NULL", "handoffs_claimed_since"),
    ("a claim whose lease never ends", "claimed", "wakes_at = NULL", "handoffs_wakes"),
    ("something snoozed that never returns", "scheduled", "wakes_at = NULL", "handoffs_wakes"),
    ("something parked that never returns", "parked", "wakes_at = NULL", "handoffs_wakes"),
    ("a closed handoff that the clock would wake", "closed", "wakes_at = now()", "handoffs_wakes"),
    ("a closed handoff without a reason", "closed", "closure_reason = NULL", "handoffs_why_closed"),
    ("a closed handoff without its time", "closed", "closed_at = NULL", "handoffs_closed"),
    ("an open handoff with a reason", "ready", "closure_reason = 'resolved'", "handoffs_why_closed"),
    ("an open handoff that ended", "ready", "closed_at = now()", "handoffs_closed"),
    ("a handoff in no state we know", "ready", "state = 'lost'", "handoffs_state"),
    ("a handoff without a due time", "ready", "due_at = NULL", "due_at"),
    ("a handoff without a case", "ready", "case_id = NULL", "case_id"),
    ("a handoff that nobody escalated", "ready", "escalated_by_member_id = NULL", "handoffs_escalated"),
    ("work handed to oneself", "ready", "escalated_by_user_id = $2, target_user_id = $2", "handoffs_not_to_oneself"),
    ("a priority nobody knows", "ready", "priority = 'whenever'", "handoffs_priority"),
]


@pytest.mark.parametrize(("state", "change", "constraint"), [row[1:] for row in HANDOFFS], ids=[r[0] for r in HANDOFFS])
async def test_there_is_never(stage: Stage, state: str, change: str, constraint: str) -> None:
    statement = f"UPDATE warmline.handoffs SET {change} WHERE organization_id = $1 AND state = '{state}'"
    values = [stage.acme.tenant.ben.id] if "$2" in change else []
    assert await refusal(stage, statement, *values) == constraint


async def test_a_case_never_has_two_open_handoffs(stage: Stage) -> None:
    again = """INSERT INTO warmline.handoffs (organization_id, id, squad_id, case_id, state, due_at, epoch, priority,
            intent, escalated_by_member_id)
        SELECT organization_id, gen_random_uuid(), squad_id, case_id, 'ready', due_at, 0, 'normal', intent,
            escalated_by_member_id
        FROM warmline.handoffs WHERE organization_id = $1 AND state = $2 LIMIT 1"""
    for state in ("ready", "claimed", "scheduled", "parked"):
        assert await refusal(stage, again, state) == "handoffs_open_case_key"


CASES = [
    ("a case that ended without a reason", "cases", "status = 'resolved', ended_at = now()", "cases_why_ended"),
    ("a case that is closed and goes on", "cases", "status = 'closed'", "cases_ended"),
    ("a case that nobody owns", "cases", "owner_member_id = NULL, owner_user_id = NULL", "cases_owned"),
    ("a message from nobody we know", "case_messages", "role = 'ghost'", "case_messages_role"),
    ("a step without a result", "case_steps", "result = 'maybe'", "case_steps_result"),
    ("a task that is done at no time", "case_tasks", "done = true, done_at = NULL", "case_tasks_done"),
    ("a role that is none", "users", "role = 'emperor'", "users_role"),
    ("a user's seat without the user", "members", "kind = 'user', user_id = NULL", "members_filled"),
    ("a token of nobody", "tokens", "user_id = NULL, member_id = NULL", "tokens_one_holder"),
    ("a reading that is ready and empty", "assessments", "state = 'ready', content = NULL", "assessments_ready"),
    ("a reading that waits for no time", "assessments", "state = 'pending', next_at = NULL", "assessments_pending"),
]


@pytest.mark.parametrize(("table", "change", "constraint"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
async def test_there_is_not(stage: Stage, table: str, change: str, constraint: str) -> None:
    statement = f"UPDATE warmline.{table} SET {change} WHERE organization_id = $1"
    assert constraint in await refusal(stage, statement)


async def test_an_e_mail_is_one_person_s_however_it_is_written(stage: Stage) -> None:
    again = """INSERT INTO warmline.users (organization_id, id, email, name, role)
        SELECT organization_id, gen_random_uuid(), upper(email), name, role
        FROM warmline.users WHERE organization_id = $1 LIMIT 1"""
    assert await refusal(stage, again) == "users_email_key"


async def test_a_handoff_has_one_reading_and_an_event_one_place(stage: Stage) -> None:
    reading = """INSERT INTO warmline.assessments (organization_id, id, handoff_id, state, source)
        SELECT organization_id, gen_random_uuid(), handoff_id, 'failed', source
        FROM warmline.assessments WHERE organization_id = $1 LIMIT 1"""
    assert await refusal(stage, reading) == "assessments_organization_id_handoff_id_key"
    place = """INSERT INTO warmline.event_positions (organization_id, event_id)
        SELECT organization_id, event_id FROM warmline.event_positions WHERE organization_id = $1 LIMIT 1"""
    assert await refusal(stage, place) == "event_positions_organization_id_event_id_key"
