"""The texts as their page shows them: what each is for, and what it comes to on an example. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from warmline.organizations.defaults import TEXTS
from warmline.organizations.settings import Texts
from warmline.organizations.wording import RULES, checked, fill
from warmline.web.pages.settings.forms import Form

ABOUT = {
    "headline": ("Headline", "One line for work that is handed over: on the bell, and wherever {headline} stands."),
    "email_subject": ("E-mail: subject", "Of every e-mail that a channel sends."),
    "email_closing": ("E-mail: closing", "The last lines of those e-mails: why they came, and who can change that."),
    "chat_line": ("Chat: first line", "Of every message that a chat channel gets; the details follow by themselves."),
    "client_update": ("Update for the client", "What a person sends first, where no model rewords the assessment."),
    "email_draft": ("E-mail to the client", "The same as an e-mail. Its first line is the subject."),
}
MEANINGS = {
    "who": "who handed it over",
    "ticket": "the ticket, as the agent gave it",
    "problem": "the problem, cut at 70 letters",
    "headline": "the headline of what happened",
    "organization": "what your organization is called",
    "channel": "the name of the channel",
    "address": "where people reach Warmline",
    "title": "the title of the case",
    "customer": "the client’s first name",
    "steps": "what was tried",
    "update": "your update for the client",
}
PROBLEM = "Outlook is failing to sync on every laptop of the practice since last …"
EXAMPLE = {
    "who": "Jane", "ticket": "#12345", "problem": PROBLEM, "channel": "Team leads", "customer": "Leila",
    "title": "Outlook fails to sync", "steps": "Restarted Outlook; Rebuilt the profile",
}  # fmt: skip
MAY_LACK = ("ticket", "customer", "steps")


@dataclass(frozen=True)
class Preview:
    """A text on an example: `full`, and `bare` where ticket, customer and steps are not known; or what is wrong."""

    name: str
    full: str = ""
    bare: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class Saying:
    """One text: its form, its placeholders with what they mean, and what it comes to."""

    name: str
    label: str
    help: str
    lines: bool
    longest: int
    form: Form
    placeholders: tuple[tuple[str, str], ...]
    preview: Preview
    is_own: bool
    shipped: str


def saying(name: str, form: Form, texts: Texts, around: Mapping[str, str]) -> Saying:
    """One text as it is shown; `around` is the organization's name and the server's address."""
    label, help = ABOUT[name]
    rule, typed = RULES[name], form.values["text"]
    placeholders = tuple((one, MEANINGS[one]) for one in rule.placeholders)
    seen = preview(name, typed, texts, around)
    own = getattr(texts, name) != TEXTS[name]
    return Saying(name, label, help, rule.lines, rule.longest, form, placeholders, seen, own, TEXTS[name])


def preview(name: str, text: str, texts: Texts, around: Mapping[str, str]) -> Preview:
    """What a text that was typed comes to; an empty one is the shipped one."""
    try:
        kept = checked(name, text) or TEXTS[name]
    except ValueError as problem:
        return Preview(name, wrong=str(problem))
    full, bare = fill(kept, _known(texts, around)), fill(kept, _known(texts, around, MAY_LACK))
    return Preview(name, full, "" if bare == full else bare)


def _known(texts: Texts, around: Mapping[str, str], lacking: tuple[str, ...] = ()) -> dict[str, str]:
    known = EXAMPLE | dict(around) | dict.fromkeys(lacking, "")
    return known | {"headline": fill(texts.headline, known), "update": fill(texts.client_update, known)}
