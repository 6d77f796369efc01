"""The interface that others write against is there, whole, and documented."""

import re
from functools import cache
from typing import Any

from tests.shape.reading import documents
from warmline.boot import Boot
from warmline.settings import Settings
from warmline.web.server import create_app

CONTRACT = """
GET /me · PUT /me/presence
GET /users · POST /users · POST /users/{}/tokens
GET /squads · POST /squads · POST /squads/{}/members · POST /members/{}/tokens
GET /organization · PATCH /organization
GET /cases · POST /cases · GET /cases/{} · GET /cases/{}/documentation
POST /cases/{}/messages · POST /cases/{}/steps · POST /cases/{}/facts · POST /cases/{}/tasks
POST /cases/{}/resolve · POST /cases/{}/escalate
GET /handoffs · GET /handoffs/{} · GET /handoffs/{}/wait
POST /handoffs/{}/claim · POST /handoffs/claim-next · POST /handoffs/{}/heartbeat · POST /handoffs/{}/release
POST /handoffs/{}/close · POST /handoffs/{}/return-to-agent · POST /handoffs/{}/transfer · POST /handoffs/{}/snooze
POST /handoffs/{}/pin · POST /handoffs/{}/analysis · GET /handoffs/{}/texts/{}
GET /events · GET /events/stream
"""
PREFIX = "/api/v1"
NEVER_REFUSED = ("/livez", "/readyz", "/metrics")


@cache
def described() -> dict[str, dict[str, Any]]:
    """Every operation of the API: "GET /cases/{}"."""
    settings = Settings()
    paths = create_app(settings, Boot(settings)).openapi()["paths"]
    return {
        f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path)}": operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def promised() -> set[str]:
    """The operations of the contract."""
    return {f"{method} {PREFIX}{path}" for method, path in re.findall(r"([A-Z]+) (\S+)", CONTRACT)}


def test_everything_that_was_promised_is_there() -> None:
    assert promised() - set(described()) == set()


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    for name, operation in described().items():
        assert operation.get("description"), name
        if not name.endswith(NEVER_REFUSED):
            assert {"401", "403", "404", "409", "422", "429", "503"} <= set(operation["responses"]), name


def test_the_documents_name_no_address_that_is_not_there() -> None:
    known = {name.partition(" ")[2] for name in described()} | {PREFIX}
    for name, text in documents().items():
        told = {re.sub(r"{[^}]*}", "{}", path).rstrip("/.") for path in re.findall(r"/api/v1[\w/{}-]*", text)}
        assert told <= known, name
