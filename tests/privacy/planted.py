"""A case with an e-mail address, a phone number, a card and a secret in everything that people and agents write."""

from dataclasses import dataclass
from typing import Any

from tests.world import Tenant

MAIL, PHONE, CARD, SECRET = "leila.planted@example.org", "+44 20 7946 0958", "4242 4242 4242 4242", "hunter2-Plant9"
TEXT = f"{MAIL} {PHONE} {CARD} password: {SECRET}"
PARTS = {"email": "leila.pla", "phone": "20 7946", "card": "4242 4242", "secret": "hunter2"}  # also of what was cut
CUSTOMER = {"name": f"Leila {TEXT}", "email": MAIL, "phone": PHONE, "company": f"Northwind {TEXT}", "role": TEXT}


def seen(text: str) -> set[str]:
    """The kinds that are plainly to be read in a text."""
    return {kind for kind, part in PARTS.items() if part in text}


@dataclass
class Planted:
    """One case in each state: on the desk, held by Ben, closed."""

    ready: dict[str, Any]
    held: dict[str, Any]
    closed: dict[str, Any]


async def plant(acme: Tenant, **more: Any) -> Planted:
    """Make them. Everybody of the cast may read them all."""
    for person in (acme.viewer, acme.ben):
        body = {"kind": "user", "role": "desk", "user_id": str(person.id)}
        await acme.owner.post(f"squads/{acme.squad}/members", body, 201)
    made = Planted(*[await one(acme, **more) for _ in range(3)])
    for handoff in (made.held, made.closed):
        await acme.ben.post(f"handoffs/{handoff['id']}/claim")
        case = handoff["source"]["id"]
        await acme.ben.post(f"cases/{case}/messages", {"role": "operator", "text": TEXT})
        await acme.ben.post(
            f"cases/{case}/steps", {"title": TEXT, "kind": "call", "result": "worked", "evidence": TEXT}
        )
    fields = {"serial": TEXT, "card": int(CARD.replace(" ", "")), "more": [{"deep": TEXT}]}
    await acme.ben.post(f"handoffs/{made.closed['id']}/close", {"reason": "resolved", "notes": TEXT, "fields": fields})
    return made


async def one(acme: Tenant, **more: Any) -> dict[str, Any]:
    """A case with everything in it, handed over, with more that came later."""
    given = {"title": TEXT, "problem": TEXT, "customer": CUSTOMER, "ticket": TEXT, "domain": TEXT}
    case = await acme.case(**given | more)
    path = f"cases/{case['id']}"
    await write(acme, path)
    handoff = await acme.handoff(case, reason=TEXT, notes=TEXT)
    await write(acme, path)
    return handoff


async def write(acme: Tenant, path: str) -> None:
    """One of each kind of note."""
    for role in ("customer", "agent", "system"):
        await acme.agent.post(f"{path}/messages", {"role": role, "text": TEXT})
    await acme.agent.post(f"{path}/steps", {"title": TEXT, "kind": TEXT, "result": "failed", "evidence": TEXT})
    await acme.agent.post(f"{path}/facts", {"text": TEXT, "origin": "said", "source": TEXT})
    await acme.agent.post(f"{path}/tasks", {"title": TEXT})
