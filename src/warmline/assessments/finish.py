"""How a reading ends: it is there, it is tried again, or it is given up, with an extract in its place.

An extract never takes the place of a model's reading: where a person asked for a new one and it does not come, the one
before stays, and the state says that there is no newer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from warmline.assessments.extract import extract
from warmline.assessments.fill import GIVE_UP_AFTER, change
from warmline.assessments.model import Assessment
from warmline.assessments.reading import Reading

RETRY = timedelta(seconds=30)  # what could not be read
AGAIN = (timedelta(seconds=5), timedelta(seconds=15))  # a model that was busy, or out of reach
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)  # a package that nobody can read must not stop others


async def keep(
    session: AsyncSession, assessment: Assessment, reading: Reading, model: str | None, now: datetime
) -> str:
    """It is there. Returns the state it came to, as the others here do."""
    content = reading.model_dump()
    values = {"state": "ready", "reason": None, "next_at": None, "finished_at": now}
    new = {"content": content, "edition": assessment.edition + 1, "source": "model" if model else "extractive"}
    await change(session, assessment, **values, **new, model=model)
    return "ready"


async def by_extraction(
    session: AsyncSession, assessment: Assessment, title: str, reason: str, context: Mapping[str, Any], now: datetime
) -> str:
    """Read a context package without a model. What fails is tried again, and given up after the third time."""
    try:
        return await keep(session, assessment, extract(title, reason, context), None, now)
    except UNREADABLE:
        attempts = assessment.attempts + 1
        if attempts < GIVE_UP_AFTER:
            await change(session, assessment, attempts=attempts, next_at=now + RETRY)
            return "pending"
        return await give_up(session, assessment, "failed", "unreadable", None, now)


async def again(session: AsyncSession, assessment: Assessment, now: datetime) -> str:
    """It may go better in a moment."""
    await change(session, assessment, next_at=now + AGAIN[assessment.attempts - 1])
    return "pending"


async def give_up(
    session: AsyncSession, assessment: Assessment, state: str, reason: str, instead: Reading | None, now: datetime
) -> str:
    """No model reads it: `failed` or `skipped`, and why. Shown instead: the model's before, or else an extract."""
    ended = {"state": state, "reason": reason, "next_at": None, "finished_at": now}
    await change(session, assessment, **ended, **_instead(assessment, instead))
    return state


def _instead(assessment: Assessment, instead: Reading | None) -> dict[str, Any]:
    if instead is None or (assessment.content is not None and assessment.source == "model"):
        return {}
    return {"content": instead.model_dump(), "source": "extractive", "edition": assessment.edition + 1}


def instead_of(title: str, reason: str, context: Mapping[str, Any]) -> Reading | None:
    """The extract that stands in; None where nothing can be read."""
    try:
        return extract(title, reason, context)
    except UNREADABLE:
        return None
