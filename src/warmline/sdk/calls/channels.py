"""Channels, and webhooks among them; for admins and owners. All raise Forbidden, and NotFound for what is not there."""

import builtins
from collections.abc import Sequence
from typing import Any, Literal

from warmline.sdk.flow import Flow, Listed, ask, given, listed, tell
from warmline.sdk.outside import Channel, Delivery, NewChannel, NewSecret, NewWebhook, Webhook

Kind = Literal["webhook", "email", "chat", "ticket"]
System = Literal["generic", "connectwise"]


def list(*, kind: Kind | None = None, page_size: int = 50) -> Listed[Channel]:
    """All channels, oldest first, the disabled ones too."""
    return listed(Channel, "channels", page_size=page_size, kind=kind)


def get(channel_id: str) -> Flow[Channel]:
    """One channel."""
    return ask(Channel, "GET", "channels", channel_id)


def create(
    kind: Kind, *, name: str | None = None, url: str | None = None, to: str | None = None,
    system: System | None = None, company: str | None = None, client_id: str | None = None,
    public_key: str | None = None, private_key: str | None = None, event_types: Sequence[str] | None = None,
    squad_id: str | None = None,
) -> Flow[NewChannel]:  # fmt: skip
    """A new channel, with what its kind needs. This answer alone has the secret. Raises Invalid, Conflict."""
    parts = given(name=name, url=url, to=to, system=system, company=company, client_id=client_id)
    keys = given(public_key=public_key, private_key=private_key)
    body = {"kind": kind} | parts | keys | _told(event_types, squad_id, False)
    return ask(NewChannel, "POST", "channels", body=body)


def change(
    channel_id: str, *, name: str | None = None, url: str | None = None, to: str | None = None,
    system: System | None = None, company: str | None = None, client_id: str | None = None,
    public_key: str | None = None, private_key: str | None = None, event_types: Sequence[str] | None = None,
    squad_id: str | None = None, every_squad: bool = False, disabled: bool | None = None, if_match: str | None = None,
) -> Flow[Channel]:  # fmt: skip
    """Change what is named; `every_squad` opens it to all, `disabled=False` takes it back into use.

    Raises Invalid, Conflict, Stale.
    """
    parts = given(name=name, url=url, to=to, system=system, company=company, client_id=client_id, disabled=disabled)
    keys = given(public_key=public_key, private_key=private_key)
    body = parts | keys | _told(event_types, squad_id, every_squad)
    return ask(Channel, "PATCH", "channels", channel_id, body=body, if_match=if_match)


def disable(channel_id: str) -> Flow[None]:
    """Take it out of use; it stays, with its deliveries."""
    return tell("DELETE", "channels", channel_id)


def test(channel_id: str) -> Flow[Delivery]:
    """Send a test on it; the delivery says how that goes. Raises Conflict where it is disabled."""
    return ask(Delivery, "POST", "channels", channel_id, "test")


def list_webhooks(*, page_size: int = 50) -> Listed[Webhook]:
    """All webhooks, oldest first, the disabled ones too."""
    return listed(Webhook, "webhooks", page_size=page_size)


def get_webhook(webhook_id: str) -> Flow[Webhook]:
    """One webhook."""
    return ask(Webhook, "GET", "webhooks", webhook_id)


def create_webhook(
    url: str, event_types: Sequence[str], *, name: str | None = None, squad_id: str | None = None
) -> Flow[NewWebhook]:
    """A new webhook, as of handoff.created, handoff.*, or *. This answer alone has its secret. Raises Invalid."""
    body = given(url=url, name=name) | _told(event_types, squad_id, False)
    return ask(NewWebhook, "POST", "webhooks", body=body)


def change_webhook(
    webhook_id: str, *, url: str | None = None, event_types: Sequence[str] | None = None, name: str | None = None,
    squad_id: str | None = None, every_squad: bool = False, disabled: bool | None = None, if_match: str | None = None,
) -> Flow[Webhook]:  # fmt: skip
    """Change what is named; its secret stays. Raises Invalid, Conflict, Stale."""
    body = given(url=url, name=name, disabled=disabled) | _told(event_types, squad_id, every_squad)
    return ask(Webhook, "PATCH", "webhooks", webhook_id, body=body, if_match=if_match)


def disable_webhook(webhook_id: str) -> Flow[None]:
    """Take it out of use; it stays, with its deliveries."""
    return tell("DELETE", "webhooks", webhook_id)


def rotate_secret(webhook_id: str) -> Flow[NewSecret]:
    """A new secret; for 24 hours the old one signs too."""
    return ask(NewSecret, "POST", "webhooks", webhook_id, "rotate")


def test_webhook(webhook_id: str) -> Flow[Delivery]:
    """Send a test event to it; the delivery says how that goes. Raises Conflict where it is disabled."""
    return ask(Delivery, "POST", "webhooks", webhook_id, "test")


def _told(event_types: Sequence[str] | None, squad_id: str | None, every_squad: bool) -> dict[str, Any]:
    types = None if event_types is None else builtins.list(event_types)
    return given(event_types=types, squad_id=squad_id) | ({"squad_id": None} if every_squad else {})
