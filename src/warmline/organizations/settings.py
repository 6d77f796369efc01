"""An organization's settings: the shipped defaults, with what it changed laid over them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import FieldError, Invalid
from warmline.organizations.defaults import SETTINGS
from warmline.organizations.model import Organization
from warmline.timeline.record import Entry, record

Seconds = Annotated[int, Field(ge=5, le=30 * 24 * 3600, strict=True)]


class DueSeconds(BaseModel):
    """How soon the first action is promised, by priority."""

    model_config = ConfigDict(extra="forbid")
    urgent: Seconds = 60
    high: Seconds = 300
    normal: Seconds = 900
    low: Seconds = 3600


class OrganizationSettings(BaseModel):
    """Every setting there is, with its bounds."""

    model_config = ConfigDict(extra="forbid")
    due_seconds: DueSeconds = DueSeconds()
    claim_lease_seconds: Seconds = 900
    default_region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "US"
    model_daily_tokens: Annotated[int, Field(ge=0, le=10**12, strict=True)] = 2_000_000  # 0: no model is asked
    model_input_characters: Annotated[int, Field(ge=2000, le=400_000, strict=True)] = 40_000


def merged(*layers: dict[str, Any]) -> dict[str, Any]:
    """Later layers win, key by key, one level deep."""
    whole: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            both = isinstance(value, dict) and isinstance(whole.get(key), dict)
            whole[key] = {**whole[key], **value} if both else value
    return whole


async def get(session: AsyncSession, organization_id: UUID) -> OrganizationSettings:
    """The settings in force."""
    stored = (await session.scalars(select(Organization.settings).where(Organization.id == organization_id))).one()
    return OrganizationSettings.model_validate(merged(SETTINGS, stored))


async def change(
    session: AsyncSession, caller: Caller, name: str | None, changes: dict[str, Any], now: datetime
) -> Organization:
    """Merge changes into the settings; admins only. Raises Invalid with the setting that is wrong."""
    caller.must_be("admin")
    query = select(Organization).where(Organization.id == caller.organization_id).with_for_update()
    organization = (await session.scalars(query)).one()
    stored = merged(organization.settings, changes)
    _validate(merged(SETTINGS, stored))
    values: dict[str, Any] = {"settings": stored} | ({"name": name} if name else {})
    await session.execute(update(Organization).where(Organization.id == organization.id).values(**values))
    changed = [*sorted(changes), *(["name"] if name else [])]
    subject = ("organization", organization.id)
    await record(session, caller, now, Entry("organization.changed", subject, data={"changed": changed}))
    await session.refresh(organization)
    return organization


def _validate(whole: dict[str, Any]) -> None:
    try:
        OrganizationSettings.model_validate(whole)
    except ValidationError as problem:
        errors: list[FieldError] = [
            {"field": ".".join(["settings", *map(str, one["loc"])]), "message": one["msg"]} for one in problem.errors()
        ]
        raise Invalid("These settings cannot be saved; nothing was changed.", errors) from None
