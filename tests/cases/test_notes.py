"""Messages, steps, facts and tasks: who writes them, in which words, and what the history says of it."""

from tests.world import World

NOTES: list[tuple[str, dict[str, object]]] = [
    ("messages", {"role": "agent", "text": "Hello."}),
    ("steps", {"title": "Restarted it", "kind": "restart", "result": "failed", "evidence": "The same."}),
    ("facts", {"text": "Version 4.2", "origin": "looked_up", "source": "inventory"}),
    ("tasks", {"title": "Ring them", "done": False}),
]


async def test_a_note_is_kept_with_its_author_and_time(world: World) -> None:
    case = await world.acme.case()
    for kind, note in NOTES:
        written = await world.acme.agent.post(f"cases/{case['id']}/{kind}", note, 201)
        assert note.items() <= written.items()
        assert written["by"] == {"kind": "agent", "id": str(world.acme.agent.id), "name": "Jane"}
        assert (await world.acme.agent.get(f"cases/{case['id']}"))[kind] == [written]


async def test_only_owner_handler_and_admins_write(world: World) -> None:
    acme = world.acme
    handoff = await acme.handoff()
    case = f"cases/{handoff['source']['id']}"
    for kind, note in NOTES:
        for somebody in (acme.ben, acme.viewer, acme.other_agent):
            await somebody.post(f"{case}/{kind}", note, 403)
        await world.otto.post(f"{case}/{kind}", note, 404)
        await acme.admin.post(f"{case}/{kind}", note, 201)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    for kind, note in NOTES:
        await acme.ben.post(f"{case}/{kind}", note, 201)
        await acme.cleo.post(f"{case}/{kind}", note, 403)


async def test_an_agent_does_not_speak_as_an_operator(world: World) -> None:
    case = await world.acme.case()
    await world.acme.agent.post(f"cases/{case['id']}/messages", {"role": "operator", "text": "Ben here."}, 403)
    assert (await world.acme.agent.get(f"cases/{case['id']}"))["messages"] == []


WRONG: list[tuple[str, dict[str, object], str]] = [
    ("messages", {"role": "boss", "text": "x"}, "role"),
    ("messages", {"role": "agent", "text": ""}, "text"),
    ("steps", {"title": "x", "result": "perhaps"}, "result"),
    ("steps", {"result": "failed"}, "title"),
    ("facts", {"text": "x", "origin": "dreamt"}, "origin"),
    ("tasks", {"title": "x", "done": "yes"}, "done"),
    ("tasks", {"title": "x", "epoch": -1}, "epoch"),
    ("messages", {"role": "agent", "text": "x", "epoch": "0"}, "epoch"),
]


async def test_a_wrong_note_is_refused_by_the_name_of_its_field(world: World) -> None:
    case = await world.acme.case()
    for kind, note, field in WRONG:
        refused = await world.acme.agent.post(f"cases/{case['id']}/{kind}", note, 422)
        assert [error["field"] for error in refused["errors"]] == [field]


async def test_a_task_is_ticked_off_and_back_on(world: World) -> None:
    agent = world.acme.agent
    case = await world.acme.case()
    task = await agent.post(f"cases/{case['id']}/tasks", {"title": "Ring them"}, 201)
    assert (await agent.patch(f"cases/{case['id']}/tasks/{task['id']}", {"done": True}))["done"] is True
    assert (await agent.get(f"cases/{case['id']}"))["tasks"][0]["done"] is True
    assert (await agent.patch(f"cases/{case['id']}/tasks/{task['id']}", {"done": False}))["done"] is False
    other = await world.acme.case()
    await agent.patch(f"cases/{other['id']}/tasks/{task['id']}", {"done": True}, 404)


async def test_the_history_names_each_note_by_its_id_and_never_its_text(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    ids = [(await acme.agent.post(f"cases/{case['id']}/{kind}", note, 201))["id"] for kind, note in NOTES]
    told = (await acme.admin.get("events", subject=f"case:{case['id']}", order="asc"))["items"]
    assert [one["type"] for one in told] == ["case.opened", "case.message", "case.step", "case.fact", "case.task"]
    words = ("message", "step", "fact", "task")
    assert [one["data"][f"{word}_id"] for one, word in zip(told[1:], words, strict=True)] == ids
    written = [str(text) for _, note in NOTES for name, text in note.items() if name in ("text", "title", "evidence")]
    assert not [text for text in written if text in str(told)]


async def test_nothing_is_written_in_a_case_that_has_ended(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    await acme.agent.post(f"cases/{case['id']}/resolve", {"summary": "A restart."})
    for kind, note in NOTES:
        refused = await acme.agent.post(f"cases/{case['id']}/{kind}", note, 409)
        assert refused["status_now"] == "resolved"
