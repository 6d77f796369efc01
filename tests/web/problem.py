"""The shape of a refusal, as the contract has it."""

from typing import Any

import httpx2

PROBLEM = "application/problem+json"


def problem(answer: httpx2.Response, *statuses: int) -> dict[str, Any]:
    """What an answer tells, checked against the contract; an assertion where it is none of these statuses."""
    asked = f"{answer.request.method} {answer.request.url}"
    assert answer.status_code in statuses, f"{asked}: {answer.status_code} {answer.text[:300]}"
    assert answer.headers["content-type"] == PROBLEM, f"{asked}: {answer.headers['content-type']}"
    assert answer.headers["request-id"]
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert all(isinstance(told[name], str) and told[name] for name in ("type", "title", "detail")), told
    if answer.status_code == 422:
        assert told["errors"], asked
        assert all(set(error) == {"field", "message"} and error["message"] for error in told["errors"]), told
    return told
