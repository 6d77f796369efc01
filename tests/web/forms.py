"""Every form of the pages as it is sent well: who sends it, with which fields, and what has to be there before."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.web.visitors import Visitor, newcomer, with_password
from tests.world import World, until

PASSWORD = "a sentence about badgers"


@dataclass
class Stage:
    """Somebody with a form before them: where it goes and what they fill in."""

    world: World
    visitor: Visitor
    other: Visitor  # somebody else's browser
    ids: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """A good request: who sends it, and with which fields."""

    who: str = "Ben"
    fields: Callable[[Stage], dict[str, Any]] = lambda stage: {}
    prepare: Callable[[Stage], Awaitable[None]] | None = None
    changes: bool = True  # whether it leaves something behind; one that only looks does not


async def is_read(world: World, handoff: dict[str, Any]) -> None:
    """Its assessment is there."""

    async def there() -> bool:
        found = await world.acme.ben.get(f"handoffs/{handoff['id']}")
        return bool(found["assessment"]["state"] != "pending")

    await until(there)


async def released(stage: Stage) -> None:
    """Nobody holds it."""
    await stage.world.acme.admin.post(f"handoffs/{stage.ids['handoff_id']}/release")


async def invited(stage: Stage) -> None:
    """Somebody has a link."""
    stage.ids["email"], link = await newcomer(stage.world.acme)
    stage.ids["secret"] = link.rsplit("/", 1)[1]


async def has_password(stage: Stage) -> None:
    """Somebody of Acme."""
    stage.ids["email"] = await with_password(stage.world.address, PASSWORD, stage.world.acme)


async def has_ticket(stage: Stage) -> None:
    """The password fitted in two organizations; which one was asked."""
    world = stage.world
    stage.ids["email"] = await with_password(world.address, PASSWORD, world.acme, world.zenith)
    asked = await stage.visitor.post("/sign-in", email=stage.ids["email"], password=PASSWORD)
    stage.ids["ticket"] = re.findall(r'name="ticket" value="([^"]+)"', asked.text)[0]


async def is_in_by_password(stage: Stage) -> None:
    """Somebody of Acme, who has signed in through the form."""
    await has_password(stage)
    await stage.visitor.post("/sign-in", email=stage.ids["email"], password=PASSWORD)
    await stage.visitor.get("/profile")


async def ben_is_disabled(stage: Stage) -> None:
    """Ben may not sign in."""
    await stage.world.acme.admin.patch(f"users/{stage.world.acme.ben.id}", {"disabled": True})


async def is_timed(stage: Stage) -> None:
    """Ben has timed a pickup."""
    made = await stage.world.acme.ben.post("analytics/baselines", {"seconds": 600}, 201)
    stage.ids["baseline_id"] = made["id"]


async def told_of_one(stage: Stage) -> None:
    """Something waits that Ben was told of, and no job has anything left to do with it."""
    await is_read(stage.world, await stage.world.acme.handoff())


async def is_withdrawn(stage: Stage) -> None:
    """Ben has timed a pickup, and withdrawn it."""
    await is_timed(stage)
    await stage.world.acme.ben.delete(f"analytics/baselines/{stage.ids['baseline_id']}")


async def lost_is_retired(stage: Stage) -> None:
    """A close reason is offered no longer."""
    await stage.world.acme.admin.delete("close-reasons/lost")


async def somebody_to_erase(stage: Stage) -> None:
    """A case that has ended."""
    case = await stage.world.acme.case(ticket="#4711")
    await stage.world.acme.agent.post(f"cases/{case['id']}/resolve", {})


async def told_nobody(stage: Stage) -> None:
    """A channel that leads nowhere, and what it did not deliver: no job has anything to do with it."""
    owner = stage.world.acme.owner
    made = await owner.post("channels", {"kind": "chat", "url": "slack://none", "name": "Chat"}, 201)
    test = await owner.post(f"channels/{made['id']}/test")

    async def is_dead() -> bool:
        return bool((await owner.get(f"deliveries/{test['id']}"))["state"] == "dead")

    await until(is_dead)
    hook = {"url": "https://hooks.example.com/", "event_types": ["baseline.added"]}
    stage.ids["webhook_id"] = (await owner.post("webhooks", hook, 201))["id"]
    stage.ids |= {"channel_id": made["id"], "delivery_id": test["id"], "kind": "chat"}


async def is_out_of_use(stage: Stage) -> None:
    """The same channel, taken out of use."""
    await told_nobody(stage)
    await stage.world.acme.owner.delete(f"channels/{stage.ids['channel_id']}")


async def is_signed(stage: Stage) -> None:
    """A webhook, which has a secret."""
    await told_nobody(stage)
    stage.ids["channel_id"] = stage.ids["webhook_id"]


def promises(stage: Stage) -> dict[str, Any]:
    """The form of the organization, with another time in it."""
    times = {"urgent": "45 s", "high": "5 min", "normal": "15 min", "low": "1 h", "lease": "15 min"}
    return times | {"name": "Acme", "region": "US"}


PERSON, SQUAD, REASON = "/settings/people/{user_id}", "/settings/squads/{squad_id}", "/settings/close-reasons/{key}"
CHANNEL = "/settings/channels/{channel_id}"
CHAT = {"url": "slack://none", "events": "handoff.created"}
SEATED = {"name": "Pip", "role": "support"}
SETTINGS: dict[str, Form] = {
    "/profile/password": Form("Nobody", lambda s: {"old": PASSWORD, "password": PASSWORD[::-1]}, is_in_by_password),
    "/profile/presence": Form("Ben", lambda s: {"status": "away"}),
    "/sign-out/everywhere": Form(),
    "/notifications/read": Form("Ben", prepare=told_of_one),
    "/settings/organization": Form("Ada", promises),
    "/settings/people": Form("Ada", lambda s: {"name": "Nora", "email": "nora@acme.example", "role": "viewer"}),
    PERSON: Form("Ada", lambda s: {"name": "Benno", "role": "viewer"}),
    f"{PERSON}/link": Form("Ada"),
    f"{PERSON}/disable": Form("Ada"),
    f"{PERSON}/enable": Form("Ada", prepare=ben_is_disabled),
    "/settings/squads": Form("Ada", lambda s: {"name": "Field service"}),
    SQUAD: Form("Ada", lambda s: {"name": "Night desk"}),
    f"{SQUAD}/agents": Form("Ada", lambda s: SEATED),
    f"{SQUAD}/people": Form("Ada", lambda s: {"user_id": str(s.world.acme.ben.id), "role": "lead"}),
    "/settings/members/{member_id}/tokens": Form("Ada", lambda s: {"name": "production"}),
    "/settings/members/{member_id}/remove": Form("Ada"),
    "/settings/tokens/{token_id}/revoke": Form("Ada"),
    "/settings/privacy": Form("Ada", lambda s: {"content": "30", "viewer": "email"}),
    "/settings/privacy/find": Form("Ada", lambda s: {"ticket": "#12345"}, changes=False),
    "/settings/privacy/erase": Form("Ada", lambda s: {"ticket": "#4711", "expected": "1"}, somebody_to_erase),
    "/settings/models": Form("Ada", lambda s: {"model_daily_tokens": "5", "model_input_characters": "40000"}),
    "/settings/texts": Form("Ada", lambda s: {"which": "headline", "text": "{who}: {problem}"}),
    "/settings/new-close-reason": Form("Ada", lambda s: {"label": "Sent a spare part"}),
    REASON: Form("Ada", lambda s: {"label": "Gone"}),
    f"{REASON}/move": Form("Ada", lambda s: {"way": "up"}),
    f"{REASON}/retire": Form("Ada"),
    f"{REASON}/restore": Form("Ada", prepare=lost_is_retired),
    "/settings/new-channel/{kind}": Form("Ada", lambda s: CHAT, told_nobody),
    CHANNEL: Form("Ada", lambda s: {"name": "Ours", "events": "handoff.created"}, told_nobody),
    f"{CHANNEL}/test": Form("Ada", prepare=told_nobody),
    f"{CHANNEL}/rotate": Form("Ada", prepare=is_signed),
    f"{CHANNEL}/disable": Form("Ada", prepare=told_nobody),
    f"{CHANNEL}/enable": Form("Ada", prepare=is_out_of_use),
    "/settings/deliveries/{delivery_id}/redrive": Form("Ada", prepare=told_nobody),
}
FORMS: dict[str, Form] = SETTINGS | {
    "/analytics/baselines": Form("Ben", lambda s: {"took": "12:40"}),
    "/analytics/baselines/{baseline_id}/withdraw": Form("Ben", prepare=is_timed),
    "/analytics/baselines/{baseline_id}/restore": Form("Ben", prepare=is_withdrawn),
    "/sign-in": Form("Nobody", lambda s: {"email": s.ids["email"], "password": PASSWORD}, has_password),
    "/sign-in/organization": Form(
        "Nobody", lambda s: {"ticket": s.ids["ticket"], "organization_id": str(s.world.acme.id)}, has_ticket
    ),
    "/sign-in/demo": Form("Nobody", lambda s: {"email": "ben@acme.example"}),
    "/set-password/{secret}": Form("Nobody", lambda s: {"password": PASSWORD}, invited),
    "/sign-out": Form(),
    "/start/squad": Form("Ada", lambda s: {"name": "Field service"}),
    "/start/agent": Form("Ada", lambda s: {"name": "Otto", "role": "support", "squad_id": str(s.world.acme.squad)}),
    "/start/token": Form("Ada", lambda s: {"member_id": str(s.world.acme.agent.id)}),
    "/handoffs/claim-next": Form(prepare=released),
    "/handoffs/{handoff_id}/claim": Form(prepare=released),
    "/handoffs/{handoff_id}/say": Form("Ben", lambda s: {"text": "Ben here."}),
    "/handoffs/{handoff_id}/tasks": Form("Ben", lambda s: {"title": "Call back"}),
    "/handoffs/{handoff_id}/tasks/{task_id}": Form("Ben", lambda s: {"done": "true"}),
    "/handoffs/{handoff_id}/heartbeat": Form(),
    "/handoffs/{handoff_id}/analysis": Form(),
    "/handoffs/{handoff_id}/release": Form(),
    "/handoffs/{handoff_id}/close": Form("Ben", lambda s: {"reason": "resolved"}),
    "/handoffs/{handoff_id}/return": Form("Ben", lambda s: {"outcome": "Go on."}),
    "/handoffs/{handoff_id}/snooze": Form("Ben", lambda s: {"minutes": "15"}),
    "/handoffs/{handoff_id}/transfer": Form("Ben", lambda s: {"to": f"user:{s.world.acme.cleo.id}", "note": "Yours."}),
}
