"""What is wrong in the form of a channel is said at its field; nothing that was typed is lost, and nothing is kept."""

import html
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from markupsafe import escape

from tests.conftest import Running
from tests.settings.screens import at, errors, fields
from tests.web.visitors import Visitor
from tests.world import World, create_world

NEW = "/settings/new-channel"
URL = "https://hooks.example.com/warmline"
GOOD: dict[str, dict[str, Any]] = {
    "webhook": {"url": URL, "events": ["handoff.created"]},
    "email": {"to": "leads@acme.example", "events": ["handoff.created"]},
    "chat": {"url": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "events": ["handoff.created"]},
    "ticket": {"url": URL, "system": "generic", "events": ["handoff.created"]},
}
INSIDE = (
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://127.0.0.1./", "http://10.0.0.1:8080/", "http://192.168.1/", "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fd00:ec2::254]/",
    "http://[64:ff9b::a9fe:a9fe]/", "http://0.0.0.0/", "http://localhost/", "http://LOCALHOST./", "http://db/",
    "http://api.localhost/", "http://metadata.google.internal/", "http://printer.local/", "ftp://example.com/",
    "https://user:word@example.com/", "https://example.com/#x", "javascript:alert(1)", "example.com",
    "https://exam ple.com/",
    "https://ex\u202eample.com/", "https://loc\u200balhost/", "", " ", "https://example.com/" + "a" * 200_000,
)  # fmt: skip
NAMES = ("\u202egnp.exe", "\u200b\u2060\ufeff", "\u3164", "one\ntwo", "\x1b[31mred", "n" * 301, "n" * 200_000)
WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    *(("webhook", {"url": url}, "url") for url in INSIDE),
    *(("ticket", {"url": url}, "url") for url in INSIDE[:3]),
    *(("webhook", {"name": name}, "name") for name in NAMES),
    ("webhook", {"events": []}, "events"),
    ("webhook", {"events": ["handoff.craeted"]}, "events"),
    ("webhook", {"events": ["a" * 200_000]}, "events"),
    ("email", {"events": ["user.added"]}, "events"),
    ("email", {"to": "nobody"}, "to"),
    ("email", {"to": "a@b.example\r\nBcc: c@d.example"}, "to"),
    ("email", {"to": "a" * 200_000}, "to"),
    ("chat", {"url": "json://127.0.0.1/"}, "url"),
    ("chat", {"url": "mmost://127.0.0.1/token"}, "url"),
    ("chat", {"url": ""}, "url"),
    ("ticket", {"system": "none"}, "system"),
    ("ticket", {"system": "connectwise", "company": "acme"}, "client_id"),
    ("webhook", {"squad": "not-an-id"}, "squad"),
    ("webhook", {"squad": "01a1ff24-b07e-74ec-8d8b-63912ddf5508"}, "squad"),
)


@pytest_asyncio.fixture(scope="module")
async def forms(shared: Running) -> AsyncIterator[tuple[World, Visitor]]:
    """Ada of Acme before them, on a server that allows nothing inside."""
    world = await create_world(shared.app, shared.address)
    async with at(world, world.acme.admin) as ada:
        yield world, ada
    await world.close()


def shown(text: str) -> str:
    """As a page shows it: as text, without what would turn the words after it."""
    return str(escape(text.replace("\u202e", "")))


@pytest.mark.parametrize(("kind", "typed", "field"), WRONG, ids=lambda given: repr(given)[:60])
async def test_what_is_wrong_is_said_where_it_is(
    forms: tuple[World, Visitor], kind: str, typed: dict[str, Any], field: str
) -> None:
    world, ada = forms
    refused = await ada.post(f"{NEW}/{kind}", **({"name": "Ours"} | GOOD[kind] | typed))
    assert refused.status_code == 422
    assert set(errors(refused.text)) == {field}
    assert all(errors(refused.text).values())
    for name, text in ({"name": "Ours"} | GOOD[kind] | typed).items():
        if name not in ("events", "system", "squad"):
            assert f'value="{shown(text)}"' in refused.text
    assert (await world.acme.owner.get("channels"))["items"] == []


async def test_all_that_is_wrong_is_said_at_once_and_a_change_loses_nothing(forms: tuple[World, Visitor]) -> None:
    world, ada = forms
    kept = await world.acme.owner.post("webhooks", {"url": URL, "event_types": ["handoff.*"], "name": "Ours"}, 201)
    page = f"/settings/channels/{kept['id']}"
    there = fields(await ada.get(page), page)
    refused = await ada.post(page, **(there | {"name": "\u202egnp.exe", "url": "http://10.0.0.1/"}))
    assert refused.status_code == 422
    assert set(errors(refused.text)) == {"name", "events"}
    refused = await ada.post(page, **(there | {"name": "Theirs", "url": "http://10.0.0.1/"}), events=["case.opened"])
    assert set(errors(refused.text)) == {"url"}
    assert 'value="Theirs"' in refused.text
    assert 'value="case.opened" checked' in refused.text
    now = await world.acme.owner.get(f"webhooks/{kept['id']}")
    assert (now["name"], now["url"], now["event_types"]) == ("Ours", URL, ["handoff.*"])
    await world.acme.owner.delete(f"webhooks/{kept['id']}")


async def test_html_in_a_name_is_text(forms: tuple[World, Visitor]) -> None:
    world, ada = forms
    name = "<img src=x onerror=alert(1)>"
    await ada.post(f"{NEW}/webhook", **GOOD["webhook"], name=name)
    kept = (await world.acme.owner.get("channels"))["items"][-1]
    assert kept["name"] == name
    for path in ("/settings/channels", f"/settings/channels/{kept['id']}", "/settings/deliveries"):
        page = await ada.get(path)
        assert "<img" not in page
        assert html.escape(name) in page
    await world.acme.owner.delete(f"channels/{kept['id']}")


async def test_a_kind_that_is_none_leads_nowhere(forms: tuple[World, Visitor]) -> None:
    _, ada = forms
    await ada.get(f"{NEW}/fax", 422)
    await ada.get("/settings/deliveries?state=lost", 422)
    await ada.get("/settings/deliveries?channel_id=not-an-id", 422)
    await ada.get("/settings/deliveries?cursor=nonsense", 422)
