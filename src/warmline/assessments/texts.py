"""Texts for others: the ticket's is a copy of the reading; the customer's are reworded, or a template. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warmline.assessments.prompt import cut
from warmline.organizations.settings import Texts
from warmline.organizations.wording import fill

KINDS = ("ticket_notes", "client_update", "email_draft")
MOST_STEPS = 6


@dataclass(frozen=True)
class About:
    """What a template knows of a case, and of whose words it is."""

    title: str
    ticket: str
    customer: str  # their first name
    steps: Sequence[str]  # what was tried, in their titles
    organization: str = ""


def ticket_notes(content: Mapping[str, Any], source: str) -> str:
    """The whole reading, as a note on a ticket."""
    parts = [content["summary"], _list("What we know", content["what_we_know"])]
    parts.append(f"Likely cause: {content['likely_cause']}" if content["likely_cause"] else "")
    parts.append(_list("Next", [_step(step) for step in content["suggested_steps"]]))
    parts.append(_by(source, content["confidence"]))
    return "\n\n".join(part for part in parts if part)


def _step(step: Mapping[str, Any]) -> str:
    return f"{step['title']}: {step['command']}" if step["command"] else str(step["title"])


def _by(source: str, confidence: float) -> str:
    """The words of the screens: low below .4, medium below .7, else high."""
    sure = "low" if confidence < 0.4 else "medium" if confidence < 0.7 else "high"
    return f"({'Read by a model' if source == 'model' else 'Put together from the steps'}; confidence {sure}.)"


def _list(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines)]) if lines else ""


def template(kind: str, about: About, texts: Texts) -> str:
    """The customer's text where no model rewords one, in the organization's words."""
    known = _known(about)
    update = fill(texts.client_update, known)
    return update if kind == "client_update" else fill(texts.email_draft, known | {"update": update})


def _known(about: About) -> dict[str, str]:
    return {
        "title": cut(about.title, 200).rstrip("."),
        "ticket": about.ticket,
        "customer": about.customer,
        "steps": "; ".join(step.strip().rstrip(".") for step in about.steps[-MOST_STEPS:]),
        "organization": about.organization,
    }
