"""From JSON to dataclasses: what they do not know is left out, what they need is asked for."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from warmline.sdk.answers import CaseData, Event, Task
from warmline.sdk.reading import read

AT = "2026-01-31T09:00:00Z"
TASK = {"id": "t", "at": AT, "by": {"kind": "agent", "id": "a", "name": None}, "title": "Ring", "done": False}
CASE = {"id": "c", "squad_id": "s", "title": "T", "problem": "P", "status": "active", "epoch": 0, "created_at": AT}


def test_times_things_and_lists_are_read() -> None:
    case = read(CaseData, CASE | {"tasks": [TASK], "owner": {"id": "a", "name": "Jane"}, "customer": {"name": "L"}})
    assert case.created_at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert isinstance(case.tasks[0], Task)
    assert case.tasks[0].by is not None
    assert case.tasks[0].by.kind == "agent"
    assert case.owner is not None
    assert (case.owner.name, case.handler, case.customer) == ("Jane", None, {"name": "L"})


def test_a_server_that_has_grown_does_no_harm() -> None:
    grown = CASE | {"mood": "good", "status": "dreaming", "owner": {"id": "a", "name": "Jane", "shoe_size": 41}}
    assert read(CaseData, grown).status == "dreaming"


@pytest.mark.parametrize("wrong", [{}, {"id": "e"}, [], None, "text"])
def test_what_is_needed_is_asked_for(wrong: object) -> None:
    with pytest.raises(TypeError):
        read(Event, wrong)


def test_they_do_not_change() -> None:
    case = read(CaseData, CASE)
    with pytest.raises(FrozenInstanceError):
        case.title = "Another"  # type: ignore[misc]
