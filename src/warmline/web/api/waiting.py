"""The endpoints that wait, and hold no transaction while they do: claim next, and an agent's long poll."""

import asyncio
import time
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.flows.claim_next import Claimed, claim_next
from warmline.handoffs.access import get_handoff
from warmline.web.act import Act, CallerDep, ShortRoute, app_of, once
from warmline.web.api.handoffs import HandoffOut, present, shown
from warmline.web.api.problems import ALL
from warmline.web.api.schema import Body

router = APIRouter(prefix="/handoffs", tags=["handoffs"], route_class=ShortRoute, responses=ALL)


class Next(Body):
    """From which squad's queue; from any, where it is left out."""

    squad_id: UUID | None = None


@router.post("/claim-next", response_model=HandoffOut, responses={204: {"description": "Nothing waits for the caller"}})
async def claim_the_next(request: Request, caller: CallerDep, body: Next | None = None) -> Response:
    """Take the next one of the queue: pinned first, then by due time."""
    squad_id = body.squad_id if body else None
    if "idempotency-key" in request.headers:
        return await _once(request, caller, squad_id)
    return _answer(await request.app.state.next_claims.next(caller, squad_id))


async def _once(request: Request, caller: Caller, squad_id: UUID | None) -> Response:
    """Under a key the claim and its answer are kept in one transaction, which nobody else can share."""
    async with app_of(request).database.transaction(tenant(caller.organization_id)) as unit:
        act = Act(unit.session, caller, unit.now, request)

        async def perform(_: Request) -> Response:
            return _answer(await claim_next(act.session, caller, squad_id, act.now))

        return await once(act, perform)


def _answer(claimed: Claimed | None) -> Response:
    if claimed is None:
        return Response(status_code=204)
    shown = present(claimed.handoff, claimed.package, claimed.assessment, claimed.names, claimed.since)
    return Response(shown.model_dump_json(), media_type="application/json")


@router.get("/{handoff_id}/wait")
async def wait(
    request: Request, caller: CallerDep, handoff_id: UUID,
    timeout: Annotated[float, Query(ge=0, le=60)] = 25, epoch: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
) -> HandoffOut:  # fmt: skip
    """The agent's long poll: the handoff as soon as it changes, or as it is when the time is up.

    With `epoch`, the one the agent has seen: it answers at once where that has passed already. What is closed changes
    no more, and is answered at once.
    """
    until = time.monotonic() + timeout
    async with app_of(request).hub.subscribe(caller.organization_id, 0) as subscriber:
        now = before = await _look(request, caller, handoff_id)
        while now == before and now.state != "closed" and epoch in (None, now.epoch) and not subscriber.closed:
            left = until - time.monotonic()
            if left <= 0 or await request.is_disconnected():
                break
            await _news(subscriber.news, left)
            if any(
                handoff_id == told.event.subject_id or now.source.id == told.event.thread_id
                for told in subscriber.take()
            ):
                now = await _look(request, caller, handoff_id)
    return now


async def _news(news: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), seconds)


async def _look(request: Request, caller: Caller, handoff_id: UUID) -> HandoffOut:
    async with app_of(request).database.transaction(tenant(caller.organization_id)) as unit:
        act = Act(unit.session, caller, unit.now, request)
        return await shown(act, await get_handoff(act.session, caller, handoff_id))
