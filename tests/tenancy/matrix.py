"""Running the cells: each answer must be the one that something that does not exist gets, and nothing may change."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from difflib import unified_diff
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from tests.tenancy import snapshot
from tests.tenancy.cells import AS_IT_IS, Attempt, Slot, attempts, request, slots
from tests.tenancy.doors import DOORS
from tests.tenancy.operations import Operation
from tests.tenancy.stage import WITH_TOKEN, WITHOUT_TOKEN, Side, Stage, Tries

FULL = os.environ.get("WARMLINE_MATRIX") == "full"
MOST = 10_000 if FULL else 1  # attempts per slot and person
AT_ONCE = 6
LAST = "POST /sign-out"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DIFFERS = re.compile(
    rf"{ID.pattern}|[0-9a-f]{{12,}}|wl[umsp]_[\w-]{{32}}|\d{{4}}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"
    r'|id: \w+|"cursor": "\w+"|data-seen="\w+"|value="[\w-]{22}"'
    r"|\b\d+ ?(?:s|min|h|d|minutes? left)\b|\bjust now\b|\b\d+:\d\d\b"  # how pages say times
    r'|>\d+</text>|stroke-dasharray="[^"]*"'  # and draw what is left of a lease
)
BEATS = re.compile(r"(: beat\n\n)+")
Answer = tuple[int, tuple[str, ...], str]


@dataclass
class Result:
    """How many cells were tried, what they answered, and what was wrong."""

    cells: int = 0
    findings: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    reached: dict[tuple[str, Slot], set[int]] = field(default_factory=dict)


async def run(
    stage: Stage,
    operations: Iterable[Operation],
    most: int = MOST,
    who: Container[str] | None = None,
    both_ways: bool = True,
) -> Result:
    """Acme's people (all, or some) try what is Zenith's, and the other way round."""
    result, ways = Result(), ((stage.acme, stage.zenith), (stage.zenith, stage.acme))
    async with forgetful_client(stage) as http:
        for operation in sorted(operations, key=lambda one: one.name.startswith(LAST)):
            for side, victim in ways if both_ways else ways[:1]:
                before = await snapshot.digests(stage.eyes, victim.tenant.id)
                await Trial(http, result, operation, side, victim).run(most, who)
                after = await snapshot.digests(stage.eyes, victim.tenant.id)
                if touched := snapshot.changed(before, after):
                    result.findings.append(f"{operation.name} by {side.name} changed {victim.name}'s {touched}")
    return result


def everybody(operation: Operation) -> Container[str]:
    """Who tries: all; at a page, where a token is refused before anything else, of those with a token only one."""
    return ("owner", *WITHOUT_TOKEN) if "/api/" not in operation.path and not FULL else (*WITH_TOKEN, *WITHOUT_TOKEN)


def forgetful_client(stage: Stage) -> httpx2.AsyncClient:
    """A client that keeps no cookie: nobody sends what somebody else was given."""
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx2.AsyncClient(base_url=stage.server.address, cookies=jar, timeout=60)


@dataclass
class Trial:
    """One operation, in one direction."""

    http: httpx2.AsyncClient
    result: Result
    operation: Operation
    side: Side
    victim: Side

    async def run(self, most: int, who: Container[str] | None) -> None:
        """Everybody, every slot; a few at the same time."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def guarded(tries: Tries, slot: Slot, several: list[Attempt]) -> None:
            async with gate:
                await self._slot(tries, slot, several)

        work = [
            guarded(tries, slot, attempts(self.operation, slot, self.victim, most))
            for slot in slots(self.operation)
            for tries in self.side.tries
            if tries.name in everybody(self.operation) and (who is None or tries.name in who)
        ]
        await asyncio.gather(*work)

    async def _slot(self, tries: Tries, slot: Slot, several: list[Attempt]) -> None:
        missing: dict[str, Answer] = {}
        if self.operation.name in DOORS and DOORS[self.operation.name].uses_up:
            await self._ask(tries, AS_IT_IS, None)
        for attempt in several:
            answer = await self._ask(tries, slot, attempt.foreign)
            if attempt.foreign is not None and str(attempt.missing) not in missing:
                missing[str(attempt.missing)] = await self._ask(tries, slot, attempt.missing)
                if missing[str(attempt.missing)] != answer and not self.operation.writes:  # "a minute ago" became two
                    missing[str(attempt.missing)] = await self._ask(tries, slot, attempt.missing)
                    answer = await self._ask(tries, slot, attempt.foreign)
            self._judge(tries, slot, attempt, answer, missing.get(str(attempt.missing), answer))

    async def _ask(self, tries: Tries, slot: Slot, value: object) -> Answer:
        answer = await self.http.request(**request(self.operation, tries, slot, value))
        if leaked := self._leaks(answer.text, str(value)):
            self.result.findings.append(f"{self._cell(tries, slot)}: {answer.status_code} shows {leaked}")
        names = sorted(set(answer.headers) - {"content-length", "date", "request-id"})
        return answer.status_code, tuple(names), DIFFERS.sub("_", BEATS.sub("", answer.text))

    def _leaks(self, text: str, sent: str) -> list[str]:
        """What of the other organization is in an answer, but for what was sent by the caller."""
        theirs = {id for ids in self.victim.ids.values() for id in ids}
        words = [self.victim.name] if self.victim.name.lower() in text.lower() else []
        return words + [id for id in set(ID.findall(text)) & theirs if id not in sent]

    def _judge(self, tries: Tries, slot: Slot, attempt: Attempt, answer: Answer, missing: Answer) -> None:
        self.result.cells += 1
        self.result.answers[answer[0]] += 1
        self.result.reached.setdefault((self.operation.name, slot), set()).add(missing[0])
        if answer != missing:
            cell = f"{self._cell(tries, slot)} with {attempt.label} {attempt.foreign}"
            self.result.findings.append(f"{cell}: {answer[0]}, not {missing[0]}: {differences(answer, missing)}")

    def _cell(self, tries: Tries, slot: Slot) -> str:
        return f"{self.operation.name} by {self.side.name}'s {tries.name}, {slot.where} {slot.name}".strip()


def differences(answer: Answer, missing: Answer) -> str:
    """What an answer says (+) that the answer for what does not exist (-) does not."""
    was, now = ([str(given[0]), *given[1], *given[2].splitlines()] for given in (missing, answer))
    return " ".join(line for line in unified_diff(was, now, n=0, lineterm="") if line[:2] not in ("--", "++", "@@"))[
        :400
    ]


def unreached(result: Result) -> list[str]:
    """Places where everybody was sent away before anything was looked up: there the matrix proves nothing."""
    wanted = {
        "path": {404},
        "query": {200, 404},
        "body": {404, 422, 204},
        "header": {200, 201, 204, 303, 404, 412, 422},
    }
    return [
        f"{operation}, {slot.where} {slot.name}: {sorted(answers)}"
        for (operation, slot), answers in result.reached.items()
        if slot.where in wanted and not answers & wanted[slot.where]
    ]
