"""Signing in: what it tells, what it does not tell, and what it makes."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.conftest import Running
from tests.web.visitors import Visitor, newcomer, with_password
from tests.world import World
from warmline.organizations import passwords

PASSWORD = "a sentence about kingfishers"
WRONG = "E-mail address or password is wrong."
ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "\\\\evil.example", "/a\\b",
    "javascript:alert(1)", "/\n//evil.example", " //evil.example", "desk", "", "http:/evil.example", "/x\r\nX: y",
)  # fmt: skip


@pytest_asyncio.fixture
async def visitor(shared: Running) -> AsyncIterator[Visitor]:
    """Somebody at the door."""
    async with Visitor(shared.address) as somebody:
        await somebody.get("/sign-in")
        yield somebody


async def test_the_right_password_leads_in(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    answer = await visitor.post("/sign-in", email=f" {email.upper()} ", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "Nora Nilsen" in await visitor.get("/desk")


async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    answers = []
    for one, password in ((email, "not the password"), (f"{uuid4()}@acme.example", PASSWORD)):
        answer = await visitor.post("/sign-in", email=one, password=password)
        assert answer.status_code == 401
        assert not await visitor.is_in()
        answers.append(answer.text.replace(one, "EMAIL").replace(str(answer.headers["date"]), ""))
    first, second = (re.sub(r'<meta name="now"[^>]*>', "", one) for one in answers)
    assert first == second
    assert WRONG in first


@pytest.mark.parametrize("name", ["known", "unknown", "invited", "disabled", "nonsense"])
async def test_every_wrong_sign_in_costs_one_hash(
    world: World, visitor: Visitor, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    verify = passwords.hasher.verify

    def counted(password: str, kept: str) -> bool:
        looked.append(password)
        return verify(password, kept)

    email = await an_address(world, name)
    monkeypatch.setattr(passwords.hasher, "verify", counted)
    answer = await visitor.post("/sign-in", email=email, password="not the password")
    assert (answer.status_code, looked) == (401, ["not the password"])


async def an_address(world: World, kind: str) -> str:
    """Of somebody known, unknown, invited but without a password, let go, or of nobody at all."""
    if kind == "invited":
        return (await newcomer(world.acme))[0]
    if kind in ("known", "disabled"):
        email = await with_password(world.address, PASSWORD, world.acme)
        if kind == "disabled":
            people = await world.acme.admin.get("users", limit=200)
            id = next(one["id"] for one in people["items"] if one["email"] == email)
            await world.acme.admin.patch(f"users/{id}", {"disabled": True})
        return email
    return f"{uuid4()}@acme.example" if kind == "unknown" else "no address \x00 at all"


async def test_which_organization_is_asked_only_after_the_password_fits(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme, world.zenith)
    refused = await visitor.post("/sign-in", email=email, password="not the password")
    assert "Zenith" not in refused.text
    asked = await visitor.post("/sign-in", email=email, password=PASSWORD)
    assert asked.status_code == 200
    assert "Acme" in asked.text
    assert "Zenith" in asked.text
    assert not await visitor.is_in()

    ticket = re.findall(r'name="ticket" value="([^"]+)"', asked.text)[0]
    choice = {"ticket": ticket, "organization_id": str(world.zenith.id), "next": "/cases"}
    answer = await visitor.post("/sign-in/organization", **choice)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert "operator, Zenith" in await visitor.get("/desk")


async def test_where_the_password_fits_one_organization_nothing_is_asked(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.zenith)
    await newcomer(world.acme, email=email)
    answer = await visitor.post("/sign-in", email=email, password=PASSWORD)
    assert answer.status_code == 303
    assert "operator, Zenith" in await visitor.get("/desk")


async def test_a_ticket_is_good_once_and_for_its_organizations(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme, world.zenith)
    asked = await visitor.post("/sign-in", email=email, password=PASSWORD)
    ticket = re.findall(r'name="ticket" value="([^"]+)"', asked.text)[0]
    elsewhere = await visitor.post("/sign-in/organization", ticket=ticket, organization_id=str(uuid4()))
    assert elsewhere.headers["location"] == "/sign-in"
    again = await visitor.post("/sign-in/organization", ticket=ticket, organization_id=str(world.acme.id))
    assert again.headers["location"] == "/sign-in"
    assert not await visitor.is_in()


async def test_nobody_is_led_out_of_the_house(world: World, visitor: Visitor) -> None:
    for where in ELSEWHERE:
        shown = await visitor.http.get("/sign-in", params={"next": where})
        assert 'name="next" value="/desk"' in shown.text, where
    email = await with_password(world.address, PASSWORD, world.acme)
    for where in ELSEWHERE[:4]:
        await visitor.get("/sign-in")
        answer = await visitor.post("/sign-in", email=email, password=PASSWORD, next=where)
        assert answer.headers["location"] == "/desk", where


async def test_one_comes_back_to_where_one_was_going(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    sent = await visitor.http.get("/cases?status=parked")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/cases%3Fstatus%3Dparked")
    page = await visitor.get(sent.headers["location"])
    assert 'name="next" value="/cases?status=parked"' in page
    answer = await visitor.post("/sign-in", email=email, password=PASSWORD, next="/cases?status=parked")
    assert answer.headers["location"] == "/cases?status=parked"


async def test_one_comes_back_also_where_the_address_has_other_letters(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    for by_scripts, header in (({}, "location"), ({"HX-Request": "true"}, "hx-redirect")):
        await visitor.get("/sign-in")
        form = {"csrf": visitor.csrf, "email": email, "password": PASSWORD, "next": "/cases?q=€"}
        answer = await visitor.http.post("/sign-in", data=form, headers=by_scripts)
        assert answer.headers[header] == "/cases?q=%E2%82%AC"


async def test_every_sign_in_makes_a_new_session(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    visitor.http.cookies.set("warmline_session", "planted-by-somebody", domain="127.0.0.1")
    seen = {"planted-by-somebody"}
    for _ in range(2):
        await visitor.get("/sign-in")
        answer = await visitor.post("/sign-in", email=email, password=PASSWORD)
        made = re.findall(r"warmline_session=([^;]+)", answer.headers["set-cookie"])[0]
        assert made not in seen
        assert re.fullmatch(r"wls_[\w-]{32}", made)
        seen.add(made)


async def test_signing_out_ends_the_session_itself(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    await visitor.post("/sign-in", email=email, password=PASSWORD)
    await visitor.get("/desk")
    kept = dict(visitor.http.cookies)
    answer = await visitor.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    assert "warmline_session=" in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]
    thief = Visitor(world.address, kept["warmline_session"])
    async with thief:
        assert not await thief.is_in()


async def test_a_disabled_persons_cookie_stops_working(world: World, visitor: Visitor) -> None:
    email = await with_password(world.address, PASSWORD, world.acme)
    await visitor.post("/sign-in", email=email, password=PASSWORD)
    assert await visitor.is_in()
    people = await world.acme.admin.get("users", limit=200)
    id = next(one["id"] for one in people["items"] if one["email"] == email)
    await world.acme.admin.patch(f"users/{id}", {"disabled": True})
    sent = await visitor.http.get("/desk")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in sent.headers["set-cookie"]
    await visitor.get("/sign-in")
    assert (await visitor.post("/sign-in", email=email, password=PASSWORD)).status_code == 401
