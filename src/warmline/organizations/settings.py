"""An organization's settings: the shipped defaults, with what it changed laid over them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import Caller
from warmline.errors import FieldError, Invalid
from warmline.organizations.defaults import REDACTION, SETTINGS, TEXTS
from warmline.organizations.model import Organization
from warmline.organizations.wording import BLOCK, LINE, checked
from warmline.timeline.record import Entry, record

LEAST, MOST = 5, 30 * 24 * 3600  # seconds
Seconds = Annotated[int, Field(ge=LEAST, le=MOST, strict=True)]
Days = Annotated[int, Field(ge=1, le=3650, strict=True)]
Kinds = list[Literal["email", "phone", "card", "secret"]]

OURS = "Value error, "  # how pydantic begins a message of our own


class DueSeconds(BaseModel):
    """How soon the first action is promised, by priority."""

    model_config = ConfigDict(extra="forbid")
    urgent: Seconds = 60
    high: Seconds = 300
    normal: Seconds = 900
    low: Seconds = 3600


Line = Annotated[str, Field(max_length=LINE)]
Block = Annotated[str, Field(max_length=BLOCK)]


class Texts(BaseModel):
    """What Warmline says in the organization's name; an empty text stands for the shipped one."""

    model_config = ConfigDict(extra="forbid")
    headline: Line = TEXTS["headline"]
    email_subject: Line = TEXTS["email_subject"]
    email_closing: Block = TEXTS["email_closing"]
    chat_line: Line = TEXTS["chat_line"]
    client_update: Block = TEXTS["client_update"]
    email_draft: Block = TEXTS["email_draft"]

    @field_validator("*")
    @classmethod
    def _checked(cls, text: str, info: ValidationInfo) -> str:
        name = info.field_name or ""
        return checked(name, text) or TEXTS[name]


class RetentionDays(BaseModel):
    """After how many days it is removed; null keeps it for ever."""

    model_config = ConfigDict(extra="forbid")
    content: Days | None = None  # what was written in a case, counted from its end
    deliveries: Days | None = None  # what receivers answered, counted from when the delivery was done with


class Redaction(BaseModel):
    """What is masked for whom; admins and owners see everything."""

    model_config = ConfigDict(extra="forbid")
    viewer: Kinds = REDACTION["viewer"]  # type: ignore[assignment]
    operator: Kinds = REDACTION["operator"]  # type: ignore[assignment]


class OrganizationSettings(BaseModel):
    """Every setting there is, with its bounds."""

    model_config = ConfigDict(extra="forbid")
    due_seconds: DueSeconds = DueSeconds()
    claim_lease_seconds: Seconds = 900
    default_region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "US"
    model_daily_tokens: Annotated[int, Field(ge=0, le=10**12, strict=True)] = 2_000_000  # 0: no model is asked
    model_input_characters: Annotated[int, Field(ge=2000, le=400_000, strict=True)] = 40_000
    texts: Texts = Texts()
    retention_days: RetentionDays = RetentionDays()
    redaction: Redaction = Redaction()


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


async def with_name(session: AsyncSession, organization_id: UUID) -> tuple[str, OrganizationSettings]:
    """What the organization is called, and the settings in force."""
    query = select(Organization.name, Organization.settings).where(Organization.id == organization_id)
    name, stored = (await session.execute(query)).one()
    return name, OrganizationSettings.model_validate(merged(SETTINGS, stored))


async def change(
    session: AsyncSession, caller: Caller, name: str | None, changes: dict[str, Any], now: datetime
) -> Organization:
    """Merge changes into the settings; admins only. Raises Invalid with the setting that is wrong."""
    caller.must_be("admin")
    query = select(Organization).where(Organization.id == caller.organization_id).with_for_update()
    organization = (await session.scalars(query)).one()
    stored = _own(merged(organization.settings, changes))
    days = _validated(merged(SETTINGS, stored)).retention_days
    values: dict[str, Any] = {"settings": stored} | ({"name": name} if name else {})
    if "retention_days" in changes:  # the job looks at once, and again every hour
        values["retention_at"] = now if days.content or days.deliveries else None
    await session.execute(update(Organization).where(Organization.id == organization.id).values(**values))
    changed = [*sorted(changes), *(["name"] if name else [])]
    subject = ("organization", organization.id)
    await record(session, caller, now, Entry("organization.changed", subject, data={"changed": changed}))
    await session.refresh(organization)
    return organization


def _own(stored: dict[str, Any]) -> dict[str, Any]:
    """Texts that are the shipped ones, or empty, are not kept: a later version may word them better."""
    texts = stored.get("texts")
    if not isinstance(texts, dict):
        return stored
    own = {name: text for name, text in texts.items() if text != TEXTS.get(name) and str(text).strip()}
    return {**stored, "texts": own}


def _validated(whole: dict[str, Any]) -> OrganizationSettings:
    try:
        return OrganizationSettings.model_validate(whole)
    except ValidationError as problem:
        errors: list[FieldError] = [
            {"field": ".".join(["settings", *map(str, one["loc"])]), "message": one["msg"].removeprefix(OURS)}
            for one in problem.errors()
        ]
        raise Invalid("These settings cannot be saved; nothing was changed.", errors) from None
