from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import filled, units_of_work

from nexusplanner.application.ports.signal_rows import SignalFilter
from nexusplanner.application.signals import list_signals
from nexusplanner.infrastructure.db import migrate
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.schema import metadata


async def test_a_database_that_was_never_migrated_is_not_ready(empty_database: TestDatabase) -> None:
    engine = make_engine(empty_database.app_url)
    assert await migrate.current(engine) is None
    assert not await migrate.ready(engine)
    await engine.dispose()


async def test_a_server_that_does_not_answer_is_not_ready() -> None:
    engine = make_engine("postgresql+psycopg://nexus_app@127.0.0.1:1/none")
    assert not await migrate.ready(engine)
    await engine.dispose()


async def test_up_then_down_then_up_leaves_a_schema_that_works(empty_database: TestDatabase) -> None:
    for version in ("0001", "0002", "0003", "head"):
        migrate.upgrade(empty_database.owner_url, to=version)
    engine = make_engine(empty_database.app_url)
    await filled(engine, "Ada")
    for version in ("0003", "0002", "0001", "base"):
        migrate.downgrade(empty_database.owner_url, to=version)
    assert not await migrate.ready(engine)
    migrate.upgrade(empty_database.owner_url)
    assert await migrate.ready(engine)
    await filled(engine, "Ada")
    await engine.dispose()


def test_a_version_undone_alone_leaves_the_rows_of_the_others(empty_database: TestDatabase) -> None:
    migrate.upgrade(empty_database.owner_url)
    admin = make_url(empty_database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("INSERT INTO tenants VALUES (gen_random_uuid(), 'A', 'a', 'EUR', false, now())")
        migrate.downgrade(empty_database.owner_url, to="0001")
        migrate.upgrade(empty_database.owner_url)
        assert connection.execute("SELECT name FROM tenants").fetchall() == [("A",)]


AS_BEFORE = (
    "UPDATE campaigns SET plan = jsonb_set(plan::jsonb, '{ideas}', (SELECT jsonb_agg(idea - 'learned' - 'propensity') "
    "FROM jsonb_array_elements(plan::jsonb -> 'ideas') AS idea)), brief = brief::jsonb - 'signal_ids'"
)
"""Plans and briefs as they were written before ideas said what they learned and briefs what news they start from."""
PASSAGE = (
    "INSERT INTO passages SELECT tenant_id, 'document:1', 'document:1', 'document', brand_id, service_id, title, text, "
    "origin, said_on, trust, url, content_hash, terms, changed_in, updated_at FROM passages WHERE kind = 'brand'"
)


async def test_rows_of_before_there_were_facts_from_outside_are_read_afterwards(empty_database: TestDatabase) -> None:
    migrate.upgrade(empty_database.owner_url)
    engine = make_engine(empty_database.app_url)
    ada = await filled(engine, "Ada")
    admin = make_url(empty_database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(PASSAGE)
        migrate.downgrade(empty_database.owner_url, to="0011")
        assert ("document",) not in connection.execute("SELECT kind FROM passages").fetchall()
        connection.execute(AS_BEFORE)
        migrate.upgrade(empty_database.owner_url)
    async with units_of_work(engine).for_actor(ada.actor) as uow:
        (row,) = (await list_signals(uow, only=SignalFilter())).items
        (summary,) = await uow.customers.summaries(brand_id=ada.brand.id)
        campaign = await uow.campaigns.get(ada.campaign.id)
    assert (row.id, row.scored, row.cluster_size) == (ada.signal.id, True, 1)
    assert summary.customers == 1
    assert campaign.brief == ada.campaign.brief
    assert campaign.plan == ada.campaign.plan
    await engine.dispose()


async def test_without_deletes_that_can_be_undone_a_deleted_service_has_a_name_of_its_own(
    empty_database: TestDatabase,
) -> None:
    migrate.upgrade(empty_database.owner_url)
    engine = make_engine(empty_database.app_url)
    ada = await filled(engine, "Ada")
    deleted = records.service(ada.brand, name=ada.service.name, deleted_at=records.NOW)
    async with units_of_work(engine).for_actor(ada.actor) as uow:
        uow.services.add(deleted)
    migrate.downgrade(empty_database.owner_url, to="0018")
    admin = make_url(empty_database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM services")}
    assert names == {ada.service.name, f"{ada.service.name} (deleted, {str(deleted.id)[:8]})"}
    migrate.upgrade(empty_database.owner_url)
    assert await migrate.ready(engine)
    await engine.dispose()


def test_processes_that_start_together_migrate_once(empty_database: TestDatabase) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrate.upgrade(empty_database.owner_url), range(3)))
    with psycopg.connect(
        make_url(empty_database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(migrate.head(),)]


def test_the_mapped_tables_are_the_migrated_ones(database: TestDatabase) -> None:
    engine = create_engine(database.admin_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_a_busy_table_fails_the_migration_instead_of_stopping_everybody(
    empty_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    migrate.upgrade(empty_database.owner_url, to="0001")
    url = make_url(empty_database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as reader:
        reader.execute("LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Exception, match="lock timeout"):
            migrate.upgrade(empty_database.owner_url)
    migrate.upgrade(empty_database.owner_url)


def test_the_application_cannot_migrate(empty_database: TestDatabase) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        migrate.upgrade(empty_database.app_url)
