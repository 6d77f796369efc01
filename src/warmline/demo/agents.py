"""Simulated agents: they use the API as any agent would, hand over, wait, and let the customer answer the person."""

import asyncio
import random
from contextlib import suppress
from typing import Any

import httpx2
import structlog

from warmline.demo.seed import Demo, scenarios

FIRST = 2.0  # seconds until the first handoff
BETWEEN = (18.0, 40.0)  # seconds between handoffs
MOST_WAITING = 6  # the queue of a demo stays readable
TYPING = (4.0, 9.0)  # seconds a customer takes to answer
WAIT = 25  # seconds of one long poll
log = structlog.get_logger()


async def run(demo: Demo, address: str) -> None:
    """Keep handing work over, until cancelled."""
    stories, living = list(scenarios()), set[asyncio.Task[None]]()
    async with asyncio.TaskGroup() as group:
        pause, number = FIRST, 0
        while True:
            await asyncio.sleep(pause)
            story = stories[number % len(stories)]
            if await _waiting(demo, address) < MOST_WAITING:
                task = group.create_task(_calmly(story, demo, address, number))
                living.add(task)
                task.add_done_callback(living.discard)
                number += 1
            pause = 6.0 if number < 3 else random.uniform(*BETWEEN)  # noqa: S311


async def _waiting(demo: Demo, address: str) -> int:
    total = 0
    for token in demo.tokens.values():
        with suppress(httpx2.HTTPError, KeyError):
            async with _client(address, token) as client:
                answer = await client.get("handoffs", params={"state": "ready", "limit": 200})
                total += len(answer.json()["items"])
    return total


async def _calmly(story: dict[str, Any], demo: Demo, address: str, number: int) -> None:
    try:
        async with _client(address, demo.tokens[story["agent"]]) as client:
            await _live(client, story, demo, number)
    except (httpx2.HTTPError, KeyError) as problem:
        log.info("demo.agent_stopped", agent=story["agent"], reason=repr(problem))


def _client(address: str, token: str) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.AsyncClient(base_url=f"{address}/api/v1/", headers=headers, timeout=WAIT + 15)


async def _live(client: httpx2.AsyncClient, story: dict[str, Any], demo: Demo, number: int) -> None:
    """One case, from its opening to its outcome."""
    case = await _open(client, story, demo, number)
    handed = {"intent": "escalate", "reason": story["reason"], "priority": story["priority"]}
    handoff = await _post(client, f"cases/{case['id']}/escalate", handed)
    if story["since"]:
        await asyncio.sleep(random.uniform(*TYPING) * 2)  # noqa: S311
        await _say(client, case["id"], story["since"])
    replies = list(story["replies"])
    while handoff["state"] != "closed":
        answer = await client.get(f"handoffs/{handoff['id']}/wait", params={"timeout": WAIT, "epoch": handoff["epoch"]})
        handoff = answer.raise_for_status().json()
        if handoff["first_action_at"] and replies and await _was_answered(client, case["id"]):
            await asyncio.sleep(random.uniform(*TYPING))  # noqa: S311
            await _say(client, case["id"], replies.pop(0))
    if handoff["closure_reason"] == "returned":
        await _post(client, f"cases/{case['id']}/resolve", {"summary": handoff["outcome"]})


async def _open(client: httpx2.AsyncClient, story: dict[str, Any], demo: Demo, number: int) -> Any:
    about = {name: story[name] for name in ("title", "problem", "customer", "domain")}
    ticket = story["ticket"] if number < len(scenarios()) else f"#{12400 + number}"
    case = await _post(client, "cases", about | {"squad_id": str(demo.squad_id), "ticket": ticket})
    for role, said in story["messages"]:
        await _post(client, f"cases/{case['id']}/messages", {"role": role, "text": said})
    for title, kind, result, evidence in story["steps"]:
        step = {"title": title, "kind": kind, "result": result, "evidence": evidence}
        await _post(client, f"cases/{case['id']}/steps", step)
    for fact, origin, source in story["facts"]:
        await _post(client, f"cases/{case['id']}/facts", {"text": fact, "origin": origin, "source": source})
    for title in story["tasks"]:
        await _post(client, f"cases/{case['id']}/tasks", {"title": title})
    return case


async def _was_answered(client: httpx2.AsyncClient, case_id: str) -> bool:
    messages = (await client.get(f"cases/{case_id}")).raise_for_status().json()["messages"]
    return bool(messages) and messages[-1]["role"] == "operator"


async def _say(client: httpx2.AsyncClient, case_id: str, said: str) -> None:
    """What the customer says reaches the person, too: the agent presents the epoch it has just read."""
    epoch = (await client.get(f"cases/{case_id}")).raise_for_status().json()["epoch"]
    answer = await client.post(f"cases/{case_id}/messages", json={"role": "customer", "text": said, "epoch": epoch})
    if answer.status_code != 409:  # it has ended in the meantime
        answer.raise_for_status()


async def _post(client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> Any:
    return (await client.post(path, json=body)).raise_for_status().json()
