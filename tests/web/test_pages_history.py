"""The history, in words that a colleague would use."""

import re

from tests.web.visitors import signed_in
from tests.world import World, until


def lines(page: str) -> list[str]:
    """Who did what, and from which state to which, as one reads it."""
    found = re.findall(r'<li id="event-[^"]*">(.*?)</li>', page, re.DOTALL)
    return [
        " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(time|small).*?</\1>|<span class=\"who.*?</span>", "", one)).split())
        for one in found
    ]


async def test_a_case_is_told_from_end_to_end(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "customer", "text": "It stops."})
    await acme.agent.post(f"cases/{case['id']}/messages", {"role": "agent", "text": "Let me see."})
    await acme.agent.post(f"cases/{case['id']}/steps", {"title": "Restarted it", "result": "failed"})
    handoff = await acme.handoff(case)

    async def is_read() -> bool:
        return bool((await acme.ben.get(f"handoffs/{handoff['id']}"))["assessment"]["state"] == "ready")

    await until(is_read)
    await acme.ben.post(f"handoffs/{handoff['id']}/claim")
    await acme.ben.post(f"cases/{case['id']}/messages", {"role": "operator", "text": "Ben here."})
    await acme.ben.post(f"handoffs/{handoff['id']}/close", {"reason": "resolved"})
    async with signed_in(world.app, world.address, acme.id, acme.ben) as ben:
        told = lines(await ben.get(f"/history/handoff/{handoff['id']}"))
        assert lines(await ben.get(f"/history/case/{case['id']}")) == told
        assert lines(await ben.get("/history"))[0].startswith("Ben")
    assert told == [
        "Jane opened the case active",
        "Jane passed on what the customer wrote",
        "Jane wrote a message",
        "Jane tried something: it did not help",
        "Jane asked for a person on the desk",
        "Warmline finished the assessment",
        "Ben claimed it on the desk → claimed",
        "Ben wrote a message",
        "Ben acted on it for the first time",
        "Ben closed it claimed → closed",
        "Ben resolved the case active → resolved",
    ]


async def test_the_history_goes_on_page_by_page(world: World) -> None:
    acme = world.acme
    case = await acme.case()
    for number in range(110):
        await acme.agent.post(f"cases/{case['id']}/facts", {"text": f"Fact {number}", "origin": "said"})
    async with signed_in(world.app, world.address, acme.id, acme.admin) as ada:
        first = await ada.get(f"/history/case/{case['id']}")
        following = re.findall(r'<a class="btn" href="([^"]+)">Later</a>', first)
        assert (len(lines(first)), len(following)) == (100, 1)
        rest = await ada.get(following[0].replace("&amp;", "&"))
        assert len(lines(rest)) == 11
        assert "Later</a>" not in rest
