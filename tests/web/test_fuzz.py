"""Schemathesis over the whole API, against the real server: no mistake of ours, nothing that OpenAPI does not say.

`WARMLINE_FUZZ_EXAMPLES` is how many per operation and phase (`make fuzz` takes many, for every role in every phase).
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.tenancy import snapshot
from tests.tenancy.conftest import staged
from tests.tenancy.doors import TABLE_OF
from tests.tenancy.stage import Stage
from tests.world import Actor

EXAMPLES = int(os.environ.get("WARMLINE_FUZZ_EXAMPLES", "2"))
LONG = EXAMPLES > 20
EVERYTHING = "coverage,fuzzing,stateful"
SHORT = EVERYTHING if LONG else "fuzzing"
# Who can break the least for the others goes first: an owner disables them.
ROLES = {"viewer": SHORT, "agent": SHORT, "operator": SHORT, "admin": SHORT, "owner": EVERYTHING}

# Left out: whether what fits the schema is accepted. A cursor, a version and a setting fit and are wrong all the same.
LEFT_OUT = "positive_data_acceptance"

# In a long run leases lapse there, and what is parked comes due.
BY_THE_CLOCK = {"cases", "handoffs", "events", "event_positions", "notifications"}

pytestmark = pytest.mark.xdist_group("fuzz")  # in this order, on one stage


@pytest_asyncio.fixture(scope="module")
async def stage(postgres: Any, template: str) -> AsyncIterator[Stage]:
    """Both organizations, to do one's worst in."""
    async with staged(postgres, template, "fuzz") as made:
        yield made


def actor(stage: Stage, role: str) -> Actor:
    """Acme's own, in this role."""
    return next(one for one in stage.acme.tenant.everybody if one.role == role)


async def fuzz(stage: Stage, role: str, folder: Path, *more: str) -> dict[str, Any]:
    """One run of Schemathesis as this role; its report."""
    token = actor(stage, role).token
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", f"{stage.server.address}/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--exclude-path-regex", "stream", "--seed", "7", "--no-shrink",
        "--phases", ROLES[role], "--max-examples", str(EXAMPLES), "--generation-database", "none", "--no-color",
        "--exclude-checks", LEFT_OUT, "--continue-on-failure", "--warnings", "off",
        "--report", "json", "--report-json-path", folder / "report.json", *more,
    ]  # fmt: skip
    output = (folder / "output.txt").open("wb")
    with output:
        run = await asyncio.create_subprocess_exec(
            *map(str, command), cwd=folder, env=await environment(stage, token), stdout=output, stderr=output
        )
        status = await run.wait()
    told = (folder / "output.txt").read_text()
    assert status == 0, told[-6000:]
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return report


async def environment(stage: Stage, token: str) -> dict[str, str]:
    """What the hooks want to know."""
    ids = {name: stage.acme.ids[table] for name, table in TABLE_OF.items()}
    ours = "SELECT id FROM warmline.tokens WHERE hash = sha256($1)"
    return os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "SCHEMATHESIS_HOOKS": "tests.web.fuzz_hooks",
        "WARMLINE_FUZZ_IDS": json.dumps(ids),
        "WARMLINE_FUZZ_TOKEN_ID": str(await stage.eyes.fetchval(ours, token.encode())),
    }


async def test_it_finds_what_is_not_described(stage: Stage, tmp_path: Path) -> None:
    """Else a green run would say little. It comes first: an owner that was fuzzed may have given its role away."""
    responses = stage.server.web.openapi()["paths"]["/api/v1/squads"]["post"]["responses"]
    described = responses.pop("422")
    try:
        with pytest.raises(AssertionError, match="Undocumented status code"):
            await fuzz(stage, "owner", tmp_path, "--include-path", "/api/v1/squads")
    finally:
        responses["422"] = described


async def acts(stage: Stage) -> int:
    """How often anybody but a job has done something in the other organization."""
    query = "SELECT count(*) FROM warmline.events WHERE organization_id = $1 AND actor_kind <> 'job'"
    return int(await stage.eyes.fetchval(query, stage.zenith.tenant.id))


@pytest.mark.timeout(0 if LONG else 300)
@pytest.mark.parametrize("role", ROLES)
async def test_nothing_breaks_and_everything_is_as_described(stage: Stage, tmp_path: Path, role: str) -> None:
    before, acted = await snapshot.digests(stage.eyes, stage.zenith.tenant.id), await acts(stage)
    report = await fuzz(stage, role, tmp_path)
    print(f"\n{role}: {report['test_cases']['generated']:,} cases in {report['running_time']:.0f} s")
    assert report["complete"]
    assert report["failures"] == []
    assert report["operations"]["tested"] == report["operations"]["selected"] > 40
    assert (await actor(stage, role).http.get("me")).status_code == 200, "the run has ended its own sign-in"
    changed = set(snapshot.changed(before, await snapshot.digests(stage.eyes, stage.zenith.tenant.id)))
    assert changed <= (BY_THE_CLOCK if LONG else set())
    assert await acts(stage) == acted
