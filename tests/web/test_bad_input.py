"""Bad input, through every door of the API: told what is wrong in problem JSON, and nothing changes.

The bodies are generated from OpenAPI, around the good ones of the tenant matrix's table: a new endpoint is covered by
itself.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.tenancy import snapshot
from tests.tenancy.conftest import staged
from tests.tenancy.doors import DOORS
from tests.tenancy.matrix import forgetful_client
from tests.tenancy.stage import Stage, Tries
from tests.web.bad_values import DEEP, body_of, operations, wrong_bodies
from tests.web.problem import problem

JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture(scope="module")
async def stage(postgres: Any, template: str) -> AsyncIterator[Stage]:
    """Both organizations, with one of everything."""
    async with staged(postgres, template, "bad_input") as made:
        yield made


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncIterator[httpx2.AsyncClient]:
    """Ends with a look whether anything has changed."""
    before = [await snapshot.digests(stage.eyes, side.tenant.id) for side in (stage.acme, stage.zenith)]
    async with forgetful_client(stage) as client:
        yield client
    after = [await snapshot.digests(stage.eyes, side.tenant.id) for side in (stage.acme, stage.zenith)]
    assert after == before


def who(stage: Stage, path: str) -> Tries:
    """Somebody who might do this, with good input."""
    name = "agent" if "/cases" in path else "operator" if "/handoffs" in path else "owner"
    return next(tries for tries in stage.acme.tries if tries.name == name)


async def send(http: httpx2.AsyncClient, stage: Stage, name: str, body: str | bytes, **headers: str) -> httpx2.Response:
    """One operation with this raw body."""
    method, path = name.split(" ")
    tries = who(stage, path)
    url = path.format_map(tries.own)
    return await http.request(method, url, content=body, headers={**JSON, **tries.headers, **headers})


def with_bodies(stage: Stage) -> Iterator[tuple[str, Any, dict[str, Any], bool]]:
    """(Name, schema, good body, whether it must have one) of every operation that takes JSON."""
    described = stage.server.web.openapi()
    for name, path, operation in operations(described):
        schema = body_of(described, operation)
        if schema is not None:
            good = DOORS[name].content(who(stage, path).own)
            yield name, schema, good, operation["requestBody"].get("required", False)


async def test_every_wrong_value_of_every_field_is_refused_and_named(stage: Stage, http: httpx2.AsyncClient) -> None:
    tried, wrong = 0, []
    for name, schema, good, _ in with_bodies(stage):
        for field, body in wrong_bodies(stage.server.web.openapi(), schema, good):
            tried += 1
            answer = await send(http, stage, name, body)
            try:
                fields = [error["field"] for error in problem(answer, 422)["errors"]]
                assert any(one.split(".")[0] in (field, "body") for one in fields), (fields, field)
            except AssertionError as found:
                wrong.append(f"{name} {body[:100]}: {str(found)[:300]}")
    print(f"\n{tried:,} wrong values")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:40])
    assert tried > 1000


BROKEN = {
    "no JSON": b"{",
    "words": b"hello",
    "bytes that are no text": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"5",
    "true": b"true",
    "too many digits": b'{"epoch": ' + b"9" * 5000 + b"}",
    "nested without end": b"[" * DEEP + b"]" * DEEP,
    "objects without end": b'{"fields": ' * DEEP + b"1" + b"}" * DEEP,
    "as deep as the parser takes": b'{"fields": {"a": ' + b"[" * 400 + b"]" * 400 + b"}}",
    "a key twice": b'{"surprise": 1, "surprise": 2}',
    "a key that is half a letter": b'{"\\ud800": 1}',
    "a key that is NUL": b'{"\\u0000": 1}',
    "a key as long as a book": b'{"' + b"k" * 500_000 + b'": 1}',
}


@pytest.mark.parametrize("how", BROKEN)
async def test_a_body_that_is_none_is_refused(stage: Stage, http: httpx2.AsyncClient, how: str) -> None:
    for name, _, _, _ in with_bodies(stage):
        answer = await send(http, stage, name, BROKEN[how])
        problem(answer, 422)
        assert len(answer.content) < 5000


async def test_a_missing_body_is_refused_where_one_is_wanted(stage: Stage, http: httpx2.AsyncClient) -> None:
    for name, _, _, required in with_bodies(stage):
        if required:
            problem(await send(http, stage, name, b""), 422)
            problem(await send(http, stage, name, b"null"), 422)


async def test_a_key_that_is_there_twice_is_refused(stage: Stage, http: httpx2.AsyncClient) -> None:
    """Which of the two would count is a matter of the parser: two programs could read two things in it."""
    for name, schema, good, _ in with_bodies(stage):
        field = next(iter(schema["properties"]))
        twice = f"{{{json.dumps(field)}: {json.dumps(good.get(field))}, {json.dumps(good)[1:]}" if good else ""
        if field in good:
            told = problem(await send(http, stage, name, twice), 422)
            assert "twice" in told["errors"][0]["message"], told


KINDS = [
    "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/octet-stream", "nonsense", "",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_a_body_of_another_kind_is_refused(stage: Stage, http: httpx2.AsyncClient, kind: str) -> None:
    for name, _, good, required in with_bodies(stage):
        if required:
            problem(await send(http, stage, name, json.dumps(good), **{"Content-Type": kind}), 415, 422)


async def test_a_huge_body_is_refused_before_it_is_read(stage: Stage, http: httpx2.AsyncClient) -> None:
    most = stage.server.app.settings.max_body_bytes

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(most // 2**20 + 2):
            yield b" " * 2**20

    headers = {**JSON, **who(stage, "/cases").headers}
    problem(await http.post("/api/v1/cases", content=b" " * (most + 1), headers=headers), 413)
    problem(await http.post("/api/v1/cases", content=dripping(), headers=headers), 413)


async def test_a_body_that_says_it_is_huge_is_refused_before_it_comes(stage: Stage) -> None:
    """A plain socket: clients do not announce what they never send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.server.port)
    token = who(stage, "/cases").headers["Authorization"]
    lines = ("POST /api/v1/cases HTTP/1.1", "Host: x", f"Authorization: {token}", "Content-Length: 999999999999")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.close()
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"request-id" in head
    assert b"application/problem+json" in head


async def test_five_megabytes_of_text_are_refused_by_their_field(stage: Stage, http: httpx2.AsyncClient) -> None:
    for name, schema, good, _ in with_bodies(stage):
        texts = [field for field, inner in schema["properties"].items() if '"string"' in json.dumps(inner)]
        for field in texts[:2]:
            answer = await send(http, stage, name, json.dumps(good | {field: "x" * 5 * 2**20}))
            problem(answer, 422)
            assert len(answer.content) < 2000, "the answer repeats what was sent"
