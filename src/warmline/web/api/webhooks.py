"""Webhooks: events for programs, signed as Standard Webhooks says. For admins and owners."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from warmline.channels import queries, register
from warmline.channels.model import Channel
from warmline.web.act import ActDep, ActRoute
from warmline.web.api import channels
from warmline.web.api.channels import Address, ChangeChannel, ChannelOut, EventTypes, something
from warmline.web.api.deliveries import DeliveryOut
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Flag, Limited, Line

router = APIRouter(prefix="/webhooks", tags=["channels"], route_class=ActRoute, responses=ALL)
KIND = "webhook"


class WebhookOut(BaseModel):
    """A webhook, without its secret."""

    id: UUID
    name: str
    url: str
    event_types: list[str]
    squad_id: UUID | None
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None


class NewWebhookOut(WebhookOut):
    """The only answer that shows the secret."""

    secret: str


class SecretOut(BaseModel):
    """The new secret, shown once; the one before signs too until `old_until`."""

    id: UUID
    secret: str
    old_until: datetime


class NewWebhook(Body):
    """Where to, and of what: handoff.created, handoff.*, or * for everything."""

    url: Address
    event_types: EventTypes
    name: Line | None = None
    squad_id: UUID | None = Field(None, description="only what happens in this squad")


class ChangeWebhook(Body):
    """What may change; `squad_id: null` opens it to all squads, `disabled: false` takes it into use again."""

    url: Address | None = None
    event_types: EventTypes | None = None
    name: Line | None = None
    squad_id: UUID | None = None
    disabled: Flag | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        return something(self)


def shown(channel: Channel | ChannelOut) -> WebhookOut:
    """As the API shows it."""
    return WebhookOut(url=channel.config["url"], **{one: getattr(channel, one) for one in NAMES})


NAMES = tuple(one for one in WebhookOut.model_fields if one != "url")


@router.get("")
async def list_webhooks(act: ActDep, limit: Limited = 50, cursor: Cursor = None) -> Page[WebhookOut]:
    """All webhooks, oldest first, the disabled ones too."""
    query = queries.channels(act.caller, KIND)
    rows, following = await page(act.session, query, [Channel.id], limit, cursor, newest_first=False)
    return Page(items=[shown(row[0]) for row in rows], next_cursor=following)


@router.post("", status_code=201)
async def create_webhook(act: ActDep, body: NewWebhook) -> NewWebhookOut:
    """A new webhook. This answer alone shows its secret."""
    made = await channels.make(act, KIND, body.model_dump(exclude_none=True))
    return NewWebhookOut(**shown(made).model_dump(), secret=made.secret or "")


@router.get("/{webhook_id}")
async def get_webhook(act: ActDep, webhook_id: UUID, response: Response) -> WebhookOut:
    """One webhook."""
    return tagged(response, shown(await queries.get_channel(act.session, act.caller, webhook_id, KIND)))


@router.patch("/{webhook_id}")
async def change_webhook(
    act: ActDep, webhook_id: UUID, body: ChangeWebhook, response: Response, if_match: IfMatch = None
) -> WebhookOut:
    """Change it, or take it out of use or back. Its secret stays."""
    check_match(if_match, shown(await queries.get_channel(act.session, act.caller, webhook_id, KIND, lock=True)))
    changes = ChangeChannel.model_validate(body.model_dump(exclude_unset=True))
    return tagged(response, shown(await channels.change(act, webhook_id, changes, None, KIND)))


@router.delete("/{webhook_id}", status_code=204)
async def disable_webhook(act: ActDep, webhook_id: UUID) -> None:
    """Take it out of use; it stays, with its deliveries, and can be taken into use again."""
    await channels.disable(act, webhook_id, KIND)


@router.post("/{webhook_id}/rotate")
async def rotate_secret(act: ActDep, webhook_id: UUID) -> SecretOut:
    """A new secret; for 24 hours the old one signs too, so that receivers can change over."""
    await queries.get_channel(act.session, act.caller, webhook_id, KIND)
    channel, secret = await register.rotate(act.session, act.caller, webhook_id, act.now)
    return SecretOut(id=channel.id, secret=secret, old_until=act.now + register.OVERLAP)


@router.post("/{webhook_id}/test")
async def test_webhook(act: ActDep, webhook_id: UUID) -> DeliveryOut:
    """Send a test event to it; the delivery says how that goes."""
    return await channels.try_out(act, webhook_id, KIND)
