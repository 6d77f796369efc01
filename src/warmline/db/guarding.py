"""What a migration does for every table with an organization's rows, so that none of them is forgotten.

`(SELECT ...)` lets the policy be computed once per statement instead of once per row; `nullif` is there because a
pooled connection that was used holds '' and not NULL.
"""

from alembic import op

from warmline.db.roles import APP, LOOKUP, WORKER

ONE = "(SELECT nullif(current_setting('warmline.organization_id', true), '')::uuid)"
SEVERAL = (
    "((SELECT nullif(current_setting('warmline.organization_ids', true), ''))::uuid[])"  # the cast makes it no subquery
)
BOTH = f"{APP}, {WORKER}"


def guard(table: str) -> None:
    """Row-level security, forced: the application sees the organization it is bound to, the worker those it sweeps."""
    column = "id" if table == "organizations" else "organization_id"
    op.execute(f"ALTER TABLE warmline.{table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE warmline.{table} FORCE ROW LEVEL SECURITY")
    for name, role, allowed in (("tenant", APP, f"= {ONE}"), ("sweep", WORKER, f"= ANY {SEVERAL}")):
        op.execute(
            f"CREATE POLICY {name} ON warmline.{table} TO {role} "
            f"USING ({column} {allowed}) WITH CHECK ({column} {allowed})"
        )


def unguard(table: str) -> None:
    """Take it away again, on the way down."""
    op.execute(f"DROP POLICY tenant ON warmline.{table}")
    op.execute(f"DROP POLICY sweep ON warmline.{table}")
    op.execute(f"ALTER TABLE warmline.{table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE warmline.{table} DISABLE ROW LEVEL SECURITY")


def let(rights: str, *tables: str, to: str = BOTH) -> None:
    """Grant rights on tables; `warmline_backup` reads everything."""
    listed = ", ".join(f"warmline.{table}" for table in tables)
    op.execute(f"GRANT {rights} ON {listed} TO {to}")
    op.execute(f"GRANT SELECT ON {listed} TO warmline_backup")


def let_look(table: str, rights: str) -> None:
    """What the functions that look before a tenant is known may see of a table: these columns and no others."""
    op.execute(f"GRANT {rights} ON warmline.{table} TO {LOOKUP}")
    op.execute(f"CREATE POLICY lookup ON warmline.{table} TO {LOOKUP} USING (true) WITH CHECK (true)")


def look(signature: str, body: str, to: str = BOTH) -> None:
    """Make such a function, or put another body in the place of its own."""
    op.execute(body)
    op.execute(f"REVOKE ALL ON FUNCTION warmline.{signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION warmline.{signature} TO {to}")
    op.execute(f"ALTER FUNCTION warmline.{signature} OWNER TO {LOOKUP}")
