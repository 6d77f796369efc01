"""A reading by a model: what is asked, and what is kept of the answer. Pure; who asks is `flows/reading.py`."""

from collections.abc import Mapping
from typing import Any

from warmline.assessments.prompt import INSTRUCTIONS, cut, told
from warmline.assessments.reading import Reading, SuggestedStep
from warmline.llm.clean import has_link, visible, without_links
from warmline.llm.client import Question

LONGEST = 6000  # tokens; the form's bounds are reached before
LINE, CAUSE, SUMMARY = 500, 1000, 4000  # as in `reading.py`: what stands for a link may be longer than the link


def question(title: str, reason: str, notes: str | None, context: Mapping[str, Any], most: int) -> Question[Reading]:
    """The one question about a handoff, with at most so many letters of data."""
    return Question(Reading, INSTRUCTIONS, told(title, reason, notes, context, most), LONGEST)


def contained(reading: Reading) -> Reading:
    """What may be shown of an answer, whatever it was talked into: no links, nothing invisible, the same bounds."""
    return Reading(
        summary=_plain(reading.summary, SUMMARY) or "The model had nothing to say.",
        what_we_know=[line for known in reading.what_we_know if (line := _plain(known, LINE))],
        likely_cause=_plain(reading.likely_cause, CAUSE),
        suggested_steps=[step for one in reading.suggested_steps if (step := _step(one))],
        confidence=reading.confidence,
    )


def _step(step: SuggestedStep) -> SuggestedStep | None:
    """A command that fetches something from an address is not offered for copying; what to do is still told."""
    title = _plain(step.title, LINE)
    command = _one_line(step.command or "")
    return SuggestedStep(title=title, command=None if has_link(command) else command or None) if title else None


def _one_line(text: str) -> str:
    """A second line would be run as soon as it is pasted."""
    return " ".join(visible(text).split())


def _plain(text: str, most: int) -> str:
    return cut(without_links(text).strip(), most)
