"""The assessment of a handoff, as the API shows it."""

from typing import Any

from pydantic import BaseModel

from warmline.assessments.model import Assessment


class UsageOut(BaseModel):
    """What models took for this assessment: tokens, of all tries."""

    model: str | None
    input_tokens: int
    output_tokens: int


class AssessmentOut(BaseModel):
    """The one structured reading, by a model or extractive. What failed or was skipped says why, and what there is."""

    state: str
    source: str | None = None
    reason: str | None = None
    usage: UsageOut | None = None
    summary: str | None = None
    what_we_know: list[str] = []
    likely_cause: str | None = None
    suggested_steps: list[dict[str, Any]] = []
    confidence: float | None = None


def assessed(assessment: Assessment | None) -> AssessmentOut:
    """From the row; without one, it was skipped."""
    if assessment is None:
        return AssessmentOut(state="skipped")
    usage = UsageOut(**{name: getattr(assessment, name) for name in UsageOut.model_fields})
    return AssessmentOut(
        state=assessment.state,
        source=assessment.source if assessment.content else None,
        reason=assessment.reason,
        usage=usage if usage.input_tokens else None,
        **(assessment.content or {}),
    )
