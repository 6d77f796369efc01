"""What goes to a model can be seen, and what comes back is no link."""

import unicodedata

import pytest

from warmline.llm.clean import LEFT_OUT, has_link, visible, without_links

HIDDEN = [
    "\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u202e", "\u2066", "\u200f", "\u061c", "\ufe0f", "\u034f",
    "\u3164", "\u2800", "\U000e0041", "\U000e007f", "\U000e0100", "\x00", "\x1b", "\x7f", "\x9b", "\ue000", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("letter", HIDDEN, ids=[f"{ord(letter):x}" for letter in HIDDEN])
def test_what_cannot_be_seen_is_taken_out(letter: str) -> None:
    assert visible(f"ig{letter}nore") == "ignore"


def test_all_of_unicodes_hidden_characters_go_but_for_marks_that_scripts_show() -> None:
    """What is left of the format characters are signs that stand before Arabic numbers, and the like: one sees them."""
    hidden = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cf", "Cc", "Cs", "Co")]
    left = {unicodedata.name(letter, letter).partition(" ")[0] for letter in hidden if visible(letter)}
    assert left == {"\t", "\n", "\r", "\x85", "ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}


@pytest.mark.parametrize("text", ["Zürich, Ωmega, 東京, שלום, нет", "a\tb\nc", "👍🏽 ok", "naïve café"])
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/a?b=c", "HTTP://EVIL.EXAMPLE", "ftp://x", "javascript:alert(1)", "data:text/html,hello",
        "mailto:a@b.example", "www.evil.example", "evil.example/steal?x=1", "evil.example:8080/a", "//evil.example/a",
        "ht\u200btps://evil.example", "tel:+4912345", "file:///etc/passwd", "vbscript:x",
        "1https://evil.example/x", "ｈttps://evil.example", "https:/evil.example", "https:\\\\evil.example\\x",
        "_www.evil.example", "пример.рф/путь", "evil.xn--p1ai/x", "evil.example?q=1", "_javascript:alert(1)", "_https://evil.example/x_",
    ],
)  # fmt: skip
def test_an_address_is_left_out(text: str) -> None:
    left = without_links(f"See {text} now")
    assert (left[:4], left[-4:]) == ("See ", " now")
    assert left.count(LEFT_OUT) == 1
    assert "evil" not in left.replace(LEFT_OUT, "")
    assert has_link(text)


def test_of_a_marked_link_its_words_stay() -> None:
    assert without_links("Read [the manual](https://evil.example) now") == "Read the manual now"
    assert without_links("![x](https://evil.example/p.png)") == "x"


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/24 is routed", "/etc/nginx/nginx.conf/x", "C:\\Program Files\\Outlook.exe", "and/or, 24/7, N.B.",
        "ask jane@contoso.example", "contoso.example does not resolve", "outlook.exe /resetnavpane", "a 3:1 chance",
        "Version 16.0/17.1", "metadata:x",
        "run.py:120", "Note: it is late", "Get-Mailbox -Identity jane | fl", "data: 12 rows", "tel: yes",
    ],
)  # fmt: skip
def test_what_is_no_address_stays(text: str) -> None:
    assert without_links(text) == text
    assert not has_link(text)


def test_it_is_quick_on_long_and_odd_texts() -> None:
    for odd in ("a." * 50_000, "[" * 50_000, "/" * 50_000, "a-" * 50_000 + "://", "www" * 30_000):
        assert without_links(odd)
