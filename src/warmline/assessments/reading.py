"""The shape of an assessment, bounded."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(max_length=500)]


class SuggestedStep(BaseModel):
    """Something to try, with the command for it where there is one."""

    model_config = ConfigDict(extra="forbid")
    title: Line
    command: Line | None = None


class Reading(BaseModel):
    """What a reading says. `confidence` is from 0 to 1; people are shown low, medium or high."""

    model_config = ConfigDict(extra="forbid")
    summary: Annotated[str, Field(max_length=4000)]
    what_we_know: Annotated[list[Line], Field(max_length=12)]
    likely_cause: Annotated[str, Field(max_length=1000)]
    suggested_steps: Annotated[list[SuggestedStep], Field(max_length=8)]
    confidence: Annotated[float, Field(ge=0, le=1)]
