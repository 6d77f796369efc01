"""Whatever people and agents write is text: on every page, in every push, in every attribute."""

import base64
import json
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.web.visitors import Visitor, session_of, signed_in
from tests.world import Actor, World, until

TURNS = "\u202e\u2066"  # they turn round what is written after them
EVIL = """<img src=x onerror=alert(1)>'"><script>alert(1)</script>{{7919*7907}}<hx-partial hx-target="#main">"""
TURNED = TURNS + EVIL  # no name may turn; a text may, and is shown straight
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"


class Reader(HTMLParser):
    """Reads a page as a browser does, and keeps what nobody of us has written."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag, with its attributes."""
        given = dict(attrs)
        if tag == "img" or (tag == "script" and "src" not in given):
            self.bad.append(self.get_starttag_text() or tag)
        if any(name.startswith("on") or name == "style" for name in given):
            self.bad.append(self.get_starttag_text() or tag)
        if tag == "hx-partial" and given.get("hx-target") == "#main":
            self.bad.append(self.get_starttag_text() or tag)


def is_clean(html: str, where: str, *, shows: bool = True) -> None:
    """Nothing of it became a tag; and, where it `shows`, it is there to be read."""
    reader = Reader()
    reader.feed(html)
    assert not reader.bad, f"{where}: {reader.bad}"
    assert not any(turn in html for turn in TURNS), f"{where} lets a text turn the words after it"
    assert not shows or ESCAPED in html, f"{where} does not show what was written"
    assert "62615533" not in html, f"{where} works out what was written"


@pytest_asyncio.fixture
async def evil(world: World) -> dict[str, str]:
    """Every text that a user, an agent or a customer may write, on one case."""
    acme = world.acme
    await acme.owner.patch("organization", {"name": EVIL})
    for person in (acme.ben, acme.cleo):
        await acme.admin.patch(f"users/{person.id}", {"name": EVIL})
    squad = await acme.admin.post("squads", {"name": EVIL}, 201)
    seat = {"kind": "agent", "role": "support_agent", "name": EVIL}
    member = await acme.admin.post(f"squads/{squad['id']}/members", seat, 201)
    token = (await acme.admin.post(f"members/{member['id']}/tokens", None, 201))["token"]
    async with httpx2.AsyncClient(
        base_url=f"{world.address}/api/v1/", headers={"Authorization": f"Bearer {token}"}
    ) as http:
        agent = Actor(member["id"], EVIL, "agent", token, http)
        about: dict[str, Any] = dict.fromkeys(("title", "problem", "ticket", "domain"), EVIL)
        about["customer"] = dict.fromkeys(("name", "company", "role", "email", "phone"), EVIL)
        case = await agent.post("cases", about | {"squad_id": squad["id"], "problem": f"{TURNED}."})
        await _write(agent, case["id"])
        asked = {"intent": "escalate", "reason": TURNED, "notes": TURNED, "priority": "urgent"}
        handoff = await agent.post(f"cases/{case['id']}/escalate", asked, 201)
    return {"case_id": case["id"], "handoff_id": handoff["id"], "squad_id": squad["id"]}


async def _write(agent: Actor, case_id: str) -> None:
    for role in ("customer", "agent"):
        await agent.post(f"cases/{case_id}/messages", {"role": role, "text": TURNED})
    step = {"title": f"{EVIL} `{EVIL}`", "kind": EVIL[:20], "result": "failed", "evidence": TURNED}
    await agent.post(f"cases/{case_id}/steps", step)
    await agent.post(f"cases/{case_id}/facts", {"text": TURNED, "origin": "said", "source": EVIL})
    await agent.post(f"cases/{case_id}/tasks", {"title": f"{EVIL} `{EVIL}`"})


async def frames(visitor: Visitor, path: str, seen: str) -> str:
    """What a stream says of what has happened since, until it says no more."""
    said = ""
    async with visitor.http.stream("GET", path, headers={"last-event-id": seen}) as answer:
        assert answer.status_code == 200
        async for text in answer.aiter_text():
            said += text
            if "hx-partial" in text:
                break
    return "\n".join(line.removeprefix("data: ") for line in said.splitlines())


async def test_on_every_page_before_and_after_the_claim(world: World, evil: dict[str, str]) -> None:
    place = f"/handoffs/{evil['handoff_id']}"
    waiting = [
        "/desk",
        f"/desk?squad={evil['squad_id']}",
        place,
        f"{place}/glance",
        "/cases",
        "/history",
        f"/history{place.replace('handoffs', 'handoff')}",
    ]
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        for path in waiting:
            is_clean(await ben.get(path), path)
        claimed = await ben.post(f"{place}/claim", way="continue")
        assert claimed.status_code == 303
        for fields in ({"text": TURNED}, {"kind": "step", "title": EVIL, "result": "worked", "text": TURNED},
                       {"kind": "call", "who": EVIL, "duration": "'\">", "text": TURNED}):  # fmt: skip
            assert (await ben.post(f"{place}/say", **fields)).status_code == 303
        for path in (f"{place}/work", f"{place}/work?all=true", place, "/desk"):
            is_clean(await ben.get(path), path)
        draft = await ben.post(f"{place}/close", reason="nonsense", what=EVIL, notes=TURNED)
        assert draft.status_code == 422
        is_clean(draft.text, "a refused form")
        await ben.post(f"{place}/close", reason="other", what=EVIL[:100], notes=TURNED)
        for path in ("/desk", place):
            is_clean(await ben.get(path), path)


async def test_to_the_loser_and_to_those_who_lost_it(world: World, evil: dict[str, str]) -> None:
    place = f"/handoffs/{evil['handoff_id']}"
    await world.acme.ben.post(f"handoffs/{evil['handoff_id']}/claim")
    async with signed_in(world.app, world.address, world.acme.id, world.acme.cleo) as cleo:
        lost = await cleo.post(f"{place}/claim")
        assert lost.status_code == 303
        is_clean(await cleo.get(place), "the loser's page")
        by_scripts = await cleo.http.post(f"{place}/claim", data={"csrf": cleo.csrf}, headers={"HX-Request": "true"})
        assert by_scripts.status_code == 409
        is_clean(by_scripts.text, "the loser's toast")


@pytest.mark.parametrize("view", ["desk", "handoff", "work", "start"])
async def test_in_what_is_pushed(world: World, evil: dict[str, str], view: str) -> None:
    acme, id = world.acme, evil["handoff_id"]
    which = f"&id={id}" if view in ("handoff", "work") else ""
    start = (await acme.admin.get("events", order="asc", limit=1))["items"][0]
    assert start["type"] == "organization.created"

    async def is_read() -> bool:
        return bool((await acme.admin.get(f"handoffs/{id}"))["assessment"]["state"] != "pending")

    await until(is_read)
    who = acme.admin
    if view == "work":
        who = acme.ben
        await acme.ben.post(f"handoffs/{id}/claim")
        await acme.ben.post(f"cases/{evil['case_id']}/messages", {"role": "operator", "text": TURNED})
    async with signed_in(world.app, world.address, acme.id, who) as visitor:
        is_clean(await frames(visitor, f"/live?view={view}{which}", "cDA"), f"the stream of {view}")


async def test_on_the_guide_and_at_the_door(world: World, evil: dict[str, str]) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.admin) as ada:
        is_clean(await ada.get("/start"), "/start")
        made = await ada.post("/start/agent", name=EVIL, role="support", squad_id=evil["squad_id"])
        is_clean(made.text, "/start/agent")
        refused = await ada.post("/start/agent", name="", role=EVIL, squad_id=evil["squad_id"])
        assert refused.status_code == 422
        is_clean(refused.text, "a refused seat", shows=False)
    async with Visitor(world.address) as nobody:
        await nobody.get("/sign-in")
        wrong = await nobody.post("/sign-in", email=EVIL, password="x", next=EVIL)
        is_clean(wrong.text, "/sign-in")
        is_clean((await nobody.http.get("/sign-in", params={"next": f"/{EVIL}"})).text, "next")
        missing = await nobody.http.get(f"/{EVIL}")
        is_clean(missing.text, "a missing page", shows=False)


async def test_a_forged_notice_is_text_and_leads_nowhere_else(world: World) -> None:
    session = await session_of(world.app, world.acme.id, world.acme.ben)
    for href in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        notice = base64.urlsafe_b64encode(json.dumps([EVIL, EVIL, [EVIL, "user"], [EVIL, href]]).encode()).decode()
        async with Visitor(world.address, session) as ben:
            ben.http.cookies.set("warmline_notice", notice, domain="127.0.0.1")
            page = await ben.get("/desk")
            is_clean(page, "a notice")
            assert href not in page
    half = [json.dumps(["\ud800", "", None, None]), json.dumps(["a", "b", None, ["\udfff", "/desk"]])]
    others = [base64.urlsafe_b64encode(one.encode()).decode() for one in ("[" * 2000, *half)]
    for nonsense in ("", "AAAA", "W10=", "bnVsbA==", *others):
        async with Visitor(world.address, session) as ben:
            ben.http.cookies.set("warmline_notice", nonsense, domain="127.0.0.1")
            await ben.get("/desk")
