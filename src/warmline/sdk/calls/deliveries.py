"""What went out on channels and what did not, for admins and owners; and the bell, for people."""

from dataclasses import dataclass
from typing import Literal

from warmline.sdk.flow import Flow, Listed, ask, listed
from warmline.sdk.outside import Delivery, Notification

State = Literal["pending", "sent", "failed", "dead"]


def list(*, state: State | None = None, channel_id: str | None = None, page_size: int = 50) -> Listed[Delivery]:
    """Deliveries, newest first; in one state, on one channel. Raises Forbidden."""
    return listed(Delivery, "deliveries", page_size=page_size, state=state, channel_id=channel_id)


def get(delivery_id: str) -> Flow[Delivery]:
    """One delivery with every try. Raises NotFound, Forbidden."""
    return ask(Delivery, "GET", "deliveries", delivery_id)


def redrive(delivery_id: str) -> Flow[Delivery]:
    """Send it again, now, with a whole schedule of tries before it. Raises Conflict, NotFound, Forbidden."""
    return ask(Delivery, "POST", "deliveries", delivery_id, "redrive")


def list_notifications(*, page_size: int = 50) -> Listed[Notification]:
    """What I was told on the bell, newest first. Raises Forbidden for agents, who have none."""
    return listed(Notification, "notifications", page_size=page_size)


@dataclass(frozen=True)
class _Unread:
    unread: int


def count_unread() -> Flow[int]:
    """How many I have not read, and still wait; counted up to a hundred. Raises Forbidden for agents."""
    told = yield from ask(_Unread, "GET", "notifications", query={"limit": 1})
    return told.unread


def read_notification(notification_id: str) -> Flow[Notification]:
    """I have read it; for me alone. Raises NotFound, Forbidden."""
    return ask(Notification, "POST", "notifications", notification_id, "read")
