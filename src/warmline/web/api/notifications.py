"""The bell: what concerns me."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from warmline.channels.model import Notification
from warmline.flows import bell, heard
from warmline.web.act import ActDep, ActRoute
from warmline.web.api.events import Subject
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Cursor, Limited

router = APIRouter(prefix="/notifications", tags=["notifications"], route_class=ActRoute, responses=ALL)


class NotificationOut(BaseModel):
    """What I was told. `by_name`: it is meant for me. `is_unread`: I have not read it, and it still waits."""

    id: UUID
    kind: str
    text: str
    subject: Subject
    url: str
    by_name: bool
    is_unread: bool
    created_at: datetime
    read_at: datetime | None


class Notifications(Page[NotificationOut]):
    """A page; the first one says how many are unread, counted up to a hundred."""

    unread: int | None = None


def shown(one: bell.Bell) -> NotificationOut:
    """As the API shows it."""
    subject = Subject(kind="handoff", id=one.handoff_id)
    rest = {name: value for name, value in asdict(one).items() if name != "handoff_id"}
    return NotificationOut(subject=subject, url=f"/handoffs/{one.handoff_id}?pickup=true", **rest)


@router.get("")
async def list_notifications(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Notifications:
    """Mine, newest first."""
    query = bell.mine(act.caller)
    rows, following = await page(act.session, query, [Notification.id], limit, cursor, newest_first=True)
    unread = None if cursor else await bell.count_unread(act.session, act.caller)
    told = [shown(one) for one in await bell.shown(act.session, act.caller, rows)]
    return Notifications(items=told, next_cursor=following, unread=unread)


@router.post("/{notification_id}/read")
async def read_notification(act: ActDep, notification_id: UUID) -> NotificationOut:
    """I have read it; for me alone."""
    return shown(await heard.read(act.session, act.caller, notification_id, act.now))
