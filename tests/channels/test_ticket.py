"""Notes in the ticket system: by a signed post of our own, and in ConnectWise, played by a local server."""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from standardwebhooks.webhooks import Webhook

from tests.channels.cast import arrived, settled
from tests.channels.receiver import Got, Receiver, answering
from tests.world import Tenant, World

KEYS = {"company": "acme", "client_id": "9d2c", "public_key": "pub", "private_key": "priv"}
API = "/v4_6_release/apis/3.0"


class ConnectWise:
    """As its REST API answers: notes of service tickets, and what is wrong with the rest."""

    def __init__(self) -> None:
        self.notes: dict[str, list[dict[str, Any]]] = {"12345": []}
        self.loses_answers = False

    async def __call__(self, got: Got, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        if got.headers.get("authorization") != f"Basic {base64.b64encode(b'acme+pub:priv').decode()}":
            return await answering(401, json.dumps({"message": "The server cannot be entered."}))(got, writer)
        if got.path == f"{API}/system/info":
            return await answering(200, json.dumps({"version": "v2026.1"}))(got, writer)
        parts = urlsplit(got.path.removeprefix(API))
        number = parts.path.split("/")[3]
        if number not in self.notes:
            return await answering(404, json.dumps({"message": f"Ticket {number} not found"}))(got, writer)
        if got.method == "GET":
            wanted = parse_qs(parts.query)["conditions"][0].removeprefix('text contains "').removesuffix('"')
            found = [one for one in self.notes[number] if wanted in one["text"]]
            return await answering(200, json.dumps(found))(got, writer)
        self.notes[number].append(got.json)
        if self.loses_answers:
            self.loses_answers = False
            return writer.close()
        return await answering(201, json.dumps({"id": 1} | got.json))(got, writer)


async def ticket_channel(cast: Tenant, there: Receiver, system: str, **more: Any) -> dict[str, Any]:
    """A channel to it."""
    body = {"kind": "ticket", "system": system, "url": f"http://127.0.0.1:{there.port}/"}
    made: dict[str, Any] = await cast.owner.post("channels", body | more, 201)
    return made


async def worked(cast: Tenant, handoff: dict[str, Any], case: dict[str, Any]) -> None:
    """Ben claims, finds it, closes."""
    await cast.ben.post(f"handoffs/{handoff['id']}/claim")
    await cast.ben.post(f"cases/{case['id']}/steps", {"title": "Renewed the profile", "result": "worked"})
    await cast.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved", "notes": "It was the profile."})


async def test_the_generic_kind_is_told_of_the_escalation_and_gets_the_documentation(
    world: World, there: Receiver
) -> None:
    made = await ticket_channel(world.acme, there, "generic")
    case = await world.acme.case()
    handoff = await world.acme.handoff(case)
    await worked(world.acme, handoff, case)
    await arrived(there, 2)
    notes = [Webhook(made["secret"]).verify(got.body, got.headers) for got in there.got]
    by_kind = {note["kind"]: note for note in notes}
    assert set(by_kind) == {"escalation", "documentation"}
    assert {note["ticket"] for note in notes} == {"#12345"}
    assert "I may not change their devices." in by_kind["escalation"]["text"]
    assert by_kind["escalation"]["url"].endswith(f"/handoffs/{handoff['id']}?pickup=true")
    for said in ("## Problem", "The sync stops.", "Renewed the profile: worked", "It was the profile."):
        assert said in by_kind["documentation"]["text"]


async def test_connectwise_has_a_note_of_the_escalation_and_the_resolution(world: World, there: Receiver) -> None:
    there.reply = system = ConnectWise()
    made = await ticket_channel(world.acme, there, "connectwise", **KEYS)
    case = await world.acme.case()
    await worked(world.acme, await world.acme.handoff(case), case)
    await settled(world.acme, "sent", channel_id=made["id"])
    await arrived(there, 4)
    notes = sorted(system.notes["12345"], key=lambda one: bool(one["resolutionFlag"]))
    assert [(one["internalAnalysisFlag"], one["resolutionFlag"]) for one in notes] == [(True, False), (False, True)]
    assert "Escalation from Jane · #12345: The sync stops." in notes[0]["text"]
    assert "It was the profile." in notes[1]["text"]
    assert {got.headers["clientid"] for got in there.got} == {"9d2c"}


async def test_a_note_whose_answer_was_lost_is_not_written_twice(world: World, there: Receiver) -> None:
    there.reply = system = ConnectWise()
    system.loses_answers = True
    await ticket_channel(world.acme, there, "connectwise", **KEYS)
    await world.acme.handoff()
    await settled(world.acme, "failed")
    world.advance(seconds=6)
    sent = await settled(world.acme, "sent", 2)
    assert sent["attempt_log"][1]["detail"] == "An earlier try has written it."
    assert len(system.notes["12345"]) == 1


async def test_a_ticket_that_is_not_there_is_given_up_with_the_reason(world: World, there: Receiver) -> None:
    there.reply = ConnectWise()
    await ticket_channel(world.acme, there, "connectwise", **KEYS)
    await world.acme.handoff(await world.acme.case(ticket="#999"))
    dead = await settled(world.acme, "dead")
    assert dead["last_error"] == "404 Not Found: Ticket 999 not found"


async def test_wrong_keys_are_seen_by_a_test_that_writes_nothing(world: World, there: Receiver) -> None:
    there.reply = system = ConnectWise()
    made = await ticket_channel(world.acme, there, "connectwise", **(KEYS | {"private_key": "wrong"}))
    await world.acme.owner.post(f"channels/{made['id']}/test")
    failed = await settled(world.acme, "failed")
    assert failed["last_error"] == "401 Unauthorized: The server cannot be entered."
    await world.acme.owner.patch(f"channels/{made['id']}", {"private_key": "priv"})
    await world.acme.owner.post(f"deliveries/{failed['id']}/redrive")
    await settled(world.acme, "sent", 2)
    assert system.notes["12345"] == []


async def test_a_case_without_a_ticket_is_no_failure(world: World, there: Receiver) -> None:
    await ticket_channel(world.acme, there, "generic")
    await world.acme.handoff(await world.acme.case(ticket=None))
    sent = await settled(world.acme, "sent")
    assert sent["attempt_log"][0]["detail"] == "The case names no ticket: there was nothing to write to."
    assert there.got == []


async def test_a_key_is_never_told_to_another_address_than_it_was_entered_for(world: World, there: Receiver) -> None:
    made = await ticket_channel(world.acme, there, "connectwise", **KEYS)
    path, elsewhere = f"channels/{made['id']}", {"url": "http://127.0.0.1:9/"}
    problem = await world.acme.owner.patch(path, elsewhere, expect=422)
    assert problem["errors"][0]["field"] == "private_key"
    await world.acme.owner.patch(path, {"url": f"{made['config']['url']}manage"})
    changed = await world.acme.owner.patch(path, elsewhere | {"private_key": "another"})
    assert changed["config"]["url"] == elsewhere["url"]


async def test_what_cannot_be_a_header_is_refused_when_it_is_entered(world: World) -> None:
    body = {"kind": "ticket", "system": "connectwise", "url": "https://cw.example/"} | KEYS | {"client_id": "jörg"}
    problem = await world.acme.owner.post("channels", body, 422)
    assert problem["errors"][0]["field"] == "client_id"
