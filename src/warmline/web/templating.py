"""The Jinja environment: escaped, strict about names, and the same for a page and for a push."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from warmline.web.assets import asset
from warmline.web.masking import AsIs, said
from warmline.web.pages import happened, words
from warmline.web.pages.views import Notice

TEMPLATES = Path(__file__).with_name("templates")
GLOBALS = (words.headline, words.counted, words.number, words.share_left, words.begun, words.took, words.sure)
FILTERS = (
    words.clock,
    words.when,
    words.day,
    words.ago,
    words.due,
    words.due_long,
    words.attempt,
    words.urgency,
    words.left,
    words.minutes_left,
    words.initials,
    words.tone,
    happened.state,
)
TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # they turn the words that follow, too
UNSENT = Notice("Not sent", "The server did not answer. What you typed is still here; try again in a moment.")


def new_key() -> str:
    """An idempotency key for one form: pressed twice, it acts once."""
    return AsIs(secrets.token_urlsafe(16))


def shortened(text: str, length: int = words.CUT) -> str:
    """Cut at a word; what is masked is masked before, for half a number is none that is known as one."""
    return words.shortened(said(text), length)


def straight(value: Any) -> Any:
    """What is shown stays where it stands: a text cannot turn round the words that we put after it."""
    return value.translate(TURNING) if type(value) in (str, AsIs) and not value.isascii() else value


def shown(value: Any) -> Any:
    """Whatever a template says: masked for whom it is rendered for, and straight."""
    return straight(said(value))


@cache
def environment() -> Environment:
    """Everything a template may call; whatever else it needs is handed in as plain data (`pages/views.py`)."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=shown,
    )
    made.filters.update({function.__name__: function for function in (*FILTERS, shortened)})
    made.globals.update({function.__name__: function for function in (*GLOBALS, asset, new_key)})
    made.globals.update(
        RESULTS=words.RESULTS, ORIGINS=words.ORIGINS, PRIORITIES=words.PRIORITIES, TEXTS=words.TEXTS, unsent=UNSENT
    )
    made.globals.update(PRESENCES=words.PRESENCES, CHANGED=words.CHANGED)
    made.globals.update(HISTORY_WHAT=words.HISTORY_WHAT, HISTORY_WHEN=words.HISTORY_WHEN)
    return made


def render(name: str, **data: Any) -> str:
    """A whole page, a part, or a push: `render("parts/item.html", item=item, now=now)`."""
    return environment().get_template(name).render(**data)
