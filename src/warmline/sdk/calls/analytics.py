"""How long people take, and what the organization measured before; for operators and above."""

from typing import Literal

from warmline.sdk.flow import Flow, Listed, ask, given, listed, tell
from warmline.sdk.measured import Baseline, Escalations

Period = Literal["7d", "30d", "90d"]


def escalations(*, period: Period = "7d", squad_id: str | None = None) -> Flow[Escalations]:
    """From the claim to the first action, over a period and day by day. Raises Forbidden, NotFound."""
    return ask(Escalations, "GET", "analytics", "escalations", query=given(period=period, squad_id=squad_id))


def baselines(*, squad_id: str | None = None, page_size: int = 50) -> Listed[Baseline]:
    """The stopwatch entries that count, newest first. Raises Forbidden."""
    return listed(Baseline, "analytics", "baselines", page_size=page_size, squad_id=squad_id)


def add_baseline(seconds: int, *, note: str | None = None, squad_id: str | None = None) -> Flow[Baseline]:
    """Note what one pickup took before, in seconds. Raises Forbidden, Invalid, NotFound."""
    body = given(seconds=seconds, note=note, squad_id=squad_id)
    return ask(Baseline, "POST", "analytics", "baselines", body=body)


def withdraw_baseline(baseline_id: str) -> Flow[None]:
    """It counts no more; admins, or who noted it. Raises Forbidden, NotFound."""
    return tell("DELETE", "analytics", "baselines", baseline_id)


def restore_baseline(baseline_id: str) -> Flow[Baseline]:
    """What was withdrawn counts again; admins, or who noted it. Raises Forbidden, NotFound."""
    return ask(Baseline, "POST", "analytics", "baselines", baseline_id, "restore")
