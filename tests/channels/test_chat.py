"""Chat services, by apprise; here a Mattermost of one's own, played by a local server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.channels.cast import arrived, settled
from tests.channels.receiver import Receiver, answering, receiver
from tests.world import Tenant, World
from warmline.channels.chat.send import send, without_secrets
from warmline.channels.chat.services import FIXED, service_of
from warmline.channels.message import Message
from warmline.channels.outgoing import Outgoing
from warmline.channels.target import Means, Target

TOKEN = "3ccdd113474722377935511fc85d3dd4"


async def chat_channel(cast: Tenant, there: Receiver, **more: Any) -> dict[str, Any]:
    """A channel to it."""
    body = {"kind": "chat", "url": f"mmost://127.0.0.1:{there.port}/{TOKEN}"}
    made: dict[str, Any] = await cast.owner.post("channels", body | more, 201)
    return made


async def test_an_escalation_is_posted_and_calls_nobody(world: World, there: Receiver) -> None:
    made = await chat_channel(world.acme, there)
    assert (made["config"], made["secret"], made["name"]) == ({"service": "Mattermost"}, None, "Mattermost")
    case = await world.acme.case(problem="@everyone look: <!channel> it is red")
    handoff = await world.acme.handoff(case)
    await arrived(there)
    assert there.got[0].path == f"/hooks/{TOKEN}"
    text = there.got[0].body.decode()
    assert "Escalation from Jane" in text
    assert f"https://acme.example/handoffs/{handoff['id']}?pickup=true" in text
    assert "@everyone" not in text
    assert "<!channel>" not in text
    await settled(world.acme, "sent")


async def test_a_refusal_is_seen_with_its_reason(world: World, there: Receiver) -> None:
    there.reply = answering(403, "no")
    await chat_channel(world.acme, there)
    await world.acme.handoff()
    failed = await settled(world.acme, "failed")
    assert "Mattermost did not take it" in failed["last_error"]
    assert "403" in failed["last_error"]
    assert failed["attempt_log"][0]["status"] == 403
    assert failed["next_at"] is not None


async def test_the_address_is_a_secret(world: World, there: Receiver) -> None:
    made = await chat_channel(world.acme, there)
    for path in ("channels", f"channels/{made['id']}"):
        assert TOKEN not in (await world.acme.owner.http.get(path)).text


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1/", "xml://localhost", "form://10.0.0.1", "syslog://", "dbus://", "windows://", "mailto://a:b@x.y",
        "file:///etc/passwd", "http://127.0.0.1/", "https://169.254.169.254/", "mqtt://10.0.0.1/x", "apprise://localhost/x",
        "slack://A/B/C?template=/etc/passwd", "discord://1/2?template=http://127.0.0.1/", "slack://A/B/C, json://127.0.0.1",
        "slack://A/B/C json://127.0.0.1", "workflows://127.0.0.1:443/a/b", "workflows://evil.example/a/b",
        "workflows://x.logic.azure.com.evil.example/a/b",
        "workflows://a.logic.azure.com:80@127.0.0.1:8080@x.logic.azure.com/w/s",
        "workflows://u:p@x.logic.azure.com/w/s", "workflows://x.logic.azure.com:22/w/s", "slack://A/B/C?redirect=yes",
        "slack://A/B/C?verify=no", "slack", "", "slack://",
        "mmost://127.0.0.1/t", "ntfy://10.0.0.1/topic", "gotify://localhost/token", "rocket://u:p@10.0.0.1/#x",
    ],
)  # fmt: skip
def test_only_known_services_pass_and_none_that_goes_anywhere(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected|options|operator"):
        service_of(url, allow_own=False)


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "Slack"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?thread=12", "Discord"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "Telegram"),
        ("workflows://prod-161.westeurope.logic.azure.com:443/643e69f83c8944/KbUK0cgEQ", "Teams"),
    ],
)
def test_known_services_pass(url: str, service: str) -> None:
    assert service_of(url, allow_own=False) == service


SLACK, TEAMS = (
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "workflows://p.westus.logic.azure.com:443/643e69/8K3f",
)
HOSTS = {
    "slack": (SLACK, "hooks.slack.com"),
    "discord": ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord.com"),
    "gchat": ("gchat://workspace/key/token", "chat.googleapis.com"),
    "tgram": ("tgram://123456789:alphanumeric_characters_abcdefghij/12315544/", "api.telegram.org"),
    "wxteams": ("wxteams://" + "abcdefgh" * 10, "api.ciscospark.com"),
    "pover": (f"pover://{'u' * 30}@{'a' * 30}", "api.pushover.net"),
    "pagerduty": ("pagerduty://integration1234567890@apikey1234567890", "events.pagerduty.com"),
    "opsgenie": ("opsgenie://8b799edf-6f98-4d3a-9be7-2862fb4e5752", "api.opsgenie.com"),
    "workflow": (TEAMS.replace("workflows:", "workflow:"), "p.westus.logic.azure.com"),
    "workflows": (TEAMS, "p.westus.logic.azure.com"),
}
asked: list[str] | None = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo" and asked is not None:
        asked.append(str(arguments[0]))
        raise OSError("seen")


sys.addaudithook(_audit)  # it stays for good, and is silent but inside `watched`


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every name that this process looks up; none of them is found."""
    global asked
    asked = []
    try:
        yield asked
    finally:
        asked = None


@pytest.mark.parametrize("scheme", [*FIXED, "workflow", "workflows"])
async def test_each_service_is_asked_at_its_own_host_and_nowhere_else(scheme: str) -> None:
    """And it is asked: one that opens alerts for nothing but warnings said that all went well, and was never asked."""
    url, host = HOSTS[scheme]
    means, target = Means(Outgoing()), Target(uuid4(), "chat", "Team", {}, {"url": url})
    with watched() as seen:
        outcome = await send(means, target, Message(uuid4(), {}, "Escalation", (("", "Look"),)), datetime.now(UTC))
    assert set(seen) == {host}
    assert not outcome.ok
    assert not [part for part in url.partition("://")[2].split("/") if len(part) > 8 and part in outcome.detail]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_service_sends_us_on_to_nobody(world: World, there: Receiver, status: int) -> None:
    async with receiver() as elsewhere:
        there.reply = answering(status, Location=elsewhere.url)
        await chat_channel(world.acme, there)
        await world.acme.handoff()
        failed = await settled(world.acme, "failed")
        assert str(status) in failed["last_error"]
        assert elsewhere.got == []


def test_an_error_shows_no_part_of_the_address() -> None:
    url = "pagerduty://integration1234567890@apikey%2D1234567890/#general"
    assert without_secrets("sending to apikey-1234567890.", url) == "sending to …."
    assert without_secrets("403 of #ops", url) == "403 of #ops"
