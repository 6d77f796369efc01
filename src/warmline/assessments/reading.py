"""The shape of an assessment, bounded. What the fields say of themselves is told to the model, too."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(max_length=500)]


class SuggestedStep(BaseModel):
    """Something to try, with the command for it where there is one."""

    model_config = ConfigDict(extra="forbid")
    title: Line = Field(description="What to do, in one line.")
    command: Line | None = Field(None, description="The command that does it, exactly as it is typed; else null.")


class Reading(BaseModel):
    """What a reading says. `confidence` is from 0 to 1; people are shown low, medium or high."""

    model_config = ConfigDict(extra="forbid")
    summary: str = Field(
        min_length=1, max_length=4000, description="Three to six sentences, fit for a ticket note: what is wrong, for "
        "whom, what was tried with which result, and why it was handed over.",
    )  # fmt: skip
    what_we_know: list[Line] = Field(max_length=12, description="Firm facts, one a line; what was only guessed is not.")
    likely_cause: str = Field(max_length=1000, description="The likeliest cause and why; or that it is not known.")
    suggested_steps: list[SuggestedStep] = Field(
        max_length=8, description="What to try next, the most promising first; nothing that was tried and failed."
    )
    confidence: float = Field(ge=0, le=1, description="How sure you are of the cause: 0 not at all, 1 entirely.")
