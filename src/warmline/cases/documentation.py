"""The account of a case for others: the problem, what was tried, what solved it. Pure, from what is written there."""

from warmline.cases.model import Case, Step
from warmline.cases.queries import Gathered

RESULT_WORDS = {"worked": "worked", "failed": "did not help", "inconclusive": "inconclusive"}


def document(case: Case, gathered: Gathered) -> dict[str, object]:
    """The parts, and the whole as Markdown (`text`)."""
    tried = [
        {"title": step.title, "result": step.result, "evidence": step.evidence, "by": _by(step.by_user_id)}
        for step in gathered.steps
    ]
    solved = case.summary or next((step.title for step in reversed(gathered.steps) if step.result == "worked"), None)
    parts: dict[str, object] = {
        "title": case.title,
        "problem": case.problem,
        "what_was_tried": tried,
        "what_solved_it": solved if case.ended_at else None,
        "facts": [{"text": fact.text, "origin": fact.origin, "source": fact.source} for fact in gathered.facts],
        "status": case.status,
        "closure_reason": case.closure_reason,
        "ticket": case.ticket,
    }
    return parts | {"case_id": str(case.id), "text": _markdown(case, gathered, solved)}


def _by(user_id: object) -> str:
    return "person" if user_id else "agent"


def _markdown(case: Case, gathered: Gathered, solved: str | None) -> str:
    lines = [f"# {case.title}", "", "## Problem", case.problem, "", "## What was tried"]
    lines += [_tried(step) for step in gathered.steps]
    lines += [] if gathered.steps else ["Nothing is written down."]
    if case.ended_at:
        lines += ["", "## What solved it", solved or f"Ended as {case.closure_reason}; nothing more is written down."]
    return "\n".join(lines)


def _tried(step: Step) -> str:
    title = step.title.rstrip(".")
    return f"- {title}: {RESULT_WORDS[step.result]}{_evidence(step.evidence)}"


def _evidence(evidence: str | None) -> str:
    return f" ({evidence})" if evidence else ""
