"""What can be wrong with a value, generated from its JSON schema. Values are JSON texts: some have no Python."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
LINE = 300  # what is at most so long is a single line
DEEP = 10_000
CONTROLS = (
    '"two\\nlines"', '"a\\ttab"', '"a bell\\u0007"', '"deleted\\u007f"', '"next\\u0085line"',
    '"a\\u2028separator"', '"\\u202egnp.exe"', '"\\u2066isolated"',
)  # fmt: skip
UNSTORABLE = ('"nul\\u0000"', '"half \\ud800 a pair"', '"\\udfff\\ud800"')
TIMES = (
    '"2030-01-01T00:00:00"', '"2030-01-01"', '"yesterday"', "1893456000", '"2030-13-01T00:00:00Z"',
    '"0001-01-01T00:00:00Z"', '"1999-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', '"2030-01-01T25:00:00Z"',
    '"+275760-09-13T00:00:00Z"', '"2030-01-01T00:00:00+99:00"',
)  # fmt: skip
IDS = ('"not-an-id"', '"00000000"', '"01a1fe1d-d4af-7126-a2ff-35851cc0d49g"', "7")
FREE = (  # inside an object whose keys are the caller's own
    '{"nul\\u0000": 1}', '{"half\\ud800": 1}', '{"a": "nul\\u0000"}', '{"a": ["half \\ud800"]}', '{"a": NaN}',
    '{"a": -Infinity}', '{"a": 1e999}', f'{{"a": {"[" * 100}{"]" * 100}}}', '{"": 1}',
    json.dumps({f"k{number}": 1 for number in range(200)}),
)  # fmt: skip


def operations(described: Schema) -> Iterator[tuple[str, str, Schema]]:
    """(METHOD path, path, operation), of everything that OpenAPI describes."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", path, operation


def body_of(described: Schema, operation: Schema) -> Schema | None:
    """The schema of the JSON body, if there is one."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return kinds(described, content["schema"])[0] if content else None


def kinds(described: Schema, schema: Schema) -> list[Schema]:
    """The schemas a value may have, references followed, null left out."""
    if "$ref" in schema:
        return kinds(described, described["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return [kind for one in schema["anyOf"] if one.get("type") != "null" for kind in kinds(described, one)]
    return [schema]


def wrong_bodies(described: Schema, schema: Schema, good: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(The field that is wrong, the body): each with one mistake in it."""
    for name in schema.get("required", ()):
        yield name, _with(good, name, None)
        yield name, _with(good, name, "null")
    yield "surprise", _with(good, "surprise", "1")
    for name, inner in schema.get("properties", {}).items():
        for kind in kinds(described, inner):
            for text in wrong_values(described, kind):
                yield name, _with(good, name, text)


def _with(good: Mapping[str, Any], name: str, text: str | None) -> str:
    """The good body with this JSON text as the value of one field (None: without it)."""
    rest = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in good.items() if key != name]
    return "{" + ", ".join([*rest, f"{json.dumps(name)}: {text}"] if text is not None else rest) + "}"


def wrong_values(described: Schema, schema: Schema) -> Iterator[str]:
    """JSON texts that this schema's owner must refuse."""
    if "enum" in schema or "const" in schema:
        yield from ('"nonsense"', '""', "0", "false", "[]", "{}", *UNSTORABLE)
    elif schema.get("type") == "string":
        yield from _wrong_texts(schema)
    elif schema.get("type") == "integer":
        yield from ('"1"', "true", "1.5", "-1", "1e400", "NaN", "[]", "{}", "9" * 5000)
        yield str(schema.get("maximum", 2**31 - 1) + 1)
    elif schema.get("type") == "boolean":
        yield from ('"true"', "1", "0", '"yes"', "[]", "{}")
    elif schema.get("type") == "object" and "properties" in schema:
        yield from ("[]", '"x"', "0", "false")
        yield from (body for _, body in wrong_bodies(described, schema, {}))
    elif schema.get("type") == "object":
        yield from ("[]", '"x"', "0", "false", *FREE)


def _wrong_texts(schema: Schema) -> Iterator[str]:
    yield from ("0", "false", "1.5", "[]", "{}", '["a"]')
    if schema.get("format") == "uuid":
        yield from IDS
    elif schema.get("format") == "date-time":
        yield from TIMES
    elif "pattern" in schema:
        yield from ('"Not One"', '""', '"a\\n"', '"%s"' % ("a" * 200), *UNSTORABLE)
    else:
        yield from ('""', '"   "', '"\\u00a0\\n"') if schema.get("minLength") else ()  # else nothing means something
        yield from UNSTORABLE
        yield json.dumps("x" * (schema["maxLength"] + 1))
        yield from CONTROLS if schema["maxLength"] <= LINE else ()
