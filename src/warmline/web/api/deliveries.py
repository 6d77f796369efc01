"""What went out on channels, what did not, and why. For admins and owners."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from warmline.channels import queries
from warmline.channels.model import Channel, Delivery
from warmline.channels.redrive import redrive as send_again
from warmline.web.act import ActDep, ActRoute
from warmline.web.api.events import Subject
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Cursor, Limited, taken_from

router = APIRouter(prefix="/deliveries", tags=["channels"], route_class=ActRoute, responses=ALL)
State = Literal["pending", "sent", "failed", "dead"]
COLUMNS = (
    "id", "event_id", "event_type", "state", "attempts", "next_at", "created_at", "finished_at", "last_error",
)  # fmt: skip


class OnChannel(BaseModel):
    """The channel of a delivery."""

    id: UUID
    kind: str
    name: str


class DeliveryOut(BaseModel):
    """One event on one channel; its id is the `webhook-id`. `failed`: it is tried again at `next_at`."""

    id: UUID
    channel: OnChannel
    event_id: UUID
    event_type: str
    subject: Subject
    state: str
    attempts: int
    next_at: datetime | None
    created_at: datetime
    finished_at: datetime | None
    last_error: str | None


class AttemptOut(BaseModel):
    """One try: `status` is what the other side answered, where it did."""

    number: int
    at: datetime
    ok: bool
    status: int | None
    detail: str
    milliseconds: int


class WholeDelivery(DeliveryOut):
    """A delivery with every try."""

    attempt_log: list[AttemptOut]


def shown(delivery: Delivery, channel: Channel) -> DeliveryOut:
    """As the API shows it."""
    return DeliveryOut(
        channel=OnChannel(id=channel.id, kind=channel.kind, name=channel.name),
        subject=Subject(kind=delivery.subject_kind, id=delivery.subject_id),
        **{name: getattr(delivery, name) for name in COLUMNS},
    )


@router.get("")
async def list_deliveries(
    act: ActDep, state: Annotated[State | None, Query(description="In this state alone.")] = None,
    channel_id: Annotated[UUID | None, Query(description="On this channel alone.")] = None,
    limit: Limited = 50, cursor: Cursor = None,
) -> Page[DeliveryOut]:  # fmt: skip
    """Deliveries, newest first."""
    query = queries.deliveries(act.caller, state, channel_id)
    rows, following = await page(act.session, query, [Delivery.id], limit, cursor, newest_first=True)
    return Page(items=[shown(row[0], row[1]) for row in rows], next_cursor=following)


@router.get("/{delivery_id}")
async def get_delivery(act: ActDep, delivery_id: UUID) -> WholeDelivery:
    """One delivery with every try; of very many, the last hundred."""
    delivery, channel = await queries.get_delivery(act.session, act.caller, delivery_id)
    log = [taken_from(AttemptOut, one) for one in await queries.attempts_of(act.session, delivery)]
    return WholeDelivery(**shown(delivery, channel).model_dump(), attempt_log=log)


@router.post("/{delivery_id}/redrive")
async def redrive(act: ActDep, delivery_id: UUID) -> DeliveryOut:
    """Send it again, now, with a whole schedule of tries before it."""
    return shown(*await send_again(act.session, act.caller, delivery_id, act.now))
