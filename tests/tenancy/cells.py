"""What is tried: every operation, by everybody, with another organization's id in every place that takes one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from random import Random
from typing import Any
from uuid import uuid4

from tests.tenancy.cursors import nearby, place
from tests.tenancy.door import Door
from tests.tenancy.doors import DOORS, NO_IDS, OTHERWISE, PUBLIC, TABLE_OF
from tests.tenancy.operations import Operation
from tests.tenancy.stage import Side, Tries

KEY = "idempotency-key"
sample = Random(7).sample
NOWHERE = "5eed0000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Slot:
    """One place of an operation that takes something that identifies; `*` is the whole path."""

    where: str  # path, query, body, header; "as it is" for none
    name: str


AS_IT_IS = Slot("as it is", "")


@dataclass(frozen=True)
class Attempt:
    """Something of the other organization, and what does not exist anywhere, for the same slot."""

    label: str
    foreign: Any
    missing: Any


def slots(operation: Operation) -> Iterator[Slot]:
    """Everything of this operation that could name something of another organization."""
    if operation.name in PUBLIC or not operation.writes:
        yield AS_IT_IS
    if operation.name in PUBLIC:
        return
    named = [name for name in operation.in_path if name not in NO_IDS]
    yield from (Slot("path", name) for name in named)
    if len(named) > 1:
        yield Slot("path", "*")
    yield from (Slot("query", name) for name in operation.in_query if name not in NO_IDS)
    texts = DOORS[operation.name].texts if operation.name in DOORS else ()
    yield from (Slot("body", name) for name in (*operation.in_body, *texts))
    yield from (Slot("header", name) for name in operation.in_header if name not in NO_IDS)
    if operation.writes:
        yield Slot("header", KEY)


def gaps(operations: list[Operation]) -> list[str]:
    """What the table does not say yet."""
    missing = [
        f"{operation.name}: add a row to DOORS in tests/tenancy/doors.py (its body with good values, own ids by name)"
        for operation in operations
        if operation.name not in DOORS and operation.name not in PUBLIC
    ]
    for operation in operations:
        for slot in slots(operation):
            name = slot.name.rpartition(".")[2]
            if name not in (*TABLE_OF, *OTHERWISE, KEY, "*", ""):
                missing.append(
                    f"{operation.name}: say in tests/tenancy/doors.py what `{slot.name}` ({slot.where}) identifies: "
                    "its table in TABLE_OF, or NO_IDS"
                )
    stale = (DOORS.keys() | PUBLIC) - {operation.name for operation in operations}
    return missing + [f"{name}: there is no such route; take it out of tests/tenancy/doors.py" for name in stale]


def attempts(operation: Operation, slot: Slot, victim: Side, most: int) -> list[Attempt]:
    """What is put there. The rows of the right table come first, then one of every other table."""
    if slot == AS_IT_IS:
        return [Attempt("", None, None)]
    if slot.name == "*":
        whole = [tries.own for tries in victim.tries if tries.name in ("owner", "operator")]
        return [Attempt("whole path", own, dict.fromkeys(own, NOWHERE)) for own in whole]
    name = slot.name.rpartition(".")[2]
    if name in TABLE_OF:
        return _rows(TABLE_OF[name], victim, most)
    return list(islice(_others(operation, OTHERWISE.get(name, name), victim), most))


def _rows(table: str, victim: Side, most: int) -> list[Attempt]:
    right = [(table, id) for id in victim.ids[table]]
    other = [(other, ids[-1]) for other, ids in victim.ids.items() if ids and other != table]
    several = [*right, *other] if most > len(right) else [*sample(right, most - 1), *sample([*right, *other], 1)]
    return [Attempt(label, id, NOWHERE) for label, id in several]


def _others(operation: Operation, kind: str, victim: Side) -> Iterator[Attempt]:
    if kind == "subject":
        for word, table in (("case", "cases"), ("handoff", "handoffs"), ("user", "users")):
            yield from (Attempt(table, f"{word}:{id}", f"{word}:{NOWHERE}") for id in victim.ids[table][:3])
            yield Attempt(table, victim.ids[table][-1], NOWHERE)
    elif kind == "cursor":
        cursor = victim.cursors[next(path for path in victim.cursors if operation.path.startswith(path))]
        yield Attempt(kind, cursor, nearby(cursor))
    elif kind == "version":
        yield from (Attempt(kind, version, f'"{uuid4().hex}"') for version in victim.versions)
    elif kind == "place":
        beside = [(one, two) for one, two in pairwise(victim.places) if one + 1 == two]  # nothing of others in between
        yield from (Attempt(kind, place(one), place(two)) for one, two in beside)
    else:
        yield Attempt(kind, victim.keys.pop(), f"key-{uuid4()}")  # each once: whoever used it has one of their own


def request(operation: Operation, tries: Tries, slot: Slot, value: Any) -> dict[str, Any]:
    """The arguments of an HTTP client: all is good and one's own, but for the value in the slot."""
    own: Mapping[str, Any] = tries.own if slot.name != KEY else dict.fromkeys(tries.own, NOWHERE)
    door = DOORS.get(operation.name, Door())
    headers, query, in_path = dict(tries.headers), {**door.query, **door.query_with.get(slot.name, {})}, dict(own)
    in_path |= {name: own[mine] for name, mine in door.same.items()}
    if slot.name == "*":
        in_path |= value
    elif slot.where != "body":
        {"path": in_path, "query": query, "header": headers, "as it is": {}}[slot.where][slot.name] = value
    if door.cookie:
        headers["Cookie"] = "; ".join(filter(None, [headers.get("Cookie"), door.cookie]))
    content = door.content_with(own, slot.name, value) if slot.where == "body" else door.content(own)
    url = operation.path.format_map(in_path | {"kind": "case", **door.words})
    asked = {"method": operation.method, "url": url, "params": query, "headers": headers}
    return asked | ({"json": content} if door.body else {"data": content} if door.form else {})
