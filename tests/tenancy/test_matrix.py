"""The tenant matrix: with both protections, and with each of them alone. `WARMLINE_MATRIX=full` tries everything."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.conftest import Running
from tests.tenancy.cells import gaps
from tests.tenancy.conftest import staged
from tests.tenancy.doors import DOORS
from tests.tenancy.fresh import opened
from tests.tenancy.matrix import FULL, Result, run, unreached
from tests.tenancy.modes import open_policies, without_conditions
from tests.tenancy.operations import Operation, operations
from tests.tenancy.planted import everywhere
from tests.tenancy.stage import Stage
from warmline.caller import Caller
from warmline.cases.access import get_case
from warmline.cases.model import Case
from warmline.db.embedded import EmbeddedPostgres
from warmline.db.transaction import tenant
from warmline.errors import NotFound

SIGNING_IN = (
    *("POST /sign-in", "POST /sign-in/organization", "POST /sign-in/demo", "POST /sign-out"),
    *("GET /sign-in/oidc", "GET /sign-in/oidc/back"),  # which lead to a provider, and there is none
    *("POST /sign-out/everywhere", "POST /profile/password"),  # which wants a password that nobody here has
)
FEW: dict[str, Any] = {} if FULL else {"who": {"operator", "agent", "owner's cookie"}, "both_ways": False}
HOLE: dict[str, Any] = {"most": 2, "who": {"owner"}, "both_ways": False}


def report(way: str, result: Result) -> None:
    """Say how many, and fail with what was found."""
    print(f"\ntenant matrix, {way}: {result.cells:,} cells, answers {dict(sorted(result.answers.items()))}")
    assert not result.findings, f"{len(result.findings)} findings\n" + "\n".join(result.findings[:30])


def about_cases(server: Running) -> list[Operation]:
    """The part of the matrix in which a hole in a case shows."""
    return [operation for operation in operations(server.web) if "/cases/{case_id}" in operation.path]


def test_every_route_has_a_row(shared: Running) -> None:
    found = gaps(operations(shared.web))
    assert not found, "\n".join(found)


@pytest.mark.timeout(0 if FULL else 300)
async def test_nobody_reaches_another_organization(postgres: EmbeddedPostgres, template: str) -> None:
    async with staged(postgres, template, "matrix") as stage:
        result = await run(stage, operations(stage.server.web))
        report("both protections", result)
        assert not unreached(result)


async def test_every_door_opens_for_its_own(postgres: EmbeddedPostgres, template: str) -> None:
    """Else a refusal of the matrix could be a mistake in the table."""
    async with staged(postgres, template, "matrix_doors") as stage:
        doors = [one for one in operations(stage.server.web) if one.name in DOORS and one.name not in SIGNING_IN]
        shut = [one.name for one in doors if await opened(stage, one) is None]
    assert not shut


@pytest.mark.timeout(0 if FULL else 300)
async def test_the_applications_checks_are_enough_alone(postgres: EmbeddedPostgres, template: str) -> None:
    async with staged(postgres, template, "matrix_checks") as stage:
        await open_policies(stage.eyes)
        assert await visible_to_app(stage) > 1
        report("only the application's checks", await run(stage, operations(stage.server.web), **FEW))


@pytest.mark.timeout(0 if FULL else 300)
async def test_row_level_security_is_enough_alone(postgres: EmbeddedPostgres, template: str) -> None:
    async with staged(postgres, template, "matrix_rls") as stage:
        with without_conditions(stage.server.app) as rewritten:
            report("only row-level security", await run(stage, operations(stage.server.web), **FEW))
        assert len(rewritten) > 100


async def test_a_table_without_its_policy_turns_the_matrix_red(postgres: EmbeddedPostgres, template: str) -> None:
    async with staged(postgres, template, "matrix_policy") as stage:
        await open_policies(stage.eyes, "cases")
        with without_conditions(stage.server.app):
            found = (await run(stage, about_cases(stage.server), **HOLE)).findings
            resolve = [one for one in about_cases(stage.server) if one.path.endswith("/resolve")]
            every = HOLE | {"most": len(stage.zenith.ids["cases"]) + 1}  # not all of them can be changed any more
            found += (await run(stage, resolve, **every)).findings
        assert any("GET /api/v1/cases/{case_id} by" in one and "shows" in one for one in found), found
        assert any("changed Zenith's" in one for one in found), found


async def test_a_loader_that_forgets_the_organization_turns_the_matrix_red(
    postgres: EmbeddedPostgres, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def careless(session: AsyncSession, caller: Caller, case_id: UUID, lock: bool = False) -> Case:
        if (case := (await session.scalars(select(Case).where(Case.id == case_id))).one_or_none()) is None:
            raise NotFound("There is no such case.")
        return case

    async with staged(postgres, template, "matrix_hole") as stage:
        await open_policies(stage.eyes)
        everywhere(monkeypatch, get_case, careless)
        found = (await run(stage, about_cases(stage.server), **HOLE)).findings
        assert any("GET /api/v1/cases/{case_id} by" in one and "shows" in one for one in found), found


async def visible_to_app(stage: Stage) -> int:
    """How many organizations the application's role sees without being bound to one."""
    async with stage.server.app.database.transaction(tenant(None)) as unit:
        return int(await unit.session.scalar(text("SELECT count(*) FROM warmline.organizations")) or 0)
