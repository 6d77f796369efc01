"""Erasing a case, and a customer: nothing of what was written is left anywhere, and everything else is."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.privacy.planted import CUSTOMER, MAIL, TEXT, one, seen
from tests.privacy.remains import eyes, plant_answers, remains
from tests.web.visitors import signed_in
from tests.world import Tenant, World, until

PLAIN = {"ticket": "#777"}
HOOK = {"url": "https://hooks.invalid/x", "event_types": ["handoff.*"]}


async def ended(acme: Tenant, handoff: dict[str, Any]) -> str:
    """Closed by Ben; the case."""
    await acme.ben.post(f"handoffs/{handoff['id']}/claim", key=f"claim-{handoff['id']}")
    await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved", "notes": TEXT, "fields": {"a": TEXT}})
    return f"cases/{handoff['source']['id']}"


async def tried(acme: Tenant, handoff: dict[str, Any]) -> bool:
    found = (await acme.owner.get("deliveries"))["items"]
    return any(one["attempts"] for one in found)


async def read(acme: Tenant, handoff: dict[str, Any]) -> bool:
    return bool((await acme.admin.get(f"handoffs/{handoff['id']}"))["assessment"]["state"] != "pending")


async def counts(see: asyncpg.Connection, organization_id: UUID, tables: Iterable[str]) -> dict[str, int]:
    """How many rows there are."""
    query = "SELECT count(*) FROM warmline.{} WHERE organization_id = $1"
    return {table: await see.fetchval(query.format(table), organization_id) for table in tables}


async def test_nothing_is_left_in_any_table_and_every_row_is(world: World, postgres: Any) -> None:
    acme = world.acme
    await acme.owner.post("webhooks", HOOK, 201)
    handoff = await one(acme, **PLAIN)
    await until(partial(read, acme, handoff))
    await until(partial(tried, acme, handoff), 20)
    case = await ended(acme, handoff)
    async with eyes(postgres) as see:
        await plant_answers(see, acme.id, handoff["id"])
        before = await remains(see, acme.id)
        assert {"cases", "case_messages", "case_steps", "case_facts", "case_tasks", "handoff_packages", "assessments",
                "handoff_texts", "deliveries", "delivery_attempts", "idempotency_keys"} <= set(before)  # fmt: skip
        rows = await counts(see, acme.id, before)
        erased = await acme.admin.post(f"{case}/erase")
        assert await remains(see, acme.id) == {}
        left = await counts(see, acme.id, before)
        assert all(left[table] >= rows[table] for table in rows), (rows, left)  # a try may have been added
    assert erased["redacted_at"]
    assert erased["title"].startswith("Removed on ")
    assert erased["title"].endswith(" by Ada")
    assert (erased["ticket"], erased["status"], erased["closure_reason"]) == ("#777", "resolved", "resolved")


async def test_every_door_answers_normally_afterwards(world: World) -> None:
    acme = world.acme
    handoff = await one(acme, **PLAIN)
    await until(partial(read, acme, handoff))
    before = (await acme.admin.get(f"handoffs/{handoff['id']}"))["context"]
    case = await ended(acme, handoff)
    await acme.admin.post(f"{case}/erase")
    whole = await acme.admin.get(case)
    assert [len(whole[name]) for name in ("messages", "steps", "facts", "tasks")] == [6, 2, 2, 2]
    after = (await acme.admin.get(f"handoffs/{handoff['id']}"))["context"]
    assert [one["id"] for one in after["steps"]] == [one["id"] for one in before["steps"]]
    assert [one["at"] for one in after["messages"]] == [one["at"] for one in before["messages"]]
    here = f"handoffs/{handoff['id']}"
    texts = (f"{here}/texts/email_draft", f"{here}/texts/ticket_notes")
    for path in (f"{case}/documentation", here, *texts, "notifications", "handoffs", "cases"):
        answer = await acme.admin.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert not seen(answer.text), path
    async with signed_in(world.app, world.address, acme.id, acme.admin) as ada:
        for path in (f"/handoffs/{handoff['id']}", f"/history/{case.replace('cases', 'case')}", "/cases", "/history"):
            page = await ada.get(path)
            assert not seen(page), path
        assert "What was written here was removed" in await ada.get(f"/handoffs/{handoff['id']}")
        assert "removed what was written: it was asked for" in await ada.get(
            f"/history/{case.replace('cases', 'case')}"
        )


async def test_again_is_the_same_and_one_event_tells_of_it(world: World) -> None:
    acme = world.acme
    case = await ended(acme, await one(acme, **PLAIN))
    first = await acme.admin.post(f"{case}/erase")
    assert await acme.owner.post(f"{case}/erase") == first
    told = [
        one for one in (await acme.admin.get("events", subject=case[6:]))["items"] if one["type"] == "case.redacted"
    ]
    assert [one["data"]["why"] for one in told] == ["erasure"]
    assert told[0]["data"]["notes"] == 12


async def test_what_is_worked_on_is_refused_and_nothing_of_the_others_is_erased(world: World) -> None:
    acme = world.acme
    case, waiting = await ended(acme, await one(acme, **PLAIN)), await one(acme, **PLAIN)
    refused = await acme.admin.post(f"cases/{waiting['source']['id']}/erase", expect=409)
    assert "closed or resolved first" in refused["detail"]
    both = await acme.admin.post("erasures", {"email": MAIL, "dry_run": False}, 409)
    assert [one["id"] for one in both["cases"]] == [waiting["source"]["id"]]
    assert (await acme.admin.get(case))["title"] == TEXT


async def test_only_admins_and_owners_erase(world: World) -> None:
    acme = world.acme
    case = await ended(acme, await one(acme, **PLAIN))
    for actor in (acme.ben, acme.viewer, acme.agent):
        await actor.post(f"{case}/erase", expect=403)
        await actor.post("erasures", {"email": MAIL}, 403)
    await world.otto.post(f"{case}/erase", expect=404)
    assert (await world.otto.post("erasures", {"email": MAIL}))["cases"] == []


@pytest.mark.parametrize(
    "whom", [{"email": MAIL.upper()}, {"ticket": "#777"}, {"customer": {"phone": CUSTOMER["phone"]}}]
)
async def test_a_customer_is_found_first_and_erased_then(world: World, whom: dict[str, Any]) -> None:
    acme = world.acme
    cases = [await ended(acme, await one(acme, **PLAIN)) for _ in range(2)]
    other = await acme.case(customer={"email": "somebody@else.example"})
    first = await acme.admin.post("erasures", whom)
    assert (first["dry_run"], first["erased"], first["not_ended"]) == (True, 2, 0)
    assert (await acme.admin.get(cases[0]))["title"] == TEXT
    await acme.admin.post("erasures", whom | {"dry_run": False, "expected": 3}, 409)
    done = await acme.admin.post("erasures", whom | {"dry_run": False, "expected": 2})
    assert (done["dry_run"], done["erased"]) == (False, 2)
    for case in cases:
        assert (await acme.admin.get(case))["redacted_at"]
    assert (await acme.admin.get(f"cases/{other['id']}"))["title"] == "Outlook fails"
    assert (await acme.admin.post("erasures", whom | {"dry_run": False}))["erased"] == 0


async def test_nobody_is_named_in_an_erasure_of_nobody(world: World) -> None:
    wrong: list[dict[str, Any]] = [{}, {"customer": {}}, {"email": ""}, {"dry_run": False}]
    for body in wrong:
        await world.acme.admin.post("erasures", body, 422)


async def test_a_repeat_of_an_erased_write_is_told_so_and_does_nothing(world: World) -> None:
    acme = world.acme
    body = {"squad_id": str(acme.squad), "title": TEXT, "problem": TEXT}
    made = await acme.agent.post("cases", body, 201, key="once")
    await acme.agent.post(f"cases/{made['id']}/resolve", {})
    await acme.admin.post(f"cases/{made['id']}/erase")
    again = await acme.agent.post("cases", body, 409, key="once")
    assert "removed since" in again["detail"]
