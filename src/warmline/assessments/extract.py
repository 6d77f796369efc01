"""A reading without a model: put together from what is written down, and from nothing else. Pure.

The confidence is of the extraction, not of a diagnosis: 0.2, and 0.15 for a step that worked, 0.1 for each other step
(at most 0.2), 0.1 for facts that were looked up, 0.05 for facts at all, 0.1 for a stated reason of some length; and at
most 0.65, which people are shown as "medium": putting together is not understanding.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from warmline.assessments.reading import Reading, SuggestedStep

COMMAND = re.compile(r"`([^`\n]{2,300})`")
RESULT = {"worked": "worked", "failed": "did not help", "inconclusive": "was inconclusive"}
COMMAND_LAST = re.compile(r":\s*`[^`\n]{2,300}`\s*$")
ENOUGH = 40  # letters of a reason that says something
MOST = 0.65


def extract(title: str, reason: str, context: Mapping[str, Any]) -> Reading:
    """The reading of a context package."""
    steps, facts = context.get("steps", []), context.get("facts", [])
    return Reading(
        summary=_summary(title, reason, context, steps),
        what_we_know=_known(steps, facts)[:12],
        likely_cause=_cause(steps, facts),
        suggested_steps=_next(context, steps)[:8],
        confidence=confidence(reason, steps, facts),
    )


def confidence(reason: str, steps: Sequence[Mapping[str, Any]], facts: Sequence[Mapping[str, Any]]) -> float:
    """How much there was to read from, from 0 to 1."""
    worked = sum(step["result"] == "worked" for step in steps)
    score: float = 0.2 + (0.15 if worked else 0) + min(0.2, 0.1 * (len(steps) - worked))
    score += 0.1 * any(fact["origin"] == "looked_up" for fact in facts) + 0.05 * bool(facts)
    return round(min(MOST, score + 0.1 * (len(reason) >= ENOUGH)), 2)


def _summary(title: str, reason: str, context: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str:
    who = _customer(context.get("customer"))
    parts = [
        f"{who}: {_sentence(context.get('problem') or title)}" if who else _sentence(context.get("problem") or title)
    ]
    if steps:
        tried = [f"{_plain(step['title'])} ({RESULT[step['result']]})" for step in steps[-6:]]
        parts.append(f"Tried so far: {'; '.join(tried)}.")
    parts.append(f"Handed over because: {_sentence(reason)}")
    if last := _last_words(context):
        parts.append(f"The customer last wrote: “{_cut(last, 200)}”")
    return _cut(" ".join(parts), 4000)


def _known(steps: Sequence[Mapping[str, Any]], facts: Sequence[Mapping[str, Any]]) -> list[str]:
    firm = sorted(facts, key=lambda fact: ("looked_up", "said", "inferred").index(fact["origin"]))
    found = [f"{step['title']}: {step['evidence']}" for step in steps if step.get("evidence")]
    return [_cut(line, 500) for line in [*(fact["text"] for fact in firm), *found]]


def _cause(steps: Sequence[Mapping[str, Any]], facts: Sequence[Mapping[str, Any]]) -> str:
    inferred = [fact["text"] for fact in facts if fact["origin"] == "inferred"]
    if inferred:
        return _cut(_sentence(inferred[-1]), 1000)
    worked = [step for step in steps if step["result"] == "worked"]
    if worked:
        return _cut(f"Near what worked: {_sentence(worked[-1].get('evidence') or worked[-1]['title'])}", 1000)
    if steps:
        return _cut(f"Not known. It is not solved by: {', '.join(_plain(step['title']) for step in steps)}.", 1000)
    return "Not known: no steps are written down."


def _next(context: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> list[SuggestedStep]:
    todo = [_suggest(task["title"]) for task in context.get("tasks", []) if not task["done"]]
    again = [
        _suggest(f"Look again at “{s['title']}”: it was inconclusive") for s in steps if s["result"] == "inconclusive"
    ]
    blocked = [_suggest(f"Get past what stopped “{s['title']}”") for s in steps[-1:] if s["result"] == "failed"]
    ask = [] if todo or again or blocked else [_suggest("Ask the customer what they see now")]
    return [*todo, *blocked, *again, *ask]


def _suggest(text: str) -> SuggestedStep:
    command = COMMAND.search(text)
    title = COMMAND_LAST.sub("", text).replace("`", "") if command else text
    return SuggestedStep(title=_cut(title or text, 500), command=command.group(1) if command else None)


def _customer(customer: Mapping[str, Any] | None) -> str:
    return ", ".join(str(customer[key]) for key in ("name", "company") if customer.get(key)) if customer else ""


def _last_words(context: Mapping[str, Any]) -> str | None:
    return next((m["text"] for m in reversed(context.get("messages", [])) if m["role"] == "customer"), None)


def _plain(text: str) -> str:
    return text.strip().rstrip(".")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
