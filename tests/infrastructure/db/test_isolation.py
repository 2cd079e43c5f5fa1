"""No tenant reaches another's rows, whatever the application asks; every table with a tenant is found by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import AsyncConnection, errors, sql
from psycopg.rows import TupleRow
from sqlalchemy.engine import make_url
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import Filled, filled, units_of_work

from nexusplanner.domain.shared import Conflict, NotFound
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.schema import metadata

TABLES_WITH_A_TENANT = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND (
        c.relname = 'tenants'
        OR EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        )
    )
    ORDER BY c.relname
"""
MINE_ONLY = {"decisions": {"INSERT", "SELECT"}}
NOT_OF_A_TENANT = {"accounts", "alembic_version", "rate_limits"}


@pytest.fixture(scope="module")
def conninfo(module_database: TestDatabase) -> str:
    return plain(module_database.app_url)


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def both(module_database: TestDatabase) -> tuple[Filled, Filled]:
    """Two tenants with the same content."""

    async def fill() -> tuple[Filled, Filled]:
        engine = make_engine(module_database.app_url)
        try:
            return await filled(engine, "Ada"), await filled(engine, "Bob")
        finally:
            await engine.dispose()

    return asyncio.run(fill())


@pytest.fixture(scope="module")
def tables(module_database: TestDatabase) -> list[str]:
    with psycopg.connect(plain(module_database.owner_url)) as connection:
        return [name for (name,) in connection.execute(TABLES_WITH_A_TENANT).fetchall()]


@pytest.fixture
async def app(conninfo: str) -> AsyncIterator[AsyncConnection[TupleRow]]:
    """A connection of the application's role; what it does is rolled back."""
    connection = await AsyncConnection.connect(conninfo)
    yield connection
    await connection.rollback()
    await connection.close()


async def as_tenant(app: AsyncConnection[TupleRow], tenant_id: UUID | None) -> None:
    await app.rollback()
    value = "" if tenant_id is None else str(tenant_id)
    await app.execute("SELECT set_config('app.tenant_id', %s, true)", (value,))


async def number(app: AsyncConnection[TupleRow], query: str, *names: str) -> int:
    row = await (await app.execute(sql.SQL(query).format(*map(sql.Identifier, names)))).fetchone()
    assert row is not None
    return int(row[0])


def tenant_column(table: str) -> str:
    return "id" if table == "tenants" else "tenant_id"


async def test_the_walk_finds_every_table_of_the_schema(tables: list[str]) -> None:
    assert set(tables) == set(metadata.tables) - NOT_OF_A_TENANT
    assert len(tables) >= 18


async def test_row_level_security_is_forced_on_every_tenant_table(
    app: AsyncConnection[TupleRow], tables: list[str]
) -> None:
    for table in tables:
        found = await (
            await app.execute(
                "SELECT relrowsecurity, relforcerowsecurity, "
                "EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' "
                "AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL) "
                "FROM pg_class c WHERE c.oid = to_regclass(%s)",
                (table,),
            )
        ).fetchone()
        assert found == (True, True, True), table


async def test_an_unfiltered_select_sees_own_rows_only(
    app: AsyncConnection[TupleRow], tables: list[str], both: tuple[Filled, Filled]
) -> None:
    for mine in both:
        await as_tenant(app, mine.tenant.id)
        for table in tables:
            own = await number(app, "SELECT count(*) FROM {}", table)
            assert own > 0, table
            foreign = await (
                await app.execute(
                    sql.SQL("SELECT count(*) FROM {} WHERE {} <> %s").format(
                        sql.Identifier(table), sql.Identifier(tenant_column(table))
                    ),
                    (mine.tenant.id,),
                )
            ).fetchone()
            assert foreign == (0,), table


async def test_an_unfiltered_update_touches_own_rows_only(
    app: AsyncConnection[TupleRow], tables: list[str], both: tuple[Filled, Filled]
) -> None:
    for table in tables:
        await as_tenant(app, both[0].tenant.id)
        column = tenant_column(table)
        own = await number(app, "SELECT count(*) FROM {}", table)
        if table in MINE_ONLY or not await may(app, table, "UPDATE"):
            with pytest.raises(errors.InsufficientPrivilege):
                await app.execute(sql.SQL("UPDATE {} SET {} = {}").format(*ids(table, column, column)))
            continue
        changed = await app.execute(sql.SQL("UPDATE {} SET {} = {}").format(*ids(table, column, column)))
        assert changed.rowcount == own > 0, table


async def test_an_unfiltered_delete_touches_own_rows_only(
    app: AsyncConnection[TupleRow], tables: list[str], both: tuple[Filled, Filled]
) -> None:
    for table in tables:
        await as_tenant(app, both[0].tenant.id)
        own = await number(app, "SELECT count(*) FROM {}", table)
        if not await may(app, table, "DELETE"):
            with pytest.raises(errors.InsufficientPrivilege):
                await app.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            continue
        if table in {"brands", "services"}:  # a campaign uses them
            await app.execute("DELETE FROM campaigns")
        deleted = await app.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        assert deleted.rowcount == own > 0, table
    await as_tenant(app, both[1].tenant.id)
    for table in tables:
        assert await number(app, "SELECT count(*) FROM {}", table) > 0, table


async def test_nothing_is_visible_when_no_tenant_is_set(
    app: AsyncConnection[TupleRow], tables: list[str], both: tuple[Filled, Filled]
) -> None:
    del both
    await app.rollback()
    never_set = {table: await number(app, "SELECT count(*) FROM {}", table) for table in [*tables, "accounts"]}
    await as_tenant(app, None)
    emptied = {table: await number(app, "SELECT count(*) FROM {}", table) for table in [*tables, "accounts"]}
    assert never_set == emptied == dict.fromkeys([*tables, "accounts"], 0)


async def test_a_tenant_set_for_one_transaction_is_gone_in_the_next(
    app: AsyncConnection[TupleRow], both: tuple[Filled, Filled]
) -> None:
    await as_tenant(app, both[0].tenant.id)
    assert await number(app, "SELECT count(*) FROM brands") == 1
    await app.commit()
    assert await number(app, "SELECT count(*) FROM brands") == 0


async def test_a_row_cannot_be_written_for_another_tenant(
    app: AsyncConnection[TupleRow], both: tuple[Filled, Filled]
) -> None:
    mine, other = both
    await as_tenant(app, mine.tenant.id)
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        await app.execute("UPDATE segments SET tenant_id = %s", (other.tenant.id,))
    await as_tenant(app, mine.tenant.id)
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        await app.execute(
            "INSERT INTO subject_keys (tenant_id, subject, sealed_key) VALUES (%s, 's', '')", (other.tenant.id,)
        )


async def test_a_foreign_key_cannot_leave_the_tenant(
    module_database: TestDatabase, both: tuple[Filled, Filled]
) -> None:
    mine, other = both
    engine = make_engine(module_database.app_url)
    units = units_of_work(engine)
    with pytest.raises(Conflict):
        async with units.for_actor(mine.actor) as uow:
            uow.services.add(records.service(mine.brand, name="Theirs", brand_id=other.brand.id))
    with pytest.raises(Conflict):
        async with units.for_actor(mine.actor) as uow:
            uow.campaigns.add(records.campaign(other.service, by=mine.user.id, tenant_id=mine.tenant.id))
    await engine.dispose()


async def test_every_foreign_key_between_tenant_tables_carries_the_tenant(
    app: AsyncConnection[TupleRow], tables: list[str]
) -> None:
    rows = await (
        await app.execute(
            """
            SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
                (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1])
            FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
            """
        )
    ).fetchall()
    between = [(name, first) for name, source, target, first in rows if {source, target} <= set(tables)]
    assert len(between) > 15
    assert [name for name, first in between if first != "tenant_id"] == []


async def test_no_uniqueness_reaches_over_tenants(app: AsyncConnection[TupleRow], tables: list[str]) -> None:
    rows = await (
        await app.execute(
            """
            SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text, a.attname
            FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indisunique
            """
        )
    ).fetchall()
    unique = [(index, column) for index, table, column in rows if table in set(tables) - {"tenants"}]
    assert len(unique) >= len(tables) - 1
    assert [index for index, column in unique if column != "tenant_id"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET hash = hash",
        "DELETE FROM decisions",
        "TRUNCATE decisions",
        "DROP TABLE decisions",
        "ALTER TABLE decisions DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE campaigns NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON campaigns",
        "CREATE POLICY open ON campaigns USING (true)",
        "CREATE TABLE mine (id int)",
        "SET ROLE nexus_owner",
        "DELETE FROM ledger_heads",
        "DELETE FROM tenants",
        "UPDATE alembic_version SET version_num = '0'",
    ],
)
async def test_the_application_may_not(
    app: AsyncConnection[TupleRow], both: tuple[Filled, Filled], statement: str
) -> None:
    await as_tenant(app, both[0].tenant.id)
    with pytest.raises(errors.InsufficientPrivilege):
        await app.execute(statement.encode())


async def test_the_applications_role_owns_nothing_and_cannot_bypass(app: AsyncConnection[TupleRow]) -> None:
    row = await (
        await app.execute(
            "SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = r.oid) "
            "FROM pg_roles r WHERE rolname = current_user"
        )
    ).fetchone()
    assert row == (False, False, 0)


async def test_switching_row_level_security_off_is_an_error_not_a_way_round(
    app: AsyncConnection[TupleRow], both: tuple[Filled, Filled]
) -> None:
    await as_tenant(app, both[0].tenant.id)
    await app.execute("SET LOCAL row_security = off")
    with pytest.raises(errors.InsufficientPrivilege):
        await app.execute("SELECT count(*) FROM campaigns")


async def test_the_owner_is_bound_too(module_database: TestDatabase, both: tuple[Filled, Filled]) -> None:
    async with await AsyncConnection.connect(plain(module_database.owner_url)) as owner:
        assert await number(owner, "SELECT count(*) FROM campaigns") == 0
        await as_tenant(owner, both[0].tenant.id)
        assert await number(owner, "SELECT count(*) FROM campaigns") == 1


async def test_sign_in_shows_the_persons_own_memberships_and_nothing_else(
    app: AsyncConnection[TupleRow], both: tuple[Filled, Filled]
) -> None:
    mine, _ = both
    await as_tenant(app, None)
    await app.execute("SELECT set_config('app.account_id', %s, true)", (str(mine.user.account_id),))
    assert await number(app, "SELECT count(*) FROM users") == 1
    assert await number(app, "SELECT count(*) FROM tenants") == 1
    assert await number(app, "SELECT count(*) FROM accounts") == 1
    assert await number(app, "SELECT count(*) FROM brands") == 0
    assert (await app.execute("UPDATE users SET role = 'admin'")).rowcount == 0
    assert (await app.execute("DELETE FROM users")).rowcount == 0


async def test_a_held_token_shows_its_session_and_nothing_else(
    app: AsyncConnection[TupleRow], both: tuple[Filled, Filled]
) -> None:
    mine, _ = both
    await as_tenant(app, None)
    await app.execute("SELECT set_config('app.family_hash', %s, true)", (uuid4().hex * 2,))
    assert await number(app, "SELECT count(*) FROM sessions") == 0
    await app.execute("SELECT set_config('app.family_hash', %s, true)", (mine.session.family_hash,))
    assert await number(app, "SELECT count(*) FROM sessions") == 1
    assert await number(app, "SELECT count(*) FROM users") == 0
    assert (await app.execute("UPDATE sessions SET ended_at = NULL")).rowcount == 0


async def test_another_tenants_record_is_not_found(module_database: TestDatabase, both: tuple[Filled, Filled]) -> None:
    mine, other = both
    engine = make_engine(module_database.app_url)
    async with units_of_work(engine).for_actor(mine.actor) as uow:
        for get in (
            uow.brands.get(other.brand.id),
            uow.services.get(other.service.id),
            uow.signals.get(other.signal.id),
            uow.documents.get(other.document.id),
            uow.documents.content(other.document.id),
            uow.read.documents.row(other.document.id),
            uow.customers.get(other.customer.id),
            uow.customers.segment(other.segment.id),
            uow.companies.get(other.company.id),
            uow.companies.deal(other.deal.id),
            uow.erased.records_of(other.customer.id),
            uow.campaigns.get(other.campaign.id),
            uow.runs.get(other.run.id),
            uow.models.get(other.model.id),
            uow.experiments.get(other.experiment.id),
            uow.identity.user(other.user.id),
        ):
            with pytest.raises(NotFound):
                await get
    await engine.dispose()


async def may(app: AsyncConnection[TupleRow], table: str, right: str) -> bool:
    row = await (await app.execute("SELECT has_table_privilege(%s, %s)", (table, right))).fetchone()
    return row == (True,)


def ids(*names: str) -> list[sql.Identifier]:
    return [sql.Identifier(name) for name in names]
