"""The reading without a model: what it says for which context, and that it says something bounded for every one."""

from typing import Any

import pytest
from hypothesis import given

from tests.rules.contexts import CONTEXTS, TEXT
from warmline.assessments.extract import extract
from warmline.assessments.reading import Reading

LONG_REASON = "I may not change the policy of their devices."
FAILED = {"title": "Restarted Outlook", "result": "failed", "evidence": "The same error."}
WORKED = {"title": "Took the add-in off.", "result": "worked", "evidence": "Mail arrives"}
UNSURE = {"title": "Looked at the log", "result": "inconclusive"}
SAID = {"text": "It began on Monday.", "origin": "said"}
LOOKED_UP = {"text": "Version 4.2 is installed.", "origin": "looked_up"}
INFERRED = {"text": "The add-in blocks the sync", "origin": "inferred"}


def read(reason: str = "stuck", **context: Any) -> Reading:
    return extract("Outlook fails", reason, {"problem": "The sync stops.", **context})


@pytest.mark.parametrize(
    ("reason", "context", "confidence"),
    [
        ("stuck", {}, 0.2),
        (LONG_REASON, {}, 0.3),
        ("stuck", {"steps": [FAILED]}, 0.3),
        ("stuck", {"steps": [FAILED, UNSURE, FAILED]}, 0.4),
        ("stuck", {"steps": [WORKED]}, 0.35),
        ("stuck", {"facts": [SAID]}, 0.25),
        ("stuck", {"facts": [LOOKED_UP]}, 0.35),
        (LONG_REASON, {"steps": [FAILED, UNSURE], "facts": [LOOKED_UP, SAID]}, 0.65),
        (LONG_REASON, {"steps": [FAILED, UNSURE, WORKED], "facts": [LOOKED_UP]}, 0.65),  # at most
    ],
)
def test_the_confidence_is_of_what_there_was_to_read(reason: str, context: dict[str, Any], confidence: float) -> None:
    assert read(reason, **context).confidence == confidence


@pytest.mark.parametrize(
    ("context", "cause"),
    [
        ({}, "Not known: no steps are written down."),
        ({"steps": [FAILED, UNSURE]}, "Not known. It is not solved by: Restarted Outlook, Looked at the log."),
        ({"steps": [FAILED, WORKED]}, "Near what worked: Mail arrives."),
        ({"steps": [WORKED], "facts": [INFERRED]}, "The add-in blocks the sync."),
    ],
)
def test_the_likely_cause_is_what_was_inferred_else_what_worked_else_said_to_be_unknown(
    context: dict[str, Any], cause: str
) -> None:
    assert read(**context).likely_cause == cause


def test_what_was_looked_up_is_told_before_what_was_said_and_what_was_inferred() -> None:
    known = read(facts=[INFERRED, SAID, LOOKED_UP], steps=[FAILED]).what_we_know
    evidence = "Restarted Outlook: The same error."
    assert known == ["Version 4.2 is installed.", "It began on Monday.", "The add-in blocks the sync", evidence]


def test_the_summary_reads_as_a_ticket_note() -> None:
    said = [{"role": "customer", "text": "Patients are queueing."}, {"role": "agent", "text": "One moment."}]
    summary = read(steps=[FAILED], messages=said, customer={"name": "Kim", "company": "Praxis"}).summary
    assert summary == (
        "Kim, Praxis: The sync stops. Tried so far: Restarted Outlook (did not help). "
        "Handed over because: stuck. The customer last wrote: “Patients are queueing.”"
    )


def test_open_tasks_come_first_with_their_command_and_then_what_was_left_open() -> None:
    tasks = [{"title": "Run `sfc /scannow`", "done": False}, {"title": "Greet them", "done": True}]
    steps = [UNSURE, FAILED]
    suggested = [(one.title, one.command) for one in read(tasks=tasks, steps=steps).suggested_steps]
    assert suggested == [
        ("Run sfc /scannow", "sfc /scannow"),
        ("Get past what stopped “Restarted Outlook”", None),
        ("Look again at “Looked at the log”: it was inconclusive", None),
    ]


def test_with_nothing_written_down_there_is_still_a_next_step() -> None:
    assert [one.title for one in read().suggested_steps] == ["Ask the customer what they see now"]


@given(TEXT, TEXT, CONTEXTS)
def test_any_context_has_a_reading_within_its_bounds(title: str, reason: str, context: dict[str, Any]) -> None:
    reading = extract(title, reason, context)
    again = Reading.model_validate(reading.model_dump())  # the model carries the bounds
    assert again == reading
    assert len(reading.summary) <= 4000
    assert len(reading.likely_cause) <= 1000
    assert len(reading.what_we_know) <= 12
    assert 1 <= len(reading.suggested_steps) <= 8
    assert all(len(line) <= 500 for line in [*reading.what_we_know, *(one.title for one in reading.suggested_steps)])
    assert 0.2 <= reading.confidence <= 1


@given(CONTEXTS)
def test_a_reading_of_the_same_context_is_the_same(context: dict[str, Any]) -> None:
    assert extract("title", "reason", context) == extract("title", "reason", context)


@given(CONTEXTS)
def test_it_is_sure_only_where_something_worked_and_facts_are_written_down(context: dict[str, Any]) -> None:
    reading = extract("title", LONG_REASON, context)
    worked = any(step["result"] == "worked" for step in context.get("steps", []))
    assert reading.confidence < 0.7 or (worked and context.get("facts"))
