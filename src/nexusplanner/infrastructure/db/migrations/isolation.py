"""Row-level security and rights, spelled once for every version of the schema.

Every tenant table shows a row only to the tenant set for the transaction. After a transaction that set it locally the
setting is an empty string, not NULL, which is why it is compared through `nullif`.
"""

from __future__ import annotations

from alembic import context, op

OWN_TENANT = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid"


def app_role() -> str:
    """The quoted name of the role that serves users."""
    name: str = context.config.attributes["app_role"]
    return '"' + name.replace('"', '""') + '"'


def protect(table: str, *, rights: str = "SELECT, INSERT, UPDATE, DELETE", own: str = OWN_TENANT) -> None:
    """Bind everybody, the owner too, to the tenant's own rows of `table`, and grant `rights` to the application."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_isolation ON {table} USING ({own}) WITH CHECK ({own})")
    op.execute(f"GRANT {rights} ON {table} TO {app_role()}")


def run_script(script: str) -> None:
    """Execute the statements of `script`, which are separated by blank lines."""
    for statement in script.strip().split("\n\n"):
        op.execute(statement)
