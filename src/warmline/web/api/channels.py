"""Channels: ways out for what happens. For admins and owners."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, model_validator

from warmline.channels import queries, register
from warmline.channels.model import Channel
from warmline.squads.seats import get_squad
from warmline.web.act import Act, ActDep, ActRoute
from warmline.web.api.deliveries import DeliveryOut
from warmline.web.api.deliveries import shown as shown_delivery
from warmline.web.api.matching import IfMatch, check_match, tagged
from warmline.web.api.paging import Page, page
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body, Cursor, Flag, Limited, Line, taken_from
from warmline.web.pages.happened import HAPPENED

router = APIRouter(prefix="/channels", tags=["channels"], route_class=ActRoute, responses=ALL)
Kind = Literal["webhook", "email", "chat", "ticket"]
Address = Annotated[Line, Field(max_length=2000)]
EventTypes = Annotated[list[Line], Field(min_length=1, max_length=100)]
M = TypeVar("M", bound=BaseModel)
EVENT_TYPES = tuple(one for one in HAPPENED if one.partition(".")[0] not in ("notification", "delivery"))


class ChannelOut(BaseModel):
    """A channel, without its secrets."""

    id: UUID
    kind: str
    name: str
    config: dict[str, Any]
    event_types: list[str]
    squad_id: UUID | None
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None


class NewChannelOut(ChannelOut):
    """The only answer that shows the secret, where there is one to be set up at the other side."""

    secret: str | None


def something(body: M) -> M:
    """Refuse a change to nothing; only the squad may be taken away."""
    if empty := [one for one in body.model_fields_set if one != "squad_id" and getattr(body, one) is None]:
        raise ValueError(f"{', '.join(sorted(empty))}: leave out what does not change")
    return body


class Own(Body):
    """What some kinds of channel have."""

    name: Line | None = None
    url: Address | None = Field(None, description="webhook, ticket: where to; chat: the service's address, a secret")
    to: Line | None = Field(None, description="email: whom to write to")
    system: Literal["generic", "connectwise"] | None = Field(None, description="ticket: which system")
    company: Line | None = Field(None, description="ConnectWise: the company's id")
    client_id: Line | None = Field(None, description="ConnectWise: the integration's client id")
    public_key: Line | None = Field(None, description="ConnectWise: of the API member")
    private_key: Line | None = Field(None, description="ConnectWise: of the API member; never shown again")
    event_types: EventTypes | None = Field(None, description="as in handoff.created; webhooks also handoff.* and *")
    squad_id: UUID | None = Field(None, description="only what happens in this squad")


class NewChannel(Own):
    """A channel of some kind, with what that kind needs."""

    kind: Kind


class ChangeChannel(Own):
    """What may change; `squad_id: null` opens it to all squads, `disabled: false` takes it into use again."""

    disabled: Flag | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        return something(self)


@router.get("")
async def list_channels(
    act: ActDep, kind: Annotated[Kind | None, Query(description="Of one kind alone.")] = None,
    limit: Limited = 50, cursor: Cursor = None,
) -> Page[ChannelOut]:  # fmt: skip
    """All channels, oldest first, the disabled ones too."""
    query = queries.channels(act.caller, kind)
    rows, following = await page(act.session, query, [Channel.id], limit, cursor, newest_first=False)
    return Page(items=[taken_from(ChannelOut, row[0]) for row in rows], next_cursor=following)


@router.post("", status_code=201)
async def create_channel(act: ActDep, body: NewChannel) -> NewChannelOut:
    """A new channel. Where it has a signing secret, this answer alone shows it."""
    return await make(act, body.kind, body.model_dump(exclude={"kind"}, exclude_none=True))


async def make(act: Act, kind: str, given: dict[str, Any]) -> NewChannelOut:
    """A channel from what was entered."""
    act.caller.must_be("admin")
    await _check_squad(act, given)
    allow_private = act.app.settings.allow_private_targets
    channel, secret = await register.create_channel(
        act.session, act.caller, kind, given, EVENT_TYPES, allow_private, act.now
    )
    return NewChannelOut(**taken_from(ChannelOut, channel).model_dump(), secret=secret)


@router.get("/{channel_id}")
async def get_channel(act: ActDep, channel_id: UUID, response: Response) -> ChannelOut:
    """One channel."""
    return tagged(response, taken_from(ChannelOut, await queries.get_channel(act.session, act.caller, channel_id)))


@router.patch("/{channel_id}")
async def change_channel(
    act: ActDep, channel_id: UUID, body: ChangeChannel, response: Response, if_match: IfMatch = None
) -> ChannelOut:
    """Change it, or take it out of use or back."""
    return tagged(response, await change(act, channel_id, body, if_match))


async def change(
    act: Act, channel_id: UUID, body: ChangeChannel, if_match: str | None, kind: str | None = None
) -> ChannelOut:
    """A channel with its changes."""
    current = await queries.get_channel(act.session, act.caller, channel_id, kind, lock=True)
    check_match(if_match, taken_from(ChannelOut, current))
    changes = body.model_dump(exclude_unset=True)
    await _check_squad(act, changes)
    allow_private = act.app.settings.allow_private_targets
    changed = await register.change_channel(
        act.session, act.caller, channel_id, changes, EVENT_TYPES, allow_private, act.now
    )
    return taken_from(ChannelOut, changed)


@router.delete("/{channel_id}", status_code=204)
async def disable_channel(act: ActDep, channel_id: UUID) -> None:
    """Take it out of use; it stays, with its deliveries, and can be taken into use again."""
    await disable(act, channel_id)


async def disable(act: Act, channel_id: UUID, kind: str | None = None) -> None:
    """Take a channel out of use."""
    channel = await queries.get_channel(act.session, act.caller, channel_id, kind, lock=True)
    await register.disable(act.session, act.caller, channel, register.BY_HAND, act.now)


@router.post("/{channel_id}/test")
async def test_channel(act: ActDep, channel_id: UUID) -> DeliveryOut:
    """Send a test on it; the delivery says how that goes."""
    return await try_out(act, channel_id)


async def try_out(act: Act, channel_id: UUID, kind: str | None = None) -> DeliveryOut:
    """A test's delivery."""
    await queries.get_channel(act.session, act.caller, channel_id, kind)
    channel = await register.try_channel(act.session, act.caller, channel_id, act.now)
    delivery = await queries.last_test(act.session, channel)
    assert delivery is not None  # recorded just now
    return shown_delivery(delivery, channel)


async def _check_squad(act: Act, given: dict[str, Any]) -> None:
    if given.get("squad_id"):
        await get_squad(act.session, act.caller, given["squad_id"], field="squad_id")
