"""Refusals: a page for people that says what to do next, problem JSON for programs, a toast for scripts."""

import pytest

from tests.conftest import Running
from tests.web.test_pages_csrf import claimed
from tests.web.visitors import Visitor, signed_in
from tests.world import World

__all__ = ["claimed"]


@pytest.mark.parametrize("path", ["/nothing", "/handoffs/", "/handoffs/not-an-id", "/desk/more", "/.env"])
async def test_an_unknown_path_is_a_page_for_people(world: World, path: str) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        answer = await ben.http.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert 'href="/desk"' in answer.text


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v1/handoffs/x/y/z"])
async def test_an_unknown_path_of_the_api_is_problem_json(shared: Running, path: str) -> None:
    async with Visitor(shared.address) as nobody:
        answer = await nobody.http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


async def test_a_wrong_method_says_so(shared: Running) -> None:
    async with Visitor(shared.address) as nobody:
        page, program = await nobody.http.put("/desk"), await nobody.http.put("/api/v1/me")
    assert (page.status_code, program.status_code) == (405, 405)
    assert "This address does not take that." in page.text
    assert program.headers["content-type"] == "application/problem+json"


async def test_scripts_get_a_toast_that_names_the_fields(world: World, claimed: dict[str, str]) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        fields = {"csrf": ben.csrf, "reason": "duplicate", "notes": " "}
        answer = await ben.http.post(
            f"/handoffs/{claimed['handoff_id']}/close", data=fields, headers={"HX-Request": "true"}
        )
    assert (answer.status_code, answer.headers["invalid-fields"]) == (422, "notes")
    assert 'hx-target="#toasts"' in answer.text
    assert "Please look at what is marked." in answer.text
    assert "The reason “Duplicate” wants a line that says more" in answer.text


@pytest.mark.parametrize(
    ("form", "fields", "wrong"),
    [
        ("say", {"kind": "message", "text": "  "}, "text"),
        ("say", {"kind": "step", "title": "", "result": "failed", "text": "Kept."}, "title"),
        ("say", {"kind": "call", "who": "", "duration": "2 min", "text": "Kept."}, "who"),
        ("close", {"reason": "duplicate", "what": "", "notes": ""}, "notes"),
        ("close", {"reason": "nonsense", "what": "Kept.", "notes": "Kept."}, "reason"),
        ("return", {"outcome": "", "notes": "Kept."}, "outcome"),
        ("transfer", {"to": "", "note": "Kept."}, "to"),
        ("transfer", {"to": "user:nobody", "note": "Kept."}, "to"),
        ("snooze", {"minutes": "0", "until": "2001-01-01T09:00"}, "until"),
        ("snooze", {"minutes": "0", "until": "soon"}, "until"),
    ],
)
async def test_without_scripts_a_refused_form_comes_back_filled_in(
    world: World, claimed: dict[str, str], form: str, fields: dict[str, str], wrong: str
) -> None:
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        answer = await ben.post(f"/handoffs/{claimed['handoff_id']}/{form}", **fields)
    assert answer.status_code == 422
    assert f'id="error-{wrong}"' in answer.text
    assert ("Kept." in answer.text) == ("Kept." in fields.values())
    if form != "say":
        assert f'<dialog class="dialog" id="{form}" aria-labelledby="{form}-title" open>' in answer.text
    assert (await world.acme.ben.get(f"handoffs/{claimed['handoff_id']}"))["state"] == "claimed"


async def test_an_old_page_changes_nothing(world: World, claimed: dict[str, str]) -> None:
    place = f"/handoffs/{claimed['handoff_id']}"
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        await ben.post(f"{place}/release", epoch="1")
        await ben.post(f"{place}/claim")
        late = await ben.post(f"{place}/close", reason="resolved", epoch="1")
        assert late.status_code == 409
        assert "It has changed in the meantime" in late.text
        assert (await ben.post(f"{place}/close", reason="resolved", epoch="3")).status_code == 303


async def test_the_same_form_sent_twice_acts_once(world: World, claimed: dict[str, str]) -> None:
    fields = {"text": "Only once.", "idempotency_key": "one-key-of-this-form"}
    async with signed_in(world.app, world.address, world.acme.id, world.acme.ben) as ben:
        for _ in range(2):
            answer = await ben.post(f"/handoffs/{claimed['handoff_id']}/say", **fields)
            assert (answer.status_code, answer.headers["location"]) == (
                303,
                f"/handoffs/{claimed['handoff_id']}/work#thread",
            )
    found = await world.acme.ben.get(f"handoffs/{claimed['handoff_id']}")
    case = await world.acme.ben.get(f"cases/{found['source']['id']}")
    assert [one["text"] for one in case["messages"]] == ["Only once."]
