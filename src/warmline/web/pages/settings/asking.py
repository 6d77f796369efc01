"""What a close reason asks for, as its form shows it and as it comes back: a row for each field. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from warmline.errors import Conflict, FieldError, Invalid
from warmline.organizations.model import CloseReason
from warmline.web.api.schema import LINE, Line, Storable, one_line
from warmline.web.pages.settings import forms

Help = Annotated[str, Field(max_length=LINE), Storable, AfterValidator(one_line)]  # it may be empty
MOST = 10  # fields of one reason, as over the API
EMPTY = {"label": "", "help": "", "notes": "no", "fields": ""}
LABELS = {"label": "Label", "help": "Help", "notes": "Notes", "fields": "Fields"}
LABEL = "Say in a few words how it ended."
TOO_LONG = "Keep it to one line of at most 300 characters."


@dataclass(frozen=True)
class Asked:
    """A row of the form: a field, or an empty row for a further one."""

    key: str = ""
    label: str = ""
    required: bool = False
    error: str = ""


def fields_of(reason: CloseReason) -> tuple[Asked, ...]:
    """The fields of a reason."""
    return tuple(Asked(one["key"], one["label"], one["required"]) for one in reason.fields)


def current(reason: CloseReason) -> dict[str, str]:
    """A reason in the words of its form."""
    notes = "yes" if reason.requires_notes else "no"
    return {"label": reason.label, "help": reason.help, "notes": notes, "fields": said(fields_of(reason))}


def said(fields: Sequence[Asked]) -> str:
    """The fields in one line: "Serial number (required), Model"."""
    return ", ".join(one.label + (" (required)" if one.required else "") for one in fields)


def slug(label: str, otherwise: str, taken: Sequence[str] = ()) -> str:
    """A key made of a label: small letters, digits and _; with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:50] or otherwise
    found, number = made, 2
    while found in taken:
        found, number = f"{made}_{number}", number + 1
    return found


@dataclass(frozen=True)
class Typed:
    """The form as it came."""

    label: str
    help: str
    notes: str
    keys: Sequence[str]
    labels: Sequence[str]
    needs: Sequence[str]

    def fields(self) -> tuple[Asked, ...]:
        """The rows that say something; a field whose label was emptied is left out."""
        rows = list(zip(self.keys, self.labels, self.needs, strict=False))[:MOST]
        return tuple(Asked(key, label.strip(), need == "yes") for key, label, need in rows if label.strip())

    def words(self) -> dict[str, str]:
        """In the words of the form."""
        notes = "yes" if self.notes == "yes" else "no"
        return {"label": self.label.strip(), "help": self.help.strip(), "notes": notes, "fields": said(self.fields())}

    def values(self) -> dict[str, Any]:
        """What is kept. Raises Invalid."""
        words = self.words()
        lines = [(f"field {place}", Line, one.label, TOO_LONG) for place, one in enumerate(self.fields())]
        forms.checked(("label", Line, words["label"], LABEL), ("help", Help, words["help"], TOO_LONG), *lines)
        return {
            "label": words["label"],
            "help": words["help"],
            "requires_notes": words["notes"] == "yes",
            "fields": self._kept(),
        }

    def _kept(self) -> list[dict[str, Any]]:
        """Each with its key: the one it has had, or a new one made of its label."""
        kept: list[dict[str, Any]] = []
        for one in self.fields():
            taken = [str(other["key"]) for other in kept]
            known = re.fullmatch("[a-z][a-z0-9_]{0,59}", one.key) and one.key not in taken
            key = one.key if known else slug(one.label, "field", [*taken, *filter(None, self.keys)])
            kept.append({"key": key, "label": one.label, "required": one.required})
        return kept

    def errors(self, problem: Invalid | Conflict) -> list[FieldError]:
        """At the fields of the form; what is wrong with the key is wrong with the label it is made of."""
        found: list[FieldError] = []
        for error in problem.errors if isinstance(problem, Invalid) else ():
            name = error["field"].partition(" ")[0].replace("field", "fields").replace("key", "label")
            found.append({"field": name, "message": error["message"]})
        return found or [{"field": "label", "message": problem.detail}]
