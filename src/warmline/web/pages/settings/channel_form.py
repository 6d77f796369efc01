"""The form of a channel: what each kind asks for, what was typed, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Form
from pydantic import Field

from warmline.channels.model import Channel
from warmline.channels.personal import is_personal
from warmline.errors import Conflict, FieldError, Invalid
from warmline.web.api.channels import Address
from warmline.web.api.schema import Line
from warmline.web.pages.settings import forms, telling

Plain = Annotated[str, Form()]  # however long: what is too long is shown again, and said
Events = Annotated[tuple[str, ...], Form(max_length=200)]
Chosen = Annotated[tuple[Line, ...], Field(min_length=1)]
KEYS = ("company", "client_id", "public_key", "private_key")
SECRET = {"chat": ("url",), "ticket": ("public_key", "private_key")}  # never shown; left empty, they stay
OWN = {"webhook": ("url",), "email": ("to",), "chat": ("url",), "ticket": ("system", "url", *KEYS)}
LABELS = {
    "name": "Name", "url": "Address", "to": "To", "company": "Company", "client_id": "Client id",
    "events": "Tells when somebody", "squad": "Squad",
}  # fmt: skip
AT_FORM = {"event_types": "events", "squad_id": "squad"}
EXPECTED = {
    "name": "Keep it to one line of at most 300 characters, with something to see in it.",
    "to": "One e-mail address, as in leads@example.com.",
    "webhook": "An address on the internet, as in https://example.com/warmline.",
    "ticket": "An address on the internet, as in https://tickets.example.com/notes.",
    "chat": "The address of a chat service, as in slack://TokenA/TokenB/TokenC.",
    "events": "Choose at least one.",
    "squad": "Choose one of the squads, or all.",
}


@dataclass(frozen=True)
class Typed:
    """The form as it came."""

    kind: str
    fields: Mapping[str, str]
    events: Sequence[str]

    def words(self) -> dict[str, str]:
        """In the words of the form."""
        return {**self.fields, "events": telling.all_told_of(self.events)}

    def given(self) -> dict[str, Any]:
        """What a new channel is made of. Raises Invalid."""
        wanted = [name for name in OWN[self.kind] if self.fields[name].strip() or name not in KEYS]
        if self.kind == "ticket" and self.fields["system"] != "connectwise":
            wanted = [name for name in wanted if name not in KEYS]
        return self._checked(wanted, ("name",) if self.fields["name"].strip() else ())

    def changes(self, channel: Channel) -> dict[str, Any]:
        """What is another than it was; a secret that was left empty stays. Raises Invalid."""
        if is_personal(channel):
            return {"name": forms.checked(("name", Line, self.fields["name"], EXPECTED["name"]))["name"]}
        secret, before = SECRET.get(self.kind, ()), current(channel)
        named = ("name", *OWN[self.kind])
        wanted = [name for name in named if self._differs(name, before, secret)]
        good = self._checked([name for name in wanted if name != "name"], [one for one in wanted if one == "name"])
        was = {"event_types": set(channel.event_types), "squad_id": channel.squad_id}
        same = {"event_types": set(good["event_types"]), "squad_id": good["squad_id"]}
        return {name: value for name, value in good.items() if name not in was or same[name] != was[name]}

    def _differs(self, name: str, before: Mapping[str, str], secret: Sequence[str]) -> bool:
        typed = self.fields[name].strip()
        return name != "system" and (bool(typed) if name in secret else name in before and typed != before[name])

    def _checked(self, wanted: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
        own = [(name, _type(name), self.fields[name].strip(), self._expected(name)) for name in wanted]
        called = [(name, Line, self.fields[name], EXPECTED["name"]) for name in names]
        squad = self.fields["squad"] or None
        return forms.checked(
            *called, *own, ("event_types", Chosen, self.events, EXPECTED["events"]),
            ("squad_id", UUID | None, squad, EXPECTED["squad"]),
        ) | {"event_types": list(self.events)}  # fmt: skip

    def _expected(self, name: str) -> str:
        if name == "system":
            return "Choose one."
        return EXPECTED.get(self.kind if name == "url" else name, "Keep it to one line of at most 300 characters.")

    def errors(self, problem: Invalid | Conflict) -> list[FieldError]:
        """At the fields of the form."""
        if isinstance(problem, Conflict):
            return [{"field": "name", "message": problem.detail}]
        return [{"field": AT_FORM.get(one["field"], one["field"]), "message": one["message"]} for one in problem.errors]


def _type(name: str) -> Any:
    if name == "system":
        return Literal["generic", "connectwise"]
    return Address if name == "url" else Line


async def as_typed(
    name: Plain = "", url: Plain = "", to: Plain = "", system: Plain = "", company: Plain = "", client_id: Plain = "",
    public_key: Plain = "", private_key: Plain = "", squad: Plain = "", events: Events = (),
) -> Typed:  # fmt: skip
    """The form as it came; which kind it is of, its address says."""
    fields = {
        "name": name, "url": url, "to": to, "system": system, "company": company, "client_id": client_id,
        "public_key": public_key, "private_key": private_key, "squad": squad,
    }  # fmt: skip
    return Typed("", fields, tuple(dict.fromkeys(events)))


TypedDep = Annotated[Typed, Depends(as_typed)]


def of_kind(typed: Typed, kind: str) -> Typed:
    """The form, of a channel of this kind."""
    return replace(typed, kind=kind)


def empty(kind: str) -> dict[str, str]:
    """A new channel's form."""
    usual = telling.all_told_of(telling.USUALLY[kind])
    return {"name": "", "squad": "", "events": usual, "system": "generic"}


def current(channel: Channel) -> dict[str, str]:
    """A channel in the words of its form, without anything secret."""
    if is_personal(channel):
        return {"name": channel.name}
    shown = {name: str(text) for name, text in channel.config.items() if name in OWN[channel.kind]}
    events, squad = telling.all_told_of(channel.event_types), str(channel.squad_id or "")
    return {"name": channel.name, **shown, "squad": squad, "events": events}


def chosen(form: forms.Form, typed: Typed, channel: Channel) -> Sequence[str]:
    """Which events are ticked in a form that comes back: one's own choice, unless somebody else's is what changed."""
    return typed.events if form.values.get("events") == typed.words()["events"] else channel.event_types


def in_words(differences: Sequence[forms.Difference], squads: Mapping[UUID, str]) -> tuple[forms.Difference, ...]:
    """What somebody else has changed, with the names of squads."""
    names = {str(id): name for id, name in squads.items()} | {forms.NOTHING: "all"}
    return tuple(
        replace(one, was=names.get(one.was, one.was), now=names.get(one.now, one.now)) if one.label == "Squad" else one
        for one in differences
    )
