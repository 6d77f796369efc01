"""How the schema is guarded: policies on every table, roles that own nothing, look-ups that cannot be bent."""

import pytest

from tests.tenancy.stage import Stage

ROLES = ("warmline_app", "warmline_worker")
GUARDS = """
SELECT c.relname AS "table", c.relrowsecurity AND c.relforcerowsecurity AS forced,
    (SELECT jsonb_object_agg(p.policyname, p.roles::text || ' ' || p.cmd || ' ' || p.qual || ' / ' || p.with_check)
        FROM pg_policies p WHERE p.schemaname = 'warmline' AND p.tablename = c.relname) ->> $1 AS policy,
    (SELECT attnotnull FROM pg_attribute WHERE attrelid = c.oid AND attname IN ('organization_id')) AS not_null
FROM pg_class c WHERE c.relnamespace = 'warmline'::regnamespace AND c.relkind IN ('r', 'p')
    AND c.relname <> 'alembic_version'
"""
BOUND = {
    "tenant": "{warmline_app} ALL (%s = ( SELECT (NULLIF(current_setting('warmline.organization_id'::text, true), "
    "''::text))::uuid AS \"nullif\"))",
    "sweep": "{warmline_worker} ALL (%s = ANY ((( SELECT NULLIF(current_setting('warmline.organization_ids'::text, "
    "true), ''::text) AS \"nullif\"))::uuid[]))",
}


@pytest.mark.parametrize("policy", BOUND)
async def test_every_table_forces_row_level_security_with_both_policies(stage: Stage, policy: str) -> None:
    for row in await stage.eyes.fetch(GUARDS, policy):
        column = "id" if row["table"] == "organizations" else "organization_id"
        whole = BOUND[policy] % column
        assert row["forced"], row["table"]
        assert row["policy"] == f"{whole} / {whole.partition(' ALL ')[2]}", row["table"]
        assert row["not_null"] or row["table"] == "organizations", row["table"]


async def test_nobody_else_has_a_policy_but_the_look_ups(stage: Stage) -> None:
    found = await stage.eyes.fetch("SELECT DISTINCT policyname, roles::text FROM pg_policies")
    assert {tuple(row) for row in found} == {
        ("tenant", "{warmline_app}"),
        ("sweep", "{warmline_worker}"),
        ("lookup", "{warmline_lookup}"),
    }


async def test_unique_keys_begin_with_the_organization(stage: Stage) -> None:
    keys = """SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS "table", a.attname AS first
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE c.relnamespace = 'warmline'::regnamespace AND i.indisunique AND c.relname <> 'alembic_version'"""
    for key in await stage.eyes.fetch(keys):
        wanted = "id" if key["table"] == "warmline.organizations" else "organization_id"
        assert key["first"] == wanted, key["name"]


async def test_roles_are_as_small_as_their_work(stage: Stage) -> None:
    query = """SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin
        FROM pg_roles WHERE rolname LIKE 'warmline%'"""
    roles = {row["rolname"]: dict(row) for row in await stage.eyes.fetch(query)}
    powers = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication")
    assert not [name for name, role in roles.items() if any(role[power] for power in powers)]
    assert [name for name, role in roles.items() if role["rolbypassrls"]] == ["warmline_backup"]
    assert {name for name, role in roles.items() if not role["rolcanlogin"]} == {"warmline_owner", "warmline_lookup"}


@pytest.mark.parametrize("role", ROLES)
async def test_a_pool_s_role_owns_nothing_and_becomes_nobody(stage: Stage, role: str) -> None:
    owned = (
        "SELECT count(*) FROM pg_class WHERE relowner = $1::text::regrole AND relnamespace = 'warmline'::regnamespace"
    )
    assert await stage.eyes.fetchval(owned, role) == 0
    member = "SELECT count(*) FROM pg_auth_members WHERE member = $1::text::regrole"
    assert await stage.eyes.fetchval(member, role) == 0
    creates = "SELECT has_schema_privilege($1, 'warmline', 'CREATE') OR has_schema_privilege($1, 'public', 'CREATE')"
    assert not await stage.eyes.fetchval(creates, role)


@pytest.mark.parametrize("role", ROLES)
async def test_a_pool_s_role_makes_no_temporary_tables(stage: Stage, template: str, role: str) -> None:
    """Asked of the template: a clone does not take the rights on a database with it."""
    assert not await stage.eyes.fetchval("SELECT has_database_privilege($1, $2, 'TEMPORARY')", role, template)


FUNCTIONS = """
SELECT p.oid::regprocedure::text AS name, p.prosecdef AS definer, p.proconfig AS settings,
    r.rolname AS owner, r.rolcanlogin AS login,
    EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) AS open
FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.pronamespace = 'warmline'::regnamespace
"""


async def test_look_ups_have_a_fixed_search_path_and_are_not_for_everybody(stage: Stage) -> None:
    functions = await stage.eyes.fetch(FUNCTIONS)
    assert len(functions) >= 9
    for function in functions:
        name = function["name"]
        assert not function["open"], f"{name}: PUBLIC may execute it"
        if function["definer"]:
            assert function["settings"] == ["search_path=warmline, pg_temp"], name
            assert (function["owner"], function["login"]) == ("warmline_lookup", False), name


async def test_only_the_worker_learns_who_has_due_work(stage: Stage) -> None:
    may = "SELECT has_function_privilege($1, 'warmline.due_organizations(timestamptz)', 'EXECUTE')"
    assert not await stage.eyes.fetchval(may, "warmline_app")
    assert await stage.eyes.fetchval(may, "warmline_worker")


async def test_the_look_ups_cannot_read_what_people_wrote(stage: Stage) -> None:
    readable = """SELECT table_name, column_name FROM information_schema.column_privileges
        WHERE grantee = 'warmline_lookup' AND privilege_type = 'SELECT' AND table_schema = 'warmline'"""
    tables = {row["table_name"] for row in await stage.eyes.fetch(readable)}
    assert not {table for table in tables if table.startswith("case") or table == "handoff_packages"}
    columns = {(row["table_name"], row["column_name"]) for row in await stage.eyes.fetch(readable)}
    assert ("assessments", "content") not in columns
    assert ("idempotency_keys", "body") not in columns


async def test_no_view_goes_round_the_policies(stage: Stage) -> None:
    views = """SELECT relname FROM pg_class WHERE relnamespace = 'warmline'::regnamespace AND (relkind = 'm'
        OR relkind = 'v' AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false))"""
    assert not await stage.eyes.fetch(views)
