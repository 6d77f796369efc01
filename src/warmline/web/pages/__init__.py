"""The pages: one module per screen, rendered on the server; scripts add the live part."""

from fastapi import FastAPI

from warmline.web.pages import desk, lists, live, pickup, signing_in, start, work, working
from warmline.web.pages.door import starting
from warmline.web.pages.refusals import by_door
from warmline.web.tickets import Tickets

ROUTERS = (
    signing_in.router, signing_in.inside, live.router, start.router, lists.router, desk.router, working.router,
    work.router, pickup.router,
)  # fmt: skip

__all__ = ["by_door", "mount", "starting"]


def mount(web: FastAPI) -> None:
    """Add the pages to the application."""
    web.state.tickets = Tickets()
    for router in ROUTERS:
        web.include_router(router)
