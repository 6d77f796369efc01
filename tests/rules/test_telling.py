"""What a channel tells of and why something did not arrive, in words; which hosts are refused as they are written."""

import pytest

from warmline.channels.addresses import refused_host
from warmline.channels.email.send import NO_SERVER
from warmline.channels.kinds import USUAL, WORDED
from warmline.web.api.channels import EVENT_TYPES
from warmline.web.pages.settings.telling import NOUNS, USUALLY, all_told_of, groups, told_of, why


def test_every_event_stands_in_a_group_with_a_name() -> None:
    assert {one.partition(".")[0] for one in EVENT_TYPES} <= set(NOUNS)
    for kind, allowed in (("webhook", EVENT_TYPES), ("email", WORDED)):
        shown = [choice.value for group in groups(kind, ()) for choice in group.choices]
        assert sorted(shown) == sorted(allowed)
    assert set(USUALLY) == {"webhook", *USUAL}


def test_only_webhooks_are_told_of_all_about_something() -> None:
    assert [group.whole for group in groups("webhook", ())][:2] == ["handoff.*", "case.*"]
    assert not any(group.whole for group in groups("chat", ()))
    assert [group.label for group in groups("webhook", ("case.*", "token.created")) if group.opened] == [
        "Cases",
        "Tokens",
    ]


@pytest.mark.parametrize(
    ("types", "words"),
    [
        (["*", "case.closed"], "everything that happens"),
        (["handoff.created"], "when somebody asked for a person"),
        (["handoff.*", "case.closed"], "everything about handoffs; when somebody closed the case"),
        (
            ["handoff.created", "handoff.ready", "handoff.claimed", "handoff.closed", "case.closed"],
            "when somebody asked for a person, put it on the desk, claimed it and 2 more",
        ),
    ],
)
def test_what_is_told_is_said_in_a_line(types: list[str], words: str) -> None:
    assert told_of(types) == words


def test_a_form_compares_all_of_it_in_one_order() -> None:
    assert all_told_of(["handoff.created", "case.closed"]) == all_told_of(["case.closed", "handoff.created"])


@pytest.mark.parametrize(
    ("error", "words", "said"),
    [
        ("500 Internal Server Error: full", "The receiver has a fault of its own.", "500 Internal Server Error: full"),
        ("599 ", "The receiver has a fault of its own.", "599 "),
        ("418 I'm a Teapot", "The receiver refuses it.", "418 I'm a Teapot"),
        ("429 Too Many Requests", "The receiver asks us to slow down.", "429 Too Many Requests"),
        ("410 Gone: no more", "The receiver does not want this any more.", "410 Gone"),
        ("302 Found: no", "It has moved. Redirects are not followed: enter the address it leads to.", "302 Found"),
        ("Slack did not take it: no reason was given", "Slack did not take it.", "no reason was given"),
        (
            "ntfy did not take it: x error=404.",
            "ntfy did not take it: there is nothing at this address.",
            "x error=404.",
        ),
        ("The mail server refuses: 535 no", "The mail server refuses.", "535 no"),
        ("The mail server refuses a@b.example: 550 no", "The mail server refuses a@b.example.", "550 no"),
        (NO_SERVER, NO_SERVER, ""),
        ("There was no whole answer within 15 s.", "There was no whole answer within 15 s.", ""),
    ],
)
def test_why_it_did_not_arrive_is_said_for_whoever_can_mend_it(error: str, words: str, said: str) -> None:
    found = why(error)
    assert found is not None
    assert (found.words, found.said) == (words, said)


def test_where_nothing_failed_there_is_no_why() -> None:
    assert why(None) is why("") is None


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "0x08080808", "hooks.example.com", "EXAMPLE.com.", "[2606:4700::1111]", "localhost.example.com"]
)
def test_what_is_on_the_internet_may_be_entered(host: str) -> None:
    assert refused_host(host) is None


@pytest.mark.parametrize(
    ("host", "open_inside"),
    [
        ("127.0.0.1", True), ("127.1", True), ("2130706433", True), ("0x7f.1", True), ("017700000001", True),
        ("[::1]", True), ("[::ffff:10.0.0.1]", True), ("localhost", True), ("db", True), ("db.internal", True),
        ("169.254.169.254", False), ("2852039166", False), ("0", False), ("[64:ff9b::a9fe:a9fe]", False),
    ],
)  # fmt: skip
def test_what_leads_inside_may_not_as_far_as_it_is_written(host: str, open_inside: bool) -> None:
    assert refused_host(host)
    assert (refused_host(host, allow_private=True) is None) is open_inside
