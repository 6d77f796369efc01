"""Bad input beside the body: paths, queries, headers, and values that only the product itself can judge."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.tenancy import snapshot
from tests.tenancy.conftest import staged
from tests.tenancy.doors import DOORS
from tests.tenancy.matrix import forgetful_client
from tests.tenancy.operations import operations
from tests.tenancy.stage import Stage, Tries
from tests.web.problem import problem

V1 = "/api/v1"


@pytest_asyncio.fixture(scope="module")
async def stage(postgres: Any, template: str) -> AsyncIterator[Stage]:
    """Both organizations, with one of everything."""
    async with staged(postgres, template, "bad_parameters") as made:
        yield made


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncIterator[httpx2.AsyncClient]:
    """Ends with a look whether anything has changed."""
    before = [await snapshot.digests(stage.eyes, side.tenant.id) for side in (stage.acme, stage.zenith)]
    async with forgetful_client(stage) as client:
        yield client
    after = [await snapshot.digests(stage.eyes, side.tenant.id) for side in (stage.acme, stage.zenith)]
    assert after == before


@pytest.fixture
def ben(stage: Stage) -> Tries:
    """An operator, who holds a claim."""
    return next(tries for tries in stage.acme.tries if tries.name == "operator")


@pytest.fixture
def olga(stage: Stage) -> Tries:
    """The owner."""
    return next(tries for tries in stage.acme.tries if tries.name == "owner")


NO_IDS = ["not-an-id", "%00", "..%2f..%2fusers", "1", "null", "%F0%9F%92%A5", "a" * 2000, "%ED%A0%80", "%0d%0aX: y"]


@pytest.mark.parametrize("bad", NO_IDS)
async def test_what_is_no_id_in_a_path_is_refused(
    stage: Stage, http: httpx2.AsyncClient, olga: Tries, bad: str
) -> None:
    for operation in operations(stage.server.web):
        if operation.path.startswith(V1):
            for name in operation.in_path:
                url = operation.path.format_map(dict(olga.own) | {name: bad})
                door = DOORS[operation.name]
                body = door.content(olga.own) if door.body else None
                answer = await http.request(operation.method, url, headers=dict(olga.headers), json=body)
                problem(answer, 404, 405, 422)


QUERIES = {
    "period": ["8d", "", "7", "%00"],
    "channel_id": ["not-an-id", "1", "", "null", "%00"],
    "kind": ["fax", "", "WEBHOOK", "%00"],
    "limit": ["0", "201", "-1", "1000000000", "99999999999999999999", "ten", "1.5", "", "0x10", "1e2", "%00"],
    "cursor": [
        "nonsense",
        "W10",
        "W1sidSIsICIxIl1d",
        "bnVsbA",
        "%00",
        "a" * 501,
        "W1siaSIsICIxZTk5OTkiXV0",
        "e30",
        "=",
    ],
    "squad_id": ["not-an-id", "1", "", "%00"],
    "status": ["sleeping", "", "ACTIVE", "%00"],
    "state": ["sleeping", "", "READY", "%00"],
    "source": ["nowhere", "", "%00"],
    "subject": ["nonsense", "case:", "case:1", ":", "%00", "a" * 101],
    "order": ["sideways", "", "DESC"],
    "timeout": ["-1", "61", "nan", "inf", "-inf", "soon", "1e999"],
    "epoch": ["-1", "2147483648", "one", "1.5"],
    "retired": ["perhaps", "", "2", "%00"],
}


@pytest.mark.parametrize("name", QUERIES)
async def test_nonsense_in_a_query_is_refused(stage: Stage, http: httpx2.AsyncClient, olga: Tries, name: str) -> None:
    tried = 0
    for operation in operations(stage.server.web):
        if operation.path.startswith(V1) and name in operation.in_query:
            for bad in QUERIES[name]:
                url = f"{operation.path.format_map(olga.own)}?{name}={bad}"
                told = problem(await http.get(url, headers=dict(olga.headers)), 422)
                assert told["errors"][0]["field"] == name, (url, told)
                tried += 1
    assert tried, f"nothing takes {name}"


async def test_every_name_in_a_query_is_tried(stage: Stage) -> None:
    taken = {name for one in operations(stage.server.web) if one.path.startswith(V1) for name in one.in_query}
    assert taken <= set(QUERIES), "add what is nonsense there to QUERIES"


@pytest.mark.parametrize(
    "place", ["nonsense", "cA", "cC0x", "cDk5OTk5OTk5OTk5OTk5OTk5OTk5", "cDEyMzQ1Njc4OQ", "%", "a" * 201]
)
async def test_a_stream_that_is_to_begin_nowhere_is_refused(http: httpx2.AsyncClient, olga: Tries, place: str) -> None:
    answer = await http.get(f"{V1}/events/stream", headers={**olga.headers, "Last-Event-ID": place})
    assert problem(answer, 422)["errors"][0]["field"].lower() == "last-event-id"


BAD_CREDENTIALS = [
    "", "Bearer", "Basic b2xnYTpvbGdh", "bearer nonsense", "Bearer a b c", "Token x", "Bearer é",
    "Bearer " + "x" * 20_000, "Bearer wlu_" + "A" * 32, "Bearer null", "Bearer %00",
]  # fmt: skip


@pytest.mark.parametrize("sent", BAD_CREDENTIALS, ids=[text[:20] for text in BAD_CREDENTIALS])
async def test_a_bad_bearer_header_is_refused_everywhere(
    stage: Stage, http: httpx2.AsyncClient, olga: Tries, sent: str
) -> None:
    for operation in operations(stage.server.web):
        if operation.path.startswith(V1):
            url = operation.path.format_map(olga.own)
            answer = await http.request(operation.method, url, headers=[(b"authorization", sent.encode("latin-1"))])
            problem(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_in_the_address_is_none(http: httpx2.AsyncClient, olga: Tries) -> None:
    token = olga.headers["Authorization"].partition(" ")[2]
    problem(await http.get(f"{V1}/me?token={token}&access_token={token}"), 401)


async def test_a_stale_version_is_told_and_changes_nothing(stage: Stage, http: httpx2.AsyncClient, olga: Tries) -> None:
    for operation in operations(stage.server.web):
        if operation.method in ("PATCH", "PUT"):
            assert "if-match" in operation.in_header, f"{operation.name} does not honour If-Match"
            for version in ('"0000"', "0000", 'W/"0000"', '"a", "b"'):
                answer = await http.request(
                    operation.method, operation.path.format_map(olga.own), json=DOORS[operation.name].content(olga.own),
                    headers={**olga.headers, "If-Match": version},
                )  # fmt: skip
                problem(answer, 412)


SNOOZES = {
    "the past": -timedelta(hours=1), "just gone": -timedelta(seconds=1), "next year and a day": timedelta(days=366),
    "a client whose clock is a day slow": -timedelta(days=1),
}  # fmt: skip


@pytest.mark.parametrize("when", SNOOZES)
async def test_one_cannot_snooze_until(http: httpx2.AsyncClient, ben: Tries, when: str) -> None:
    until = (datetime.now(UTC) + SNOOZES[when]).isoformat()
    url = f"{V1}/handoffs/{ben.own['handoff_id']}/snooze"
    told = problem(await http.post(url, json={"until": until}, headers=dict(ben.headers)), 422)
    assert told["errors"][0]["field"] == "until"


EMAILS = ["nobody", "@example.com", "a@", "a@@b.example", "a b@c.example", "a@b..example", "<script>@x.example",
          "a@b.example\u200b", "a@" + "b" * 250 + ".example", "a@127.0.0.1", '"a\\"@b.example']  # fmt: skip


@pytest.mark.parametrize("email", EMAILS)
async def test_what_is_no_e_mail_address_is_refused(http: httpx2.AsyncClient, olga: Tries, email: str) -> None:
    body = {"email": email, "name": "Nora", "role": "viewer"}
    told = problem(await http.post(f"{V1}/users", json=body, headers=dict(olga.headers)), 422)
    assert told["errors"][0]["field"] == "email"


SETTINGS: list[dict[str, Any]] = [
    {"no_such_thing": 1}, {"claim_lease_seconds": 0}, {"claim_lease_seconds": "900"}, {"claim_lease_seconds": None},
    {"claim_lease_seconds": 10**12}, {"claim_lease_seconds": True}, {"claim_lease_seconds": 60.5}, {"due_seconds": 5},
    {"due_seconds": {"whenever": 5}}, {"due_seconds": {"urgent": -1}}, {"due_seconds": {"urgent": [60]}},
    {"due_seconds": None}, {"default_region": "usa"}, {"default_region": "us"}, {"default_region": ["US"]},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
async def test_a_setting_that_is_none_is_refused(
    http: httpx2.AsyncClient, olga: Tries, settings: dict[str, Any]
) -> None:
    answer = await http.patch(f"{V1}/organization", json={"settings": settings}, headers=dict(olga.headers))
    assert next(iter(settings)) in problem(answer, 422)["errors"][0]["field"]


async def test_an_address_that_leads_nowhere_says_so(http: httpx2.AsyncClient, olga: Tries) -> None:
    for path in (
        "/api/v1/nothing",
        "/api/v1",
        "/api/v2/cases",
        "/api/v1//cases",
        "/api/v1/%2e%2e/me",
    ):
        for method in ("GET", "POST", "DELETE"):
            problem(await http.request(method, path, headers=dict(olga.headers)), 404, 405)


async def test_a_method_that_is_not_there_says_which_are(stage: Stage, http: httpx2.AsyncClient, olga: Tries) -> None:
    ours = [one for one in operations(stage.server.web) if one.path.startswith(V1)]
    for path in {one.path for one in ours}:
        there = {one.method for one in ours if one.path == path}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - there:
            answer = await http.request(method, path.format_map(olga.own), headers=dict(olga.headers))
            if answer.status_code != 422:  # `GET /handoffs/claim-next` is `GET /handoffs/{id}` with a bad id
                problem(answer, 405)
                assert there & set(answer.headers["allow"].split(", ")), (path, answer.headers["allow"])


@pytest.mark.parametrize("given", ["x" * 65, "a b", "é", "<script>", ""])
async def test_a_request_id_that_is_none_is_replaced(http: httpx2.AsyncClient, olga: Tries, given: str) -> None:
    sent = [(b"authorization", olga.headers["Authorization"].encode()), (b"request-id", given.encode("latin-1"))]
    answer = await http.get(f"{V1}/me", headers=sent)
    assert answer.status_code == 200
    assert answer.headers["request-id"] not in ("", given)
