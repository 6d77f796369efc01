"""What each kind of channel is made of: what is shown of it, what is kept secret."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from warmline.channels.addresses import refused_host
from warmline.channels.chat.services import service_of
from warmline.channels.email.compose import header_safe
from warmline.channels.outgoing import checked_url
from warmline.channels.webhook.sign import new_secret
from warmline.errors import Invalid
from warmline.organizations.users import checked_email

# What there are words for in e-mails, chat and tickets; a webhook is told of anything.
WORDED = (
    "handoff.created", "handoff.ready", "handoff.claimed", "handoff.released", "handoff.lapsed", "handoff.transferred",
    "handoff.returned", "handoff.closed", "case.resolved", "case.closed",
)  # fmt: skip
USUAL = {
    "email": ("handoff.created", "handoff.ready"),
    "chat": ("handoff.created", "handoff.ready"),
    "ticket": ("handoff.created", "case.resolved", "case.closed"),
}
KEYS = ("company", "client_id", "public_key", "private_key")


@dataclass(frozen=True)
class Made:
    """What is kept of a channel. `secret` is shown once, to whoever sets the receiver up."""

    config: dict[str, Any]
    secrets: dict[str, Any] = field(default_factory=dict)
    secret: str | None = None


Given = Mapping[str, Any]


def made(kind: str, given: Given, allow_private: bool) -> Made:
    """A channel of this kind from what was entered. Raises Invalid with the field that is wrong."""
    wanted, make = MAKING[kind]
    for name in wanted:
        if given.get(name) is None:
            raise Invalid.field(name, f"a channel of the kind {kind} needs it")
    strange = {name for name, value in given.items() if value is not None} - {*wanted, *OPTIONAL.get(kind, ())}
    if strange:
        raise Invalid.field(min(strange), f"a channel of the kind {kind} has none; leave it out")
    return make(given, allow_private)


def checked_events(kind: str, wanted: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """The event types a channel is told of; the usual ones where none are named. Raises Invalid."""
    if wanted is None:
        if kind not in USUAL:
            raise Invalid.field("event_types", "say which events, as in handoff.created, handoff.* or *")
        return list(USUAL[kind])
    allowed = known if kind == "webhook" else WORDED
    patterns = {"*", *(f"{one.partition('.')[0]}.*" for one in allowed)} if kind == "webhook" else set()
    for one in wanted:
        if one not in allowed and one not in patterns:
            raise Invalid.field("event_types", f"{one} is none that this channel can tell of; {_some(allowed)}")
    return list(dict.fromkeys(wanted))


def _some(allowed: Sequence[str]) -> str:
    return f"there are {', '.join(allowed)}" if len(allowed) < 15 else "docs/lifecycles.md lists them"


def _url(given: Given, allow_private: bool) -> str:
    try:
        url = checked_url(given["url"])
    except ValueError as problem:
        raise Invalid.field("url", str(problem)) from None
    if why := refused_host(url.host, allow_private):
        raise Invalid.field("url", f"expected an address on the internet: {why}")
    return str(url)


def _webhook(given: Given, allow_private: bool) -> Made:
    secret = new_secret()
    return Made({"url": _url(given, allow_private)}, {"secret": secret}, secret)


def _email(given: Given, allow_private: bool) -> Made:
    try:
        return Made({"to": header_safe(checked_email(given["to"]))})
    except Invalid as problem:
        raise Invalid.field("to", problem.errors[0]["message"]) from None
    except ValueError as problem:
        raise Invalid.field("to", str(problem)) from None


def _chat(given: Given, allow_private: bool) -> Made:
    try:
        service = service_of(given["url"], allow_private)
    except ValueError as problem:
        raise Invalid.field("url", str(problem)) from None
    return Made({"service": service}, {"url": given["url"]})


def _ticket(given: Given, allow_private: bool) -> Made:
    config = {"system": given["system"], "url": _url(given, allow_private)}
    if given["system"] == "generic":
        if any(given.get(name) for name in KEYS):
            raise Invalid.field(next(name for name in KEYS if given.get(name)), "only ConnectWise has it; leave it out")
        secret = new_secret()
        return Made(config, {"secret": secret}, secret)
    for name in KEYS:
        if not given.get(name):
            raise Invalid.field(name, "ConnectWise needs it")
    if not given["client_id"].isascii():  # it is sent as a header
        raise Invalid.field("client_id", "expected letters of ASCII, as ConnectWise shows it")
    keys = {name: given[name] for name in ("public_key", "private_key")}
    return Made(config | {name: given[name] for name in ("company", "client_id")}, keys)


MAKING: dict[str, tuple[tuple[str, ...], Callable[[Given, bool], Made]]] = {
    "webhook": (("url",), _webhook),
    "email": (("to",), _email),
    "chat": (("url",), _chat),
    "ticket": (("system", "url"), _ticket),
}
OPTIONAL = {"ticket": KEYS}
SIGNED = ("secret", "old", "old_until")  # what a change of address leaves as it is
