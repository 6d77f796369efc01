"""Handoffs: the queue, claiming, and what a holder does.

Acts take `epoch`, the one that the caller knows; a handle fills it in. An old one raises Conflict, which has the
present one. All raise NotFound for what is not the caller's to see.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from warmline.sdk.answers import HandoffData, Text
from warmline.sdk.flow import Flow, Listed, ask, ask_maybe, given, listed

State = Literal["buffered", "ready", "scheduled", "claimed", "parked", "closed"]
Source = Literal["case", "lead", "conversation", "person"]
Kind = Literal["ticket_notes", "client_update", "email_draft"]
WRITING = 120.0  # seconds that a model may take to word a text


def get(handoff_id: str) -> Flow[HandoffData]:
    """A handoff with its context package and assessment. Raises NotFound."""
    return ask(HandoffData, "GET", "handoffs", handoff_id)


def list(
    *, state: State | None = None, squad_id: str | None = None, source: Source | None = None, page_size: int = 50
) -> Listed[HandoffData]:
    """Those the caller may read, in the order of the queue; with the state closed, what ended last first."""
    return listed(HandoffData, "handoffs", page_size=page_size, state=state, squad_id=squad_id, source=source)


def claim(handoff_id: str, *, epoch: int | None = None) -> Flow[HandoffData]:
    """Take it. Raises Conflict for the loser, with `claimed_by` and `claimed_at`; Forbidden for viewers and agents."""
    return _act(handoff_id, "claim", epoch)


def claim_next(*, squad_id: str | None = None) -> Flow[HandoffData | None]:
    """Take the next one of the queue; None where nothing waits. Raises Forbidden."""
    return ask_maybe(HandoffData, "POST", "handoffs", "claim-next", body=given(squad_id=squad_id))


def heartbeat(handoff_id: str, *, epoch: int | None = None) -> Flow[HandoffData]:
    """Renew the lease. Raises Conflict, Forbidden."""
    return _act(handoff_id, "heartbeat", epoch)


def release(handoff_id: str, *, epoch: int | None = None) -> Flow[HandoffData]:
    """Give it back to the queue. Raises Conflict, Forbidden."""
    return _act(handoff_id, "release", epoch)


def close(
    handoff_id: str, reason: str, *, notes: str | None = None, fields: Mapping[str, Any] | None = None,
    epoch: int | None = None,
) -> Flow[HandoffData]:  # fmt: skip
    """End it, with a reason of the organization's list. Raises Invalid, Conflict, Forbidden."""
    return _act(handoff_id, "close", epoch, reason=reason, notes=notes, fields=fields)


def return_to_agent(
    handoff_id: str, outcome: str, *, notes: str | None = None, epoch: int | None = None
) -> Flow[HandoffData]:  # fmt: skip
    """Give the case back to its agent, with what was found out. Raises Conflict, Forbidden."""
    return _act(handoff_id, "return-to-agent", epoch, outcome=outcome, notes=notes)


def transfer(
    handoff_id: str, note: str, *, user_id: str | None = None, squad_id: str | None = None, epoch: int | None = None
) -> Flow[HandoffData]:
    """Pass it on, to a user or to a squad. Raises Invalid, Conflict, Forbidden."""
    return _act(handoff_id, "transfer", epoch, note=note, user_id=user_id, squad_id=squad_id)


def snooze(handoff_id: str, until: datetime, *, epoch: int | None = None) -> Flow[HandoffData]:
    """Put it off until a time, with its zone; it comes back by itself. Raises Invalid, Conflict, Forbidden."""
    return _act(handoff_id, "snooze", epoch, until=until)


def pin(handoff_id: str, *, pinned: bool = True, epoch: int | None = None) -> Flow[HandoffData]:
    """Put it before everything in order, or back. Raises Conflict, Forbidden."""
    return _act(handoff_id, "pin", epoch, pinned=pinned)


def ask_for_analysis(handoff_id: str, *, epoch: int | None = None) -> Flow[HandoffData]:
    """Have the case read anew, as it is now; the assessment fills in by itself. Raises Conflict, Forbidden."""
    return _act(handoff_id, "analysis", epoch)


def text(handoff_id: str, kind: Kind) -> Flow[Text]:
    """A text for others, from the assessment. Raises Conflict while the first reading is being made."""
    return ask(Text, "GET", "handoffs", handoff_id, "texts", kind, lasts=WRITING)


def _act(handoff_id: str, act: str, epoch: int | None, **fields: Any) -> Flow[HandoffData]:
    return ask(HandoffData, "POST", "handoffs", handoff_id, act, body=given(**fields, epoch=epoch))
