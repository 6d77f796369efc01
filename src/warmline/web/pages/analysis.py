"""Asking for a new reading, in the room."""

from uuid import UUID

from fastapi import APIRouter, Response

from warmline.flows.reading import ask_anew
from warmline.web.act import ActDep
from warmline.web.pages.door import PageRoute, by_scripts, go
from warmline.web.pages.views import Notice
from warmline.web.pages.working import Epoch

router = APIRouter(include_in_schema=False, route_class=PageRoute)
ASKED = Notice("Being read anew", "Everything that is in the case now. Load the page again in a few seconds.")


@router.post("/handoffs/{handoff_id}/analysis")
async def ask_for_an_analysis(act: ActDep, handoff_id: UUID, epoch: Epoch = None) -> Response:
    """Have the case read anew, as it is now; the stream shows it."""
    await ask_anew(act.session, act.caller, handoff_id, epoch, act.now)
    return (
        Response(status_code=204)
        if by_scripts(act.request)
        else go(act.request, f"/handoffs/{handoff_id}/work#context", ASKED)
    )
