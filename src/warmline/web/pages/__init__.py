"""The pages: one module per screen, rendered on the server; scripts add the live part."""

from fastapi import FastAPI

from warmline.web.oidc.provider import Provider
from warmline.web.oidc.trip import Spent
from warmline.web.pages import (
    analysis,
    analytics,
    bells,
    desk,
    history,
    lists,
    live,
    metric,
    pickup,
    signing_in,
    single_sign_on,
    start,
    texts,
    work,
    working,
)
from warmline.web.pages.door import starting
from warmline.web.pages.refusals import by_door
from warmline.web.pages.settings import ROUTERS as SETTINGS
from warmline.web.tickets import Tickets

ROUTERS = (
    signing_in.router, signing_in.inside, single_sign_on.router,
    live.router, bells.router, start.router, lists.router, history.router, metric.router, desk.router, working.router,
    work.router, analysis.router, texts.router, pickup.router, analytics.router, *SETTINGS,
)  # fmt: skip

__all__ = ["by_door", "mount", "starting"]


def mount(web: FastAPI) -> None:
    """Add the pages to the application."""
    web.state.tickets = Tickets()
    web.state.metrics_of_desks = {}
    web.state.provider, web.state.spent = Provider.of(web.state.settings), Spent()
    for router in ROUTERS:
        web.include_router(router)
