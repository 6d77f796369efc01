"""What `warmline serve` does once the database is there: the demo, or the first owner's way in, and a greeting."""

import asyncio
import sys

from fastapi import FastAPI
from sqlalchemy import text

from warmline.app import App
from warmline.db.transaction import tenant
from warmline.demo import agents
from warmline.demo.seed import OWNER, PEOPLE, Demo, seed
from warmline.organizations import secrets
from warmline.settings import Settings
from warmline.web.server import Then

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 (names, not a choice)
EMPTY = text("SELECT warmline.is_empty()")


def welcome(settings: Settings, *, demo: bool) -> Then:
    """What goes on when the server is up."""

    async def greet(web: FastAPI) -> None:
        if not settings.is_https and not settings.is_local:
            _say("WARNING: plain http on a network: passwords and cookies can be read on the way.")
            _say("Set WARMLINE_PUBLIC_URL to the https address of the proxy in front.")
        if demo:
            await _demo(web, settings)
        else:
            await _first_owner(web, settings)

    return greet


async def _demo(web: FastAPI, settings: Settings) -> None:
    made = await seed(web.state.warmline)
    web.state.demo = made.organization_id
    web.state.background.append(asyncio.create_task(agents.run(made, _own_address(settings)), name="demo"))
    _say(_demo_words(made, settings))


def _demo_words(made: Demo, settings: Settings) -> str:
    names = ", ".join(f"{name} ({role})" for name, _, role in ((*OWNER, "owner"), *PEOPLE))
    open_to_all = (
        "" if settings.is_local else "\nEverybody who reaches this address can sign in as them: it is a demo.\n"
    )
    return f"""
Warmline is at {settings.address}

  Sign in     one click on that page, as {names}
  Then        a simulated agent hands over a case within ten seconds: claim it, answer, close it
  Your turn   replay three real support conversations, and see the outcome come back:

    WARMLINE_TOKEN={made.tokens["Jane"]} .venv/bin/python examples/replay_conversations.py --url {settings.address}
{open_to_all}
Ctrl-C ends."""


async def _first_owner(web: FastAPI, settings: Settings) -> None:
    _say(f"Warmline is at {settings.address}")
    if not await _is_empty(web.state.warmline):
        return
    secret, web.state.first_owner = secrets.make("link")
    _say(f"There is no organization yet. Begin here, once: {settings.address}/set-password/{secret}")


async def _is_empty(app: App) -> bool:
    async with app.database.transaction(tenant(None)) as unit:
        return bool(await unit.session.scalar(EMPTY))


def _own_address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
