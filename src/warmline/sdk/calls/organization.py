"""The organization with its settings, and its history."""

from collections.abc import Mapping
from typing import Any, Literal

from warmline.sdk.answers import Event
from warmline.sdk.flow import Flow, Listed, ask, given, listed
from warmline.sdk.house import Organization

Order = Literal["asc", "desc"]


def get() -> Flow[Organization]:
    """The organization, with the settings in force."""
    return ask(Organization, "GET", "organization")


def change(
    *, name: str | None = None, settings: Mapping[str, Any] | None = None, if_match: str | None = None
) -> Flow[Organization]:
    """Merge settings key by key, or rename; admins only. Raises Forbidden, Invalid, Stale."""
    return ask(Organization, "PATCH", "organization", body=given(name=name, settings=settings), if_match=if_match)


def list_events(*, subject: str | None = None, order: Order = "desc", page_size: int = 50) -> Listed[Event]:
    """Who did what to which thing; of one thing with `subject`, an id or kind:id. `desc` is newest first."""
    return listed(Event, "events", page_size=page_size, subject=subject, order=order)
