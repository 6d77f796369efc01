"""Masking: what is found in a text and what is left of it; no text is slow, and nothing comes back."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.organizations.masks import KINDS, masked

HIDDEN = "[hidden: secret]"
FOUND = [
    ("email", "Mail jane.doe+x@example.com, please.", "Mail j•••@example.com, please."),
    ("email", "é@exämple.de", "é•••@exämple.de"),
    ("email", "two: a@b.co;c@d.co", "two: a•••@b.co;c•••@d.co"),
    ("phone", "+44 20 7946 0958", "+44 ••• 958"),
    ("phone", "call +1 (202) 555-0143 now", "call +1 ••• 143 now"),
    ("phone", "0049 30 1234567", "••• 567"),
    ("phone", "(030) 123 45 67 or 020 7946 0958", "••• 567 or ••• 958"),
    ("phone", "(202) 555-0143, 202.555.0143, 2025550143", "••• 143, ••• 143, ••• 143"),
    ("phone", "on 05.03.2026 030 1234567", "on 05.03.2026 ••• 567"),
    ("card", "4242 4242 4242 4242", "•••• 4242"),
    ("card", "4242424242424242 and 3782-822463-10005", "•••• 4242 and •••• 0005"),
    ("card", "4242\u00a04242\u00a04242\u00a04242", "•••• 4242"),
    ("card", "Order 12 4242 4242 4242 4242 99", "Order 12 •••• 4242 99"),
    ("card", "+44 20 7946 0958 4242 4242 4242 4242", "+44 20 7946 0958 •••• 4242"),
    ("card", "4242 4242 4242 4242 5555 5555 5555 4444", "•••• 4242 •••• 4444"),
    ("secret", "password: hunter2!", f"password: {HIDDEN}"),
    ("secret", "The password is hunter22.", f"The password is {HIDDEN}"),
    ("secret", 'api_key="abc def" and more', f"api_key={HIDDEN} and more"),
    ("secret", "Authorization: Bearer abc.def-123456", f"Authorization: Bearer {HIDDEN}"),
    ("secret", "sk-proj-abcdefghijklmnop123, AKIAIOSFODNN7EXAMPLE", f"{HIDDEN}, {HIDDEN}"),
    ("secret", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef", HIDDEN),
    ("secret", "wlu_0123456789abcdefghij", HIDDEN),
    ("secret", "postgres://ana:geheim@db/x", f"postgres://{HIDDEN}@db/x"),
    ("secret", "a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b", f"a {HIDDEN} b"),
    ("secret", "-----BEGIN PRIVATE KEY-----\nMII and no end", HIDDEN),
]
LEFT = [
    *("#12345", "2026-05-03T10:42:00+00:00", "03.05.2026 10:42", "1763744000", "192.168.10.250", "10.0.19045.3803"),
    *("The password is wrong.", "He lost his password.", "https://example.com/tokens/list", "a @ b", "@home", "x@y"),
    *("0192f0c1-1234-7abc-8123-123456789012", "/handoffs/01912345-6789-7123-8123-123456789012/work", "KB5031356"),
    *("4242 4242 4242 4243", "1234567890123456", "5 steps in 24 min", "Outlook 16.0.17126.20132", "j•••@example.com"),
]
BAD = [
    *("a", "@", "a@", "a@a.", "1", "1 ", "4 ", "0", "+1", "+ ", "password: ", "eyJaaaaaaaa-", "eyJ", "sk-", "pass is "),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "://a:b",
        "a:",
        "bearer ",
        "(((0",
        "4242 ",
        "0192f0c1-1234-",
        "a-a.",
    ),
]
PIECES = st.sampled_from(
    [*(text for _, text, _ in FOUND), *LEFT, *BAD, " ", "\n", "•", "••• ", "4", "4242", "+", ":", HIDDEN, "ab", "."]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8).map("".join)


@pytest.mark.parametrize(("kind", "text", "shown"), FOUND)
def test_it_is_found_and_masked(kind: str, text: str, shown: str) -> None:
    assert masked(text, {kind}) == shown
    assert masked(text, set(KINDS) - {kind}) != shown


@pytest.mark.parametrize("text", LEFT)
def test_other_things_are_left_as_they_are(text: str) -> None:
    assert masked(text, KINDS) == text


def test_what_nobody_hides_is_shown() -> None:
    for _, text, _ in FOUND:
        assert masked(text, ()) == text


@given(TEXTS, st.sets(st.sampled_from(KINDS)))
def test_masking_what_is_masked_changes_nothing(text: str, kinds: set[str]) -> None:
    once = masked(text, kinds)
    assert masked(once, kinds) == once


@given(TEXTS, st.sampled_from([one for one in FOUND if one[0] != "secret"]), TEXTS)
def test_what_stands_alone_never_comes_through(before: str, one: tuple[str, str, str], after: str) -> None:
    kind, text, _ = one
    alone = f"\n\n\n\n{text}\n\n\n\n"
    assert alone not in masked(before + alone + after, {kind})


@pytest.mark.parametrize("piece", BAD)
def test_no_text_is_slow(piece: str) -> None:
    def once(text: str) -> float:
        begun = time.process_time()
        masked(text, KINDS)
        return time.process_time() - begun

    def took(letters: int) -> float:
        text = (piece * (letters // len(piece) + 1))[:letters]
        return min(once(text) for _ in range(3))

    assert took(200_000) < max(40 * took(20_000), 0.2)  # it would be a hundred times, were each letter looked at anew
