"""Making channels, changing them, taking them out of use; for admins and owners. Nothing of them is deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.channels.kinds import SIGNED, checked_events, made
from warmline.channels.model import Channel, Delivery
from warmline.channels.personal import is_personal
from warmline.channels.queries import get_channel
from warmline.channels.webhook.sign import OVERLAP as OVERLAP
from warmline.channels.webhook.sign import new_secret, rotated
from warmline.errors import Conflict, Invalid
from warmline.ids import new_id
from warmline.timeline.record import Entry, record

MOST = 50  # in use at once; each may be told of everything that happens
BY_HAND = "An admin disabled it."
PERSONAL = "this channel writes to whoever a handoff is meant for; it can be renamed, and taken out of use"


async def create_channel(
    session: AsyncSession, caller: Caller, kind: str, given: Mapping[str, Any], known: Sequence[str],
    allow_private: bool, now: datetime,
) -> tuple[Channel, str | None]:  # fmt: skip
    """A new channel, and the secret that is shown once, where it has one.

    `given` holds name, event_types, squad_id and what its kind needs; `known` are all event types there are. Raises
    Forbidden, Invalid, Conflict.
    """
    caller.must_be("admin")
    own = {name: value for name, value in given.items() if name not in ("name", "event_types", "squad_id")}
    parts = made(kind, own, allow_private)
    await _check_room(session, caller)
    values = {
        "id": new_id(), "kind": kind, "name": given.get("name") or named(kind, parts.config), "config": parts.config,
        "secrets": parts.secrets, "event_types": checked_events(kind, given.get("event_types"), known),
        "squad_id": given.get("squad_id"), "created_at": now,
    }  # fmt: skip
    query = insert(Channel).values(organization_id=caller.organization_id, **values).returning(Channel)
    channel = (await session.scalars(query)).one()
    await _record(session, caller, channel, "channel.created", now)
    return channel, parts.secret


def named(kind: str, config: Mapping[str, Any]) -> str:
    """A name for a channel that was given none: where it leads, without what may be a key in it."""
    url = str(config.get("url") or "").partition("?")[0]
    return str(config.get("service") or config.get("to") or url or kind)[:300]


async def change_channel(
    session: AsyncSession, caller: Caller, channel_id: UUID, changes: Mapping[str, Any], known: Sequence[str],
    allow_private: bool, now: datetime,
) -> Channel:  # fmt: skip
    """Change what is named; `disabled` takes it out of use, or back. Raises NotFound, Forbidden, Invalid, Conflict."""
    channel = await get_channel(session, caller, channel_id, lock=True)
    if is_personal(channel) and (fixed := {*changes} - {"name", "disabled"}):
        raise Invalid.field(min(fixed), PERSONAL)
    if changes.get("disabled"):
        await disable(session, caller, channel, BY_HAND, now)
    if changes.get("disabled") is False and channel.disabled_at is not None:
        await _check_room(session, caller)
        await _set(session, channel, disabled_at=None, disabled_reason=None)
        await _record(session, caller, channel, "channel.enabled", now)
    values = {name: changes[name] for name in ("name", "squad_id") if name in changes}
    if "event_types" in changes:
        values["event_types"] = checked_events(channel.kind, changes["event_types"], known)
    values |= _parts(channel, changes, allow_private)
    if values:
        await _set(session, channel, **values)
        await _record(session, caller, channel, "channel.changed", now, changed=sorted({*values} - {"secrets"}))
    await session.refresh(channel)
    return channel


def _parts(channel: Channel, changes: Mapping[str, Any], allow_private: bool) -> dict[str, Any]:
    """Config and secrets with the changes; secrets that are not entered anew stay."""
    general = ("name", "event_types", "squad_id", "disabled")
    own = {name: value for name, value in changes.items() if name not in general}
    if not own:
        return {}
    kept = {name: value for name, value in (channel.config | channel.secrets).items() if name not in SIGNED}
    whole = {name: value for name, value in (kept | own).items() if name != "service"}
    parts = made(channel.kind, whole, allow_private)
    _check_keys_stay(channel, own, parts.config)
    signed = {name: value for name, value in channel.secrets.items() if name in SIGNED}
    return {"config": parts.config, "secrets": parts.secrets | signed}


def _check_keys_stay(channel: Channel, own: Mapping[str, Any], config: Mapping[str, Any]) -> None:
    """A key goes to the system it was entered for: else a new address would have it told to whoever listens there."""
    if "private_key" not in channel.secrets or "private_key" in own:
        return
    if _place(channel.config["url"]) != _place(config["url"]):
        raise Invalid.field("private_key", "enter it anew: the one that is kept was given for another address")


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


async def disable(
    session: AsyncSession, caller: Caller, channel: Channel, reason: str, now: datetime, **data: Any
) -> None:
    """Take it out of use: what has not gone out by now never will, and can be redriven. Safe to call again."""
    if channel.disabled_at is not None:
        return
    await _set(session, channel, disabled_at=now, disabled_reason=reason)
    mine = (Delivery.organization_id == channel.organization_id, Delivery.channel_id == channel.id)
    gone = {"state": "dead", "next_at": None, "finished_at": now, "last_error": "The channel was disabled."}
    await session.execute(update(Delivery).where(*mine, Delivery.state.in_(("pending", "failed"))).values(**gone))
    await _record(session, caller, channel, "channel.disabled", now, **data)


async def rotate(session: AsyncSession, caller: Caller, channel_id: UUID, now: datetime) -> tuple[Channel, str]:
    """A new signing secret; the old one signs too for 24 hours. Raises NotFound, Forbidden, Invalid."""
    channel = await get_channel(session, caller, channel_id, lock=True)
    if "secret" not in channel.secrets:
        raise Invalid.field("id", "this channel is not signed; there is no secret to rotate")
    secret = new_secret()
    await _set(session, channel, secrets=channel.secrets | rotated(channel.secrets, secret, now))
    await _record(session, caller, channel, "channel.rotated", now)
    return channel, secret


async def try_channel(session: AsyncSession, caller: Caller, channel_id: UUID, now: datetime) -> Channel:
    """Send something on it that is only a test. Raises NotFound, Forbidden, Conflict."""
    channel = await get_channel(session, caller, channel_id, lock=True)
    if channel.disabled_at is not None:
        raise Conflict("This channel is disabled; enable it first.")
    await _record(session, caller, channel, "channel.tested", now)
    return channel


async def _check_room(session: AsyncSession, caller: Caller) -> None:
    mine = (Channel.organization_id == caller.organization_id, Channel.disabled_at.is_(None))
    if (await session.scalars(select(func.count()).select_from(Channel).where(*mine))).one() >= MOST:
        raise Conflict(f"There are {MOST} channels in use; disable one first.")


async def _set(session: AsyncSession, channel: Channel, **values: Any) -> None:
    mine = (Channel.organization_id == channel.organization_id, Channel.id == channel.id)
    await session.execute(update(Channel).where(*mine).values(**values))


async def _record(
    session: AsyncSession, caller: Caller, channel: Channel, type: str, now: datetime, **data: Any
) -> None:
    entry = Entry(type, ("channel", channel.id), data={"kind": channel.kind} | data)
    await record(session, caller, now, entry)
