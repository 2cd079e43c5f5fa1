from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import registered, units_of_work

from nexusplanner.application.imports import (
    ColumnMapping,
    ImportKind,
    ImportPreview,
    ImportRejected,
    ImportReport,
    import_file,
    preview_import,
)
from nexusplanner.application.ports.sheets import Sheet
from nexusplanner.domain.analytics import ActualRole
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.shared import BrandId, Forbidden, Invalid, Money, NotFound
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.sheets import BoundedSheetReader

CHANNEL_OF = load_reference_data().key_of


@dataclass(frozen=True, kw_only=True)
class Importer:
    """Imports into a workspace with one empty brand."""

    units: SqlUnitsOfWork
    actor: Actor
    brand: Brand

    async def take(
        self,
        *lines: str,
        kind: ImportKind = ImportKind.ACTUALS,
        mapping: ColumnMapping | None = None,
        skip: bool = False,
        actor: Actor | None = None,
        brand_id: BrandId | None = None,
    ) -> ImportReport:
        async with self.units.for_actor(actor or self.actor) as uow:
            return await import_file(
                uow,
                kind=kind,
                brand_id=brand_id or self.brand.id,
                content="\n".join(lines).encode(),
                mapping=mapping,
                channel_of=CHANNEL_OF,
                sheets=BoundedSheetReader(),
                skip_bad_rows=skip,
                now=records.NOW,
            )

    async def preview(self, *lines: str, mapping: ColumnMapping | None = None) -> ImportPreview:
        async with self.units.for_actor(self.actor) as uow:
            return await preview_import(
                uow,
                kind=ImportKind.ACTUALS,
                brand_id=self.brand.id,
                content="\n".join(lines).encode(),
                mapping=mapping,
                channel_of=CHANNEL_OF,
                sheets=BoundedSheetReader(),
            )

    async def spend(self) -> dict[tuple[date, str], int]:
        async with self.units.for_actor(self.actor) as uow:
            rows = await uow.actuals.channels(brand_id=self.brand.id)
        return {(row.day, row.channel): row.spend.amount for row in rows}

    async def figures(self, role: ActualRole = ActualRole.OUTCOME) -> dict[tuple[date, str], float]:
        async with self.units.for_actor(self.actor) as uow:
            rows = await uow.actuals.brand(brand_id=self.brand.id)
        return {(row.day, row.metric): row.value for row in rows if row.role is role}


@pytest.fixture
async def engine(database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    made = make_engine(database.app_url)
    yield made
    await made.dispose()


@pytest.fixture
async def importer(engine: AsyncEngine) -> Importer:
    tenant, user = await registered(engine)
    brand, units = records.brand(tenant.id, outcome_name="sign-ups"), units_of_work(engine)
    async with units.for_actor(user.actor()) as uow:
        uow.brands.add(brand)
    return Importer(units=units, actor=user.actor(), brand=brand)


@dataclass
class WatchedReader:
    """A reader of workbooks that looks how many connections of the database are in use while it reads."""

    engine: AsyncEngine
    held: list[str] = field(default_factory=list)

    async def read(self, content: bytes) -> Sheet:
        self.held.append(self.engine.pool.status())
        return Sheet(name="People", others=0, rows=((1, ("id", "name")), (2, (str(len(content)), "Ann"))))


FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 12)


async def test_nothing_of_the_database_is_held_while_a_workbook_is_read(
    importer: Importer, engine: AsyncEngine
) -> None:
    reader, content = WatchedReader(engine), b"PK\x03\x04"
    async with importer.units.for_actor(importer.actor) as uow:
        seen = await preview_import(
            uow,
            kind=ImportKind.CUSTOMERS,
            brand_id=importer.brand.id,
            content=content,
            mapping=None,
            channel_of=CHANNEL_OF,
            sheets=reader,
        )
    async with importer.units.for_actor(importer.actor) as uow:
        taken = await import_file(
            uow,
            kind=ImportKind.CUSTOMERS,
            brand_id=importer.brand.id,
            content=content,
            mapping=None,
            channel_of=CHANNEL_OF,
            sheets=reader,
            skip_bad_rows=False,
            now=records.NOW,
        )
    assert (seen.rows, taken.imported) == (1, 1)
    assert len(reader.held) == 2
    assert all("Current Checked out connections: 0" in status for status in reader.held), reader.held


async def test_a_wide_file_becomes_spend_by_channel_outcome_and_controls(importer: Importer) -> None:
    columns = {"week": "day", "tv": "spend:tv", "ads": "spend:search", "y": "outcome", "p": "control:price"}
    report = await importer.take(
        "week,tv,ads,y,p",
        "2026-01-05,10.005,20,30,1.5",
        "2026-01-12,11,,31,1.6",
        mapping=ColumnMapping(columns=columns),
    )
    assert (report.imported, report.replaced, report.skipped, report.errors) == (7, 0, 0, ())
    assert await importer.spend() == {(FIRST, "search"): 2000, (FIRST, "tv"): 1000, (SECOND, "tv"): 1100}
    assert await importer.figures() == {(FIRST, "sign-ups"): 30.0, (SECOND, "sign-ups"): 31.0}
    assert await importer.figures(ActualRole.CONTROL) == {(FIRST, "price"): 1.5, (SECOND, "price"): 1.6}


async def test_a_long_file_sums_the_outcomes_of_a_day_and_the_names_of_a_channel(importer: Importer) -> None:
    await importer.take(
        "day,channel,spend,clicks,revenue",
        "2026-01-05,TV,10,,3",
        "2026-01-05,Google Ads,20,7,4",
        "2026-01-05,Paid search,5,2,5",
        "2026-01-05,Sky Writing,1,,",
    )
    assert await importer.spend() == {(FIRST, "search"): 2500, (FIRST, "sky_writing"): 100, (FIRST, "tv"): 1000}
    assert await importer.figures() == {(FIRST, "sign-ups"): 12.0}
    async with importer.units.for_actor(importer.actor) as uow:
        rows = {row.channel: row for row in await uow.actuals.channels(brand_id=importer.brand.id)}
    assert (rows["search"].clicks, rows["tv"].clicks) == (9, None)


async def test_a_file_taken_again_replaces_and_adds_what_is_new(importer: Importer) -> None:
    await importer.take("week,tv_S,y", "2026-01-05,10,1", "2026-01-12,11,2")
    report = await importer.take("week,tv_S,y", "2026-01-12,12,3", "2026-01-19,13,4")
    assert report.replaced == 1
    assert (await importer.spend())[SECOND, "tv"] == 1200
    assert (await importer.figures())[SECOND, "sign-ups"] == 3.0
    assert len(await importer.spend()) == 3


async def test_nothing_of_a_file_with_a_bad_row_is_kept(importer: Importer) -> None:
    lines = ("week,tv_S,y", "2026-01-05,10,1", "2026-01-12,lots,2", "2026-01-19,1,x")
    with pytest.raises(ImportRejected, match=r"2 rows cannot be taken.*Line 3, column 'tv_S'.*'lots'") as refusal:
        await importer.take(*lines)
    assert [(each["line"], each["column"]) for each in refusal.value.details["errors"]] == [(3, "tv_S"), (4, "y")]
    assert refusal.value.details["rows"] == 2
    assert await importer.spend() == {}
    report = await importer.take(*lines, skip=True)
    assert (report.imported, report.skipped, len(report.errors)) == (2, 2, 2)
    assert await importer.spend() == {(FIRST, "tv"): 1000}


async def test_a_file_without_one_good_row_is_refused_even_when_bad_ones_are_skipped(importer: Importer) -> None:
    with pytest.raises(ImportRejected, match="no row that can be taken"):
        await importer.take("week,tv_S", "soon,1", "2026-01-05,1,1", skip=True)
    with pytest.raises(ImportRejected, match="no row that can be taken"):
        await importer.take("week,y")


async def test_only_the_first_hundred_errors_are_told(importer: Importer) -> None:
    lines = ["week,tv_S,y", *(f"2026-01-05,1,x{index}" for index in range(150))]
    with pytest.raises(ImportRejected, match="150 rows") as refusal:
        await importer.take(*lines)
    assert len(refusal.value.details["errors"]) == 100


async def test_a_control_may_not_bear_the_name_of_the_outcome(importer: Importer) -> None:
    columns = {"week": "day", "y": "outcome", "p": "control:sign-ups"}
    with pytest.raises(Invalid, match="outcome and cannot be a control"):
        await importer.take("week,y,p", "2026-01-05,1,2", mapping=ColumnMapping(columns=columns))
    assert await importer.figures() == {}


async def test_a_preview_tells_what_would_come_and_keeps_nothing(importer: Importer) -> None:
    seen = await importer.preview(
        "week;tv_S;y;note", "05.01.2026;10,5;1;a", "12.01.2026;lots;1;b;c", "19.01.2026;x;1;d"
    )
    assert (seen.rows, seen.headers, seen.problem) == (3, ("week", "tv_S", "y", "note"), "")
    assert seen.mapping.columns == {"week": "day", "tv_S": "spend:tv", "y": "outcome"}
    assert (seen.mapping.guessed, seen.mapping.decimal_mark) == (True, ",")
    assert seen.sample == ({"day": "2026-01-05", "spend:tv": "10.50 EUR", "outcome": "1.0"},)
    assert [error.line for error in seen.errors] == [3, 4]
    assert await importer.spend() == {}


async def test_a_preview_explains_a_mapping_that_does_not_fit(importer: Importer) -> None:
    seen = await importer.preview("when,who", "a,b")
    assert "day" in seen.problem
    assert seen.sample == ()
    given = await importer.preview("week,y", "2026-01-05,1", mapping=ColumnMapping(columns={"weeek": "day"}))
    assert "'weeek'" in given.problem


async def test_services_are_made_and_updated_by_name(importer: Importer) -> None:
    first = await importer.take("name,price,benefits", "Heat pump,8999,quiet;small", kind=ImportKind.SERVICES)
    assert (first.imported, first.replaced) == (1, 0)
    again = await importer.take("name,price", "HEAT PUMP,9000", "Boiler,10", kind=ImportKind.SERVICES)
    assert (again.imported, again.replaced) == (1, 1)
    async with importer.units.for_actor(importer.actor) as uow:
        services = {service.name: service for service in await uow.services.of_brand(importer.brand.id)}
    assert set(services) == {"HEAT PUMP", "Boiler"}
    assert services["HEAT PUMP"].price == Money(900_000, "EUR")
    assert services["HEAT PUMP"].benefits == ("quiet", "small")


async def test_signals_are_kept_once_and_get_a_title(importer: Importer) -> None:
    lines = ("source,content,date", 'News,"Prices rise. Much.",2026-01-05', "News,Other,2026-01-06")
    assert (await importer.take(*lines, kind=ImportKind.SIGNALS)).imported == 2
    again = await importer.take(*lines, "Blog,New,2026-01-07", kind=ImportKind.SIGNALS)
    assert (again.imported, again.replaced) == (1, 2)
    async with importer.units.for_actor(importer.actor) as uow:
        found = await uow.signals.recent(brand_id=importer.brand.id, limit=10)
    assert [signal.title for signal in found] == ["New", "Other", "Prices rise"]


async def test_customers_bring_their_segments_and_keep_them(importer: Importer) -> None:
    head = "id,name,segment,ltv"
    first = await importer.take(head, "1,Ada,Home,10.50", "2,Bob,HOME,", "3,Eve,,1", kind=ImportKind.CUSTOMERS)
    assert (first.imported, first.replaced) == (3, 0)
    again = await importer.take("id,name", "1,Ada L", "4,New", kind=ImportKind.CUSTOMERS)
    assert (again.imported, again.replaced) == (1, 1)
    async with importer.units.for_actor(importer.actor) as uow:
        (segment,) = await uow.customers.segments(brand_id=importer.brand.id)
        known = await uow.customers.by_external_id(brand_id=importer.brand.id, external_ids=list("1234"))
    assert segment.name == "Home"
    assert {key: customer.segment_id for key, customer in known.items()} == {
        "1": segment.id,
        "2": segment.id,
        "3": None,
        "4": None,
    }
    assert (known["1"].name, known["1"].lifetime_value) == ("Ada L", Money(1050, "EUR"))


async def test_customers_bring_their_consent_and_silence_takes_none_back(importer: Importer) -> None:
    async def consents() -> dict[str, str]:
        async with importer.units.for_actor(importer.actor) as uow:
            known = await uow.customers.by_external_id(brand_id=importer.brand.id, external_ids=list("123"))
        return {key: customer.consent.value for key, customer in known.items()}

    await importer.take("id,name,consent", "1,Ada,yes", "2,Bob,No", "3,Eve,", kind=ImportKind.CUSTOMERS)
    assert await consents() == {"1": "given", "2": "refused", "3": ""}
    await importer.take("id,name,Opt-out", "1,Ada,yes", "2,Bob,no", "3,Eve,no", kind=ImportKind.CUSTOMERS)
    assert await consents() == {"1": "refused", "2": "refused", "3": ""}
    await importer.take("id,name,consent", "1,Ada,unknown", "2,Bob,n/a", "3,Eve,opted in", kind=ImportKind.CUSTOMERS)
    assert await consents() == {"1": "refused", "2": "refused", "3": "given"}
    with pytest.raises(ImportRejected, match=r"column 'consent': 'maybe' does not say whether they agreed; write yes"):
        await importer.take("id,name,consent", "1,Ada,maybe", kind=ImportKind.CUSTOMERS)


async def test_who_may_only_look_and_who_is_elsewhere_import_nothing(importer: Importer, engine: AsyncEngine) -> None:
    viewer = Actor(tenant_id=importer.actor.tenant_id, user_id=importer.actor.user_id, role=Role.VIEWER)
    with pytest.raises(Forbidden):
        await importer.take("week,y", "2026-01-05,1", actor=viewer)
    _, eve = await registered(engine, "Eve")
    with pytest.raises(NotFound):
        await importer.take("week,y", "2026-01-05,1", actor=eve.actor())
    assert await importer.figures() == {}


TWICE = {
    ImportKind.COMPANIES: ("id,name", "c1,Acme", "c2,Globex"),
    ImportKind.CUSTOMERS: ("id,name,segment", "1,Ada,Home", "2,Bob,Trade"),
    ImportKind.DEALS: ("id,name,stage", "d1,Roof,won", "d2,Cellar,open"),
    ImportKind.SIGNALS: ("source,content,date", "Blog,Prices rise,2026-01-05", "Blog,Shops open,2026-01-06"),
}


@pytest.mark.parametrize("kind", list(TWICE))
async def test_a_file_that_is_taken_twice_at_once_is_kept_once(importer: Importer, kind: ImportKind) -> None:
    reports = await asyncio.gather(*(importer.take(*TWICE[kind], kind=kind) for _ in range(2)))
    assert sorted((each.imported, each.replaced) for each in reports) == [(0, 2), (2, 0)]
    third = await importer.take(*TWICE[kind], kind=kind)
    assert (third.imported, third.replaced) == (0, 2)


async def test_what_is_no_address_is_an_error_of_its_row(importer: Importer) -> None:
    lines = ("id,name,email", "1,Ada,ada@home.example", "2,Bob,bob", "3,Eve,eve @home.example", "4,Ann,")
    with pytest.raises(ImportRejected, match="Line 3, column 'email': is not an e-mail address"):
        await importer.take(*lines, kind=ImportKind.CUSTOMERS)
    report = await importer.take(*lines, kind=ImportKind.CUSTOMERS, skip=True)
    assert (report.imported, [each.line for each in report.errors]) == (2, [3, 4])
