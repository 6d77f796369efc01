"""Texts with placeholders: what is refused, what is left out, and that nothing but a named value gets in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from warmline.assessments.texts import About, template
from warmline.organizations.defaults import TEXTS
from warmline.organizations.settings import Texts
from warmline.organizations.wording import BLOCK, LINE, RULES, checked, fill

JANE = {"who": "Jane", "ticket": "#7", "problem": "It is red."}


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("{who}: {problem}", JANE, "Jane: It is red."),
        ("From {who}[[ · {ticket}]]: {problem}", JANE, "From Jane · #7: It is red."),
        ("From {who}[[ · {ticket}]]: {problem}", JANE | {"ticket": ""}, "From Jane: It is red."),
        ("[{ticket}] {problem}", JANE, "[#7] It is red."),
        ("[[{who} on {ticket}]]!", JANE | {"who": ""}, "!"),
        ("[[ {who}]][[ {ticket}]]", JANE | {"who": ""}, " #7"),
        ("{who}", {"who": "{ticket} [[{problem}]]", "ticket": "#7"}, "{ticket} [[{problem}]]"),
        ("{nobody}", {}, ""),
    ],
)
def test_a_text_is_filled_and_parts_without_a_value_are_left_out(text: str, values: dict[str, str], said: str) -> None:
    assert fill(text, values) == said


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("headline", "{whom}", "{whom} is no placeholder here; there are {who}, {ticket}, {problem}"),
        ("headline", "{who.__class__}", "{who.__class__} is no placeholder"),
        ("headline", "{who[0]}", "{who[0]} is no placeholder"),
        ("headline", "{who!r}", "{who!r} is no placeholder"),
        ("headline", "{who:>99999999}", "is no placeholder"),
        ("headline", "{ who }", "{ who } is no placeholder"),
        ("headline", "{0}", "{0} is no placeholder"),
        ("headline", "{}", "a brace stands alone"),
        ("headline", "{steps}", "{steps} is no placeholder here"),
        ("headline", "{who", "a brace stands alone"),
        ("headline", "who}", "a brace stands alone"),
        ("headline", "{{who}}", "a brace stands alone"),
        ("headline", "{who}}", "a brace stands alone"),
        ("headline", "[[{who}", "a double bracket stands alone"),
        ("headline", "{who}]]", "a double bracket stands alone"),
        ("headline", "[[a [[{who}]] b]]", "a double bracket stands alone"),
        ("headline", "[[or so]]", "needs a placeholder"),
        ("headline", "[[]]", "needs a placeholder"),
        ("headline", "two\nlines", "expected one line"),
        ("headline", "{who}" * 21, "at most 20 placeholders"),
        ("headline", "x" * (LINE + 1), "at most 300 characters; these are 301"),
        ("client_update", "x" * (BLOCK + 1), "at most 3000 characters"),
        *(
            ("email_draft", f"Hello{chr(code)}.", f"U+{code:04X} cannot be seen")
            for code in (0x0, 0x7, 0x9, 0x7F, 0x85, 0xAD, 0x200B, 0x200F, 0x202E, 0x2028, 0x2066, 0xFEFF, 0xD800,
                         0xE0041, 0x3164)
        ),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_with_what_is_allowed(name: str, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        checked(name, text)


@given(st.text(alphabet=st.sampled_from("{}[]whotick. _\n"), max_size=40))
def test_whatever_passes_holds_no_brace_once_it_is_filled(text: str) -> None:
    try:
        kept = checked("email_draft", text)
    except ValueError:
        return
    assert not {"{", "}"} & set(fill(kept, dict.fromkeys(RULES["email_draft"].placeholders, "x")))
    assert checked("email_draft", kept) == kept


@pytest.mark.parametrize("name", RULES)
def test_what_is_shipped_passes_and_an_empty_text_is_what_is_shipped(name: str) -> None:
    assert checked(name, TEXTS[name]) == TEXTS[name]
    assert getattr(Texts.model_validate({name: " \r\n "}), name) == TEXTS[name]


def test_a_text_has_the_line_ends_of_texts_and_nothing_around_it() -> None:
    assert Texts(email_closing=" One\r\ntwo ").email_closing == "One\ntwo"


def test_an_unheard_of_text_is_refused() -> None:
    with pytest.raises(ValidationError):
        Texts.model_validate({"poem": "x"})


def test_the_shipped_texts_say_what_is_certain_and_no_more() -> None:
    bare = About("It fails.", "", "", [])
    update = "I have taken over your request: It fails. "
    update += "I am looking into it now, and will write again as soon as there is news."
    assert template("client_update", bare, Texts()) == update
    assert (
        template("email_draft", bare, Texts())
        == f"Subject: Your request: It fails\n\nHello,\n\n{update}\n\nKind regards"
    )
