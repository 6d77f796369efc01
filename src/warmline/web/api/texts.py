"""Texts for others, from the assessment. The first to ask for one may wait a little while it is written."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from warmline.flows.texts import text_for
from warmline.web.act import CallerDep, ShortRoute, app_of
from warmline.web.api.problems import ALL
from warmline.web.api.schema import taken_from

router = APIRouter(prefix="/handoffs", tags=["handoffs"], route_class=ShortRoute, responses=ALL)
Kind = Literal["ticket_notes", "client_update", "email_draft"]


class TextOut(BaseModel):
    """A text, and who found its words: `assessment` (a copy of it), `model` (reworded), `template`."""

    kind: str
    text: str
    source: str


@router.get("/{handoff_id}/texts/{text}")
async def get_text(request: Request, caller: CallerDep, handoff_id: UUID, text: Kind) -> TextOut:
    """For the ticket, for the customer, as an e-mail. It is written once for each reading, and kept."""
    app = app_of(request)
    return taken_from(TextOut, await text_for(app.database, app.model, caller, handoff_id, text))
