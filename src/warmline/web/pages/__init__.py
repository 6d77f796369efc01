"""The pages: one module per screen. (A stand-in until they are wired.)"""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse


def mount(web: FastAPI) -> None:
    """Add the pages to the application."""


def by_door(handler: Any) -> Any:
    """Errors as problem JSON for the API, as a page for people."""
    return handler


def starting() -> Any:
    """The page while the database comes up."""
    return HTMLResponse("starting", 503)
