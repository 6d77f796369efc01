"""Hand two cases over at once, and wait for both people: the same client, with await.

WARMLINE_URL=http://127.0.0.1:8000 WARMLINE_TOKEN=wlm_... python examples/escalate_async.py
"""

import asyncio

from warmline.sdk import AsyncWarmline


async def ask(warmline: AsyncWarmline, squad_id: str, title: str) -> None:
    """Open a case, hand it over, and say what came of it."""
    case = await warmline.cases.open(squad_id, title, "They want one payment back.")
    handoff = await case.escalate(reason="I may not move money.")
    outcome = await handoff.wait()
    print(title, outcome.closure_reason, outcome.outcome, flush=True)


async def main() -> None:
    """Two at once."""
    async with AsyncWarmline() as warmline:
        squad = await anext(aiter(warmline.squads.list()))
        await asyncio.gather(*(ask(warmline, squad.id, title) for title in ("Invoice 4411", "Invoice 4412")))


asyncio.run(main())
