"""Everything outside is in trouble at once: mail, webhooks, a chat, a ticket system, the name service, the model."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.channels.receiver import Receiver, Reply, answering, dripping, receiver
from tests.conftest import Running, running, settings_for
from tests.llm.provider import Hold, provider, settings_of
from tests.world import Tenant
from warmline.channels.names import resolve
from warmline.channels.outgoing import Outgoing
from warmline.channels.ways import means
from warmline.db.connections import Urls
from warmline.worker.schedule import slow_jobs

PATIENCE = 2.0  # seconds that an answer may take here, instead of 15, and a model, instead of 45
LIES = "hooks.lying.example"
METADATA = "169.254.169.254"  # of a cloud: reached by nobody, whatever the operator allows
TOKEN = "3ccdd113474722377935511fc85d3dd4"
KEYS = {"company": "acme", "client_id": "9d2c", "public_key": "pub", "private_key": "priv"}
HOOKS: dict[str, Reply] = {
    "Fails": answering(500, "Our disk is full."),
    "Gone": answering(410),
    "Moved": answering(302, Location="http://127.0.0.1:9/"),
    "Drips": dripping,
}


async def look_up(host: str, port: int) -> Sequence[str]:
    """A name service in which one name lies."""
    return [METADATA] if host == LIES else await resolve(host, port)


@asynccontextmanager
async def troubled(urls: Urls) -> AsyncIterator[Running]:
    """A server with a mail server that is down, a model that never answers, and a name that lies about its address."""
    with provider() as model, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        model.always = lambda _: Hold()
        smtp = f"smtp://127.0.0.1:{nobody.getsockname()[1]}"
        more = {"allow_private_targets": True, "smtp_url": smtp, "model_seconds": PATIENCE}
        async with running(settings_for(urls, **more, **settings_of(model))) as server:
            _impatient(server)
            yield server


def _impatient(server: Running) -> None:
    """The same jobs, with that name service, and less patience."""
    app = server.app
    assert app.worker is not None
    sends = replace(means(app.settings), outgoing=Outgoing(True, look_up, PATIENCE))
    app.worker.slow = slow_jobs(app.worker.database, app.model, sends)


@asynccontextmanager
async def channels(cast: Tenant) -> AsyncIterator[dict[str, Any]]:
    """A channel to each who is in trouble, by name."""
    async with AsyncExitStack() as stack:
        there = {name: await stack.enter_async_context(receiver(reply)) for name, reply in HOOKS.items()}
        chat = await stack.enter_async_context(receiver(answering(403, "no")))
        tickets = await stack.enter_async_context(receiver(answering(401, '{"message": "Wrong keys."}')))
        yield {body["name"]: await cast.owner.post("channels", body, 201) for body in _bodies(there, chat, tickets)}


def _bodies(there: dict[str, Receiver], chat: Receiver, tickets: Receiver) -> list[dict[str, Any]]:
    told = {"event_types": ["handoff.created"]}
    hooks = {name: one.url for name, one in there.items()} | {"Lies": f"http://{LIES}/hook"}
    return [
        {"kind": "email", "name": "Mail", "to": "leads@acme.example"} | told,
        *({"kind": "webhook", "name": name, "url": url} | told for name, url in hooks.items()),
        {"kind": "chat", "name": "Chat", "url": f"mmost://127.0.0.1:{chat.port}/{TOKEN}"} | told,
        {"kind": "ticket", "name": "Tickets", "system": "connectwise", "url": f"http://127.0.0.1:{tickets.port}/"}
        | KEYS
        | told,
    ]
