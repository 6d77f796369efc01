"""What every answer carries, and what the cookies are marked with; how static files are kept."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.conftest import Running, running, settings_for
from tests.web.test_pages_csrf import claimed
from tests.web.visitors import Visitor, newcomer, signed_in
from tests.world import World, create_world
from warmline.db.connections import Urls
from warmline.web.assets import asset

__all__ = ["claimed"]
PASSWORD = "a sentence about swifts"
STRICT = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
)
PAGES = (
    "/", "/desk", "/cases", "/cases/{case_id}", "/history", "/history/handoff/{handoff_id}", "/history/case/{case_id}",
    "/handoffs/{handoff_id}", "/handoffs/{handoff_id}/work", "/handoffs/{handoff_id}/glance", "/start",
)  # fmt: skip
OUTSIDE = ("/sign-in", "/set-password/wlp_nothing", "/nothing/here", "/handoffs/not-an-id", "/desk")


def is_framed(answer: httpx2.Response) -> None:
    """The security headers; nothing that loosens them."""
    policy = answer.headers["content-security-policy"]
    assert all(part in policy for part in STRICT)
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["request-id"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_framed_and_kept_nowhere(world: World, claimed: dict[str, str], path: str) -> None:
    found = await world.acme.ben.get(f"handoffs/{claimed['handoff_id']}")
    address = path.format(**claimed, case_id=found["source"]["id"])
    who = world.acme.admin if path == "/start" else world.acme.ben
    async with signed_in(world.app, world.address, world.acme.id, who) as visitor:
        answer = await visitor.http.get(address)
    assert answer.status_code in (200, 303)
    is_framed(answer)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", OUTSIDE)
async def test_pages_outside_are_framed_and_kept_nowhere(shared: Running, path: str) -> None:
    async with Visitor(shared.address) as visitor:
        answer = await visitor.http.get(path)
    is_framed(answer)
    assert answer.headers["cache-control"] == "no-store"


async def test_answers_to_scripts_are_framed_too(world: World, claimed: dict[str, str]) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        for path, fields in (("say", {"text": "Hello."}), ("say", {"text": " "}), ("heartbeat", {}), ("release", {})):
            data: dict[str, Any] = {"csrf": ben.csrf} | fields
            answer = await ben.http.post(
                f"/handoffs/{claimed['handoff_id']}/{path}", data=data, headers={"HX-Request": "true"}
            )
            assert (answer.status_code == 422) == (fields.get("text") == " ")
            is_framed(answer)
            assert answer.headers["cache-control"] == "no-store"


async def test_the_api_is_framed_and_kept_nowhere(world: World) -> None:
    token = {"Authorization": f"Bearer {world.acme.admin.token}"}
    async with httpx2.AsyncClient(base_url=f"{world.address}/api/v1/", headers=token) as client:
        answers = [
            await client.get("me"),
            await client.get("nothing"),
            await client.post("squads", json={}),
            await client.post(f"users/{world.acme.ben.id}/tokens", json={"name": "x"}),
            await client.post("handoffs/claim-next"),
        ]
    assert [answer.status_code for answer in answers] == [200, 404, 422, 201, 204]
    for answer in answers:
        is_framed(answer)
        assert answer.headers["cache-control"] == "no-store"


def cookies(answer: httpx2.Response) -> dict[str, tuple[str, set[str]]]:
    """Each cookie that is set, with its value and its flags in small letters."""
    found = {}
    for line in answer.headers.get_list("set-cookie"):
        first, *flags = line.split("; ")
        name, _, value = first.partition("=")
        found[name] = value, {flag.lower() for flag in flags}
    return found


async def test_over_plain_http_cookies_are_hidden_from_scripts_and_from_other_sites(world: World) -> None:
    _, link = await newcomer(world.acme)
    async with Visitor(world.address) as visitor:
        form = cookies(await visitor.http.get(link))
        await visitor.get(link)
        entered = cookies(await visitor.post(link, password=PASSWORD))
    for name, (_, flags) in {**form, **entered}.items():
        assert {"httponly", "samesite=lax", "path=/"} <= flags, name
        assert not {flag for flag in flags if flag.startswith("domain")}
        assert "secure" not in flags
    assert set(form) == {"warmline_form"}
    assert "warmline_session" in entered


@pytest_asyncio.fixture
async def https(own_database: Urls) -> AsyncIterator[World]:
    """A world on a server whose people come over https."""
    async with running(settings_for(own_database, public_url="https://desk.acme.example/")) as server:
        made = await create_world(server.app, server.address)
        yield made
        await made.close()


async def test_over_https_every_cookie_is_secure_and_of_this_host_alone(https: World) -> None:
    made = await https.acme.admin.post(f"users/{https.acme.ben.id}/password-link", None, 201)
    assert made["set_password_url"].startswith("https://desk.acme.example/set-password/")
    link = "/" + made["set_password_url"].split("/", 3)[3]
    async with Visitor(https.address) as visitor:
        asked = await visitor.http.get(link)
        await visitor.get(link)
        form, flags = cookies(asked)["__Host-warmline_form"]
        carried = {"cookie": f"__Host-warmline_form={form}"}
        csrf = asked.text.split('name="csrf" content="')[1].split('"')[0]
        entered = await visitor.http.post(link, data={"csrf": csrf, "password": PASSWORD}, headers=carried)
        session = cookies(entered)["__Host-warmline_session"][0]
        await check_inside(https, visitor, session)
    for name, (_, marked) in {**cookies(asked), **cookies(entered)}.items():
        assert name.startswith("__Host-")
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= marked, name
    assert "secure" in flags


async def check_inside(world: World, visitor: Visitor, session: str) -> None:
    """The cookie works under its own name alone; a notice is marked like the others."""
    for name, status in (("__Host-warmline_session", 200), ("warmline_session", 303)):
        answer = await visitor.http.get("/desk", headers={"cookie": f"{name}={session}"})
        assert answer.status_code == status
    carried = {"cookie": f"__Host-warmline_session={session}"}
    page = await visitor.http.get("/desk", headers=carried)
    csrf = page.text.split('name="csrf" content="')[1].split('"')[0]
    told = await visitor.http.post("/handoffs/claim-next", data={"csrf": csrf}, headers=carried)
    ((name, (_, flags)),) = cookies(told).items()
    assert (name, "secure" in flags, "httponly" in flags) == ("__Host-warmline_notice", True, True)


async def test_static_files_are_kept_for_ever_under_their_version(shared: Running) -> None:
    async with Visitor(shared.address) as visitor:
        for name, kind in (
            ("warmline.css", "text/css"),
            ("js/main.js", "text/javascript"),
            ("mark.svg", "image/svg+xml"),
        ):
            first = await visitor.http.get(asset(name))
            assert first.headers["content-type"].startswith(kind)
            assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
            again = await visitor.http.get(asset(name), headers={"if-none-match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            is_framed(first)


async def test_an_old_version_of_a_static_file_is_asked_for_again(shared: Running) -> None:
    async with Visitor(shared.address) as visitor:
        answer = await visitor.http.get("/static/0123456789ab/warmline.css")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        for path in ("../pages/door.py", "%2e%2e/pages/door.py", "nothing.css", "", "js"):
            missing = await visitor.http.get(f"/static/0123456789ab/{path}")
            assert missing.status_code == 404, path
