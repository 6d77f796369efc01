"""Models: which are asked, how much they may take, what they took; and what happens where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Response
from sqlalchemy import select

from warmline.assessments import spending
from warmline.assessments.spending import Day
from warmline.errors import FieldError, Invalid
from warmline.llm.client import Client
from warmline.organizations import settings
from warmline.organizations.model import Organization
from warmline.settings import Settings
from warmline.web.act import Act
from warmline.web.pages import charts, words
from warmline.web.pages.door import PageRoute, go
from warmline.web.pages.settings import forms
from warmline.web.pages.settings.frame import AdminAct, Seen, Short, last_to_change, settings_page
from warmline.web.pages.views import Notice

router = APIRouter(prefix="/settings", include_in_schema=False, route_class=PageRoute)
HERE = "/settings/models"
LABELS = {"model_daily_tokens": "Tokens a day", "model_input_characters": "Letters in one question"}
NUMBER = "expected a whole number, as in 2,000,000"
BOUNDS = {
    "model_daily_tokens": "expected a number from 0, which asks no model, to 1,000,000,000,000",
    "model_input_characters": "expected a number from 2,000 to 400,000",
}
DAYS = 30
PROVIDERS = {"anthropic": "Anthropic", "openai": "OpenAI"}


@dataclass(frozen=True)
class SetUp:
    """What the operator has set up: `reads` and `rewords` are models, `where` a provider, or a server like it."""

    reads: str = ""
    rewords: str = ""
    where: str = ""
    seconds: int = 0
    is_missing: bool = False  # it is set up, and its libraries are not installed


@dataclass(frozen=True)
class Spent:
    """What the models took: of today's tokens, and day by day."""

    today: str
    cap: str
    percent: int
    is_over: bool
    total: str = ""
    chart: charts.Chart | None = None
    lines: tuple[str, ...] = ()


@router.get("/models")
async def show(act: AdminAct) -> Response:
    """What is set up, the form, and what was spent."""
    return await _page(act, forms.form(await _current(act)))


@router.post("/models")
async def save(
    act: AdminAct, model_daily_tokens: Short = "", model_input_characters: Short = "", seen: Seen = ""
) -> Response:
    """Save it, where nobody else has changed it since it was shown."""
    typed = dict(zip(LABELS, (model_daily_tokens, model_input_characters), strict=True))
    current = await _current(act, lock=True)
    if differences := forms.changed(current, seen, LABELS):
        by = await last_to_change(act, "organization.changed", act.caller.organization_id)
        return await _page(act, forms.too_late(current, typed, seen, differences, by), 409)
    try:
        if changes := _changes(typed, current):
            await settings.change(act.session, act.caller, None, changes, act.now)
    except Invalid as problem:
        return await _page(act, forms.again(current, typed, seen, _by_form(problem.errors)), 422)
    return go(act.request, HERE, Notice("Saved", "It counts from the next question on."))


def _changes(typed: Mapping[str, str], current: Mapping[str, str]) -> dict[str, Any]:
    errors = [FieldError(field=name, message=NUMBER) for name, text in typed.items() if heard(text) is None]
    if errors:
        raise Invalid(forms.MARKED, errors)
    return {name: heard(text) for name, text in typed.items() if heard(text) != heard(current[name])}


def heard(text: str) -> int | None:
    """A whole number as people write it, with or without separators; None where it is none."""
    plain = "".join(letter for letter in text if letter not in " ,._'’\u00a0\u2009\u202f")
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 15 else None


def _by_form(errors: Sequence[FieldError]) -> list[FieldError]:
    found = [(error["field"].removeprefix("settings."), error["message"]) for error in errors]
    return [FieldError(field=name, message=message if message == NUMBER else BOUNDS[name]) for name, message in found]


async def _current(act: Act, lock: bool = False) -> dict[str, str]:
    if lock:
        query = select(Organization.id).where(Organization.id == act.caller.organization_id)
        await act.session.execute(query.with_for_update())
    in_force = await settings.get(act.session, act.caller.organization_id)
    return {name: f"{getattr(in_force, name):,}" for name in LABELS}


async def _page(act: Act, form: forms.Form, status: int = 200) -> Response:
    cap = (await settings.get(act.session, act.caller.organization_id)).model_daily_tokens
    since = act.now.date() - timedelta(days=DAYS - 1)
    days = await spending.by_day(act.session, act.caller.organization_id, since, act.now)
    data = {"models": set_up(act.app.settings, act.app.model), "spent": spent(days, cap)}
    return await settings_page(act, "settings/models.html", HERE, status, form=form, **data)


def set_up(given: Settings, client: Client | None) -> SetUp:
    """In words, and never with a key, a path or a password of an address."""
    if given.model_provider is None:
        return SetUp()
    host = urlsplit(given.model_url).hostname if given.model_url else None
    where = f"a server at {host}" if host else PROVIDERS[given.model_provider]
    small = given.small_model_name or given.model_name or ""
    return SetUp(given.model_name or "", small, where, round(given.model_seconds), is_missing=client is None)


def spent(days: Sequence[Day], cap: int) -> Spent:
    """Days (the last of them is today) in figures and a drawing; nothing is drawn where nothing was asked."""
    today = days[-1].tokens
    percent = min(100, round(100 * today / cap)) if cap else 100
    asked = sum(day.questions for day in days)
    if not asked:
        return Spent(f"{today:,}", f"{cap:,}", percent, today >= cap)
    tokens, most = sum(day.tokens for day in days), max(day.tokens for day in days)
    total = f"{tokens:,} tokens for {words.counted(asked, 'question')}"
    told = [(_day(day.day), day.tokens, None, _words(day)) for day in days]
    drawn = charts.chart(told, "", f"Tokens by day, at most {most:,}; {total} in {DAYS} days.")
    lines = tuple(_words(day) for day in reversed(days) if day.questions)
    return Spent(f"{today:,}", f"{cap:,}", percent, today >= cap, total, drawn, lines)


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _words(day: Day) -> str:
    asked = words.counted(day.questions, "question")
    return f"{_day(day.day)}: {asked}, {day.input_tokens:,} tokens in, {day.output_tokens:,} out"
