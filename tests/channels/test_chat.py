"""Chat services, by apprise; here a Mattermost of one's own, played by a local server."""

from typing import Any

import pytest

from tests.channels.cast import arrived, settled
from tests.channels.receiver import Receiver, answering
from tests.world import Tenant, World
from warmline.channels.chat.services import service_of

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
        "workflows://x.logic.azure.com.evil.example/a/b", "slack://A/B/C?verify=no", "slack", "", "slack://",
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
