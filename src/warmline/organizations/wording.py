"""What Warmline says in an organization's name: texts with placeholders. Pure.

A text is words, placeholders in braces as {ticket}, and parts in [[double brackets]], which are left out where one of
their placeholders has nothing to say. It is no format string of Python's: a placeholder is a name of a closed list, and
leads to a text, never to an attribute; what is inserted is not looked at again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from warmline.llm.clean import visible

LINE, BLOCK = 300, 3000  # letters
MOST_PLACEHOLDERS = 20
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PART = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """What a text may hold: its placeholders, and whether it may have several lines."""

    placeholders: tuple[str, ...]
    lines: bool = False

    @property
    def longest(self) -> int:
        """Letters at most."""
        return BLOCK if self.lines else LINE


RULES: dict[str, Rule] = {
    "headline": Rule(("who", "ticket", "problem")),
    "email_subject": Rule(("headline", "ticket", "problem", "organization")),
    "email_closing": Rule(("channel", "address", "organization"), lines=True),
    "chat_line": Rule(("headline", "ticket", "problem", "organization")),
    "client_update": Rule(("title", "ticket", "customer", "steps", "organization"), lines=True),
    "email_draft": Rule(("title", "ticket", "customer", "steps", "update", "organization"), lines=True),
}


def checked(name: str, text: str) -> str:
    """The text as it is kept. Raises ValueError with what is wrong, and with what is allowed."""
    rule = RULES[name]
    plain = text.replace("\r\n", "\n").strip()
    _check_letters(plain, rule)
    _check_placeholders(plain, rule)
    _check_parts(plain)
    return plain


def _check_letters(text: str, rule: Rule) -> None:
    if len(text) > rule.longest:
        raise ValueError(f"expected at most {rule.longest} characters; these are {len(text)}")
    if "\n" in text and not rule.lines:
        raise ValueError("expected one line")
    for letter in text:
        if letter != "\n" and (letter == "\t" or visible(letter) != letter):
            raise ValueError(f"U+{ord(letter):04X} cannot be seen, or turns what follows; leave it out")


def _check_placeholders(text: str, rule: Rule) -> None:
    names = PLACEHOLDER.findall(text)
    if unknown := next((name for name in names if name not in rule.placeholders), None):
        raise ValueError(f"{{{unknown}}} is no placeholder here; {allowed(rule)}")
    if "" in names or {"{", "}"} & set(PLACEHOLDER.sub("", text)):
        raise ValueError(f"a brace stands alone; braces are for placeholders, and {allowed(rule)}")
    if len(names) > MOST_PLACEHOLDERS:
        raise ValueError(f"expected at most {MOST_PLACEHOLDERS} placeholders; these are {len(names)}")


def _check_parts(text: str) -> None:
    if any(not PLACEHOLDER.search(part) for part in PART.findall(text)):
        raise ValueError("a part in [[double brackets]] needs a placeholder: without its value the part is left out")
    outside = PART.sub("", text)
    if "[[" in outside or "]]" in outside:
        raise ValueError("a double bracket stands alone; a part begins with [[ and ends with ]], none inside another")


def allowed(rule: Rule) -> str:
    """The placeholders of a text, in a sentence."""
    return f"there are {', '.join(f'{{{name}}}' for name in rule.placeholders)}"


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; a part in double brackets only where all of its placeholders have one."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), PART.sub(lambda part: _part(part[1], values), text))


def _part(words: str, values: Mapping[str, str]) -> str:
    return words if all(values.get(name) for name in PLACEHOLDER.findall(words)) else ""
