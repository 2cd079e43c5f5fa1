"""What a workspace knows is found at once after it is written, gone when it is erased, and never another's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import Filled, filled, registered, units_of_work

from nexusplanner.application.customers.keeping import delete_customer
from nexusplanner.application.knowledge.retrieval import Retrieved, retrieve
from nexusplanner.application.ports.retrieval import Wanted
from nexusplanner.application.signals import create_signal, delete_signal
from nexusplanner.domain.analytics import ChannelActual
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.shared import Invalid, Money, NotFound
from nexusplanner.domain.signals import Signal
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.knowledge import shelves

CANARY = "The zanzibar quokka agreement doubles every refund."


class GivenUpError(Exception):
    """Ends a transaction that is not to be kept."""


@pytest.fixture
async def engine(database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    made = make_engine(database.app_url, pool_size=5)
    yield made
    await made.dispose()


@pytest.fixture
def units(engine: AsyncEngine) -> SqlUnitsOfWork:
    return units_of_work(engine)


async def ask(units: SqlUnitsOfWork, actor: Actor, query: str, **wanted: object) -> Sequence[Retrieved]:
    async with units.for_actor(actor) as uow:
        return await retrieve(uow, query=query, wanted=Wanted(**wanted))  # type: ignore[arg-type]


async def tell(units: SqlUnitsOfWork, mine: Filled, content: str, *, title: str = "News") -> Signal:
    signal = records.signal(mine.brand)
    signal.title, signal.content = title, content
    async with units.for_actor(mine.actor) as uow:
        return await create_signal(uow, signal=signal)


def ids(found: Sequence[Retrieved]) -> set[str]:
    return {each.hit.passage.id for each in found}


@pytest.mark.parametrize("most_of_one", [shelves.MOST_OF_ONE, 0], ids=["in memory", "through the database"])
async def test_what_one_workspace_knows_is_never_found_counted_or_quoted_by_another(
    engine: AsyncEngine, units: SqlUnitsOfWork, most_of_one: int
) -> None:
    units._shelves = shelves.Shelves(most_of_one=most_of_one)
    ada, bob = await filled(engine, "Ada"), await filled(engine, "Bob")
    for mine in (ada, bob):
        await tell(units, mine, "Refunds of delayed flights are rising.")
    before = await ask(units, bob.actor, "quokka zanzibar agreement refund flights")
    secret = await tell(units, ada, CANARY)
    found = await ask(units, ada.actor, "quokka zanzibar agreement refund flights")
    assert found[0].hit.passage.id == f"signal:{secret.id}"
    assert found[0].quotes[0].quote == CANARY
    after = await ask(units, bob.actor, "quokka zanzibar agreement refund flights")
    assert after == before
    assert after
    assert all("quokka" not in each.hit.passage.text for each in after)
    assert not ids(after) & ids(found)
    assert not await ask(units, bob.actor, "quokka")
    async with units.for_actor(bob.actor) as uow:
        assert not await uow.passages.read([f"signal:{secret.id}"])


async def test_a_passage_follows_its_record_in_the_same_transaction(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    ada = await filled(engine)
    async with units.for_actor(ada.actor) as uow:
        service = await uow.services.get(ada.service.id)
        service.proofs = ("Certified by the quokka institute.",)
    found = await ask(units, ada.actor, "quokka institute")
    assert found[0].hit.passage.id == f"service:{ada.service.id}"
    with suppress(GivenUpError):
        async with units.for_actor(ada.actor) as uow:
            service = await uow.services.get(ada.service.id)
            service.proofs = ("Praised by wombats.",)
            await uow.flush()
            raise GivenUpError
    assert not [each for each in await ask(units, ada.actor, "wombats") if each.hit.lexical]
    assert await ask(units, ada.actor, "quokka institute")


async def test_what_is_written_but_not_committed_is_found_by_its_writer_alone(
    engine: AsyncEngine, units: SqlUnitsOfWork
) -> None:
    ada = await filled(engine)
    with suppress(GivenUpError):
        async with units.for_actor(ada.actor) as uow:
            await uow.passages.replace({f"catalog:{ada.brand.id}": []})
            found = await retrieve(uow, query=ada.service.name)
            assert f"service:{ada.service.id}" not in ids(found)
            assert f"service:{ada.service.id}" in ids(await ask(units, ada.actor, ada.service.name))
            raise GivenUpError
    assert f"service:{ada.service.id}" in ids(await ask(units, ada.actor, ada.service.name))


async def test_a_deleted_signal_leaves_nothing(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    ada = await filled(engine)
    secret = await tell(units, ada, CANARY)
    assert await ask(units, ada.actor, "quokka")
    async with units.for_actor(ada.actor) as uow:
        await delete_signal(uow, signal_id=secret.id)
    assert not await ask(units, ada.actor, "quokka")
    async with engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(ada.tenant.id)})
        assert not (await connection.execute(text("SELECT id FROM passages WHERE text LIKE '%quokka%'"))).all()


async def test_erasing_a_customer_changes_what_is_said_of_the_segment(
    engine: AsyncEngine, units: SqlUnitsOfWork
) -> None:
    ada = await filled(engine)
    kinds = frozenset({SourceKind.SEGMENT})
    before = await ask(units, ada.actor, ada.segment.name, kinds=kinds)
    assert "fewer than 5 known customers" in before[0].hit.passage.text
    async with units.for_actor(ada.actor) as uow:
        await delete_customer(uow, customer_id=ada.customer.id)
    after = await ask(units, ada.actor, ada.segment.name, kinds=kinds)
    assert "without known customers" in after[0].hit.passage.text
    assert ada.customer.name not in after[0].hit.passage.text


async def test_a_transaction_that_commits_late_is_not_missed(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    ada = await filled(engine)
    async with units.for_actor(ada.actor) as early:
        signal = records.signal(ada.brand)
        signal.content = CANARY
        await create_signal(early, signal=signal)
        await early.passages.replace({})
        await tell(units, ada, "Something else happened meanwhile.")
        assert not await ask(units, ada.actor, "quokka")
    assert f"signal:{signal.id}" in ids(await ask(units, ada.actor, "quokka"))


async def test_two_who_add_customers_at_once_are_both_counted(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    ada = await filled(engine)

    async def add(number: int) -> None:
        async with units.for_actor(ada.actor) as uow:
            key = f"more-{number}"
            uow.customers.add_all([records.customer(ada.brand, external_id=key, segment_id=ada.segment.id)])

    await asyncio.gather(*(add(number) for number in range(4)))
    found = await ask(units, ada.actor, ada.segment.name, kinds=frozenset({SourceKind.SEGMENT}))
    assert "5 known customers" in found[0].hit.passage.text


async def test_a_workspace_whose_passages_were_never_made_gets_them(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    ada = await filled(engine)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(ada.tenant.id)})
        await connection.execute(text("DELETE FROM passages"))
    assert f"service:{ada.service.id}" in ids(await ask(units, ada.actor, ada.service.name))


async def test_only_what_is_wanted_is_found(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    ada = await filled(engine)
    found = await ask(units, ada.actor, ada.service.name, kinds=frozenset({SourceKind.BRAND}))
    assert {each.hit.passage.kind for each in found} <= {SourceKind.BRAND}
    own = await ask(units, ada.actor, ada.service.name, service_id=ada.service.id)
    assert f"service:{ada.service.id}" in ids(own)


async def test_questions_that_cannot_be_answered_are_refused(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    ada, bob = await filled(engine, "Ada"), await filled(engine, "Bob")
    with pytest.raises(NotFound):
        await ask(units, ada.actor, "anything", brand_id=bob.brand.id)
    with pytest.raises(Invalid):
        await ask(units, ada.actor, "  ")


async def test_an_empty_workspace_has_no_answers(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    _, user = await registered(engine)
    assert not await ask(units, user.actor(), "anything")


async def test_the_workspace_asked_longest_ago_leaves_the_memory_first(
    engine: AsyncEngine, units: SqlUnitsOfWork
) -> None:
    ada, bob = await filled(engine, "Ada"), await filled(engine, "Bob")
    bounded = units._shelves = shelves.Shelves(most_together=5)
    for mine in (ada, bob):
        assert await ask(units, mine.actor, mine.service.name)
    assert bounded.tenants == (bob.tenant.id,)
    assert await ask(units, ada.actor, ada.service.name)
    assert bounded.tenants == (ada.tenant.id,)


async def test_figures_change_what_is_told_of_campaigns_that_ran_meanwhile_and_no_other(
    engine: AsyncEngine, units: SqlUnitsOfWork
) -> None:
    ada = await filled(engine)
    async with units.for_actor(ada.actor) as uow:
        campaign = await uow.campaigns.get(ada.campaign.id)
        campaign.status = CampaignStatus.COMPLETED
        dates = campaign.brief.dates
    passage = f"past_campaign:{ada.campaign.id}"

    async def version() -> tuple[str, int]:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(ada.tenant.id)})
            query = text("SELECT text, changed_in FROM passages WHERE id = :id")
            row = (await connection.execute(query, {"id": passage})).one()
            return row.text, row.changed_in

    async def spend(day: date) -> None:
        spent = ChannelActual(brand_id=ada.brand.id, day=day, channel="search", spend=Money(12_300, "EUR"))
        async with units.for_actor(ada.actor) as uow:
            await uow.actuals.put_channels([spent])

    before = await version()
    await spend(dates.start - timedelta(days=3))
    await spend(dates.end + timedelta(days=1))
    assert await version() == before
    await spend(dates.start)
    told, changed_in = await version()
    assert "123 EUR were spent while it ran." in told
    assert changed_in > before[1]


async def test_many_passages_are_learned_from_without_keeping_anybody_waiting(
    engine: AsyncEngine, units: SqlUnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "AT_ONCE", 3)
    ada = await filled(engine)
    contents = (
        "Cars need fuel and tyres.",
        "An automobile needs fuel and tyres.",
        "Bread needs flour.",
        "A loaf needs flour.",
    )
    for content in contents:
        await tell(units, ada, content, title=content)
    first = await ask(units, ada.actor, "automobile")
    shelf = units._shelves._shelves[ada.tenant.id]
    assert not shelf._index.stale or shelf._learning is not None
    assert all(each.hit.vector == 0 for each in first), "nothing was learned before the first answer"
    assert shelf._learning is not None
    await shelf._learning
    assert not shelf._index.stale
    by_meaning = [each for each in await ask(units, ada.actor, "automobile") if not each.hit.lexical]
    assert by_meaning[0].hit.passage.text.startswith("Cars need")


async def test_what_a_transaction_removed_leaves_the_memory_when_it_commits(
    engine: AsyncEngine, units: SqlUnitsOfWork
) -> None:
    """Nobody has to search first; a process that was not told finds out when it is next asked."""
    ada = await filled(engine)
    other = units_of_work(engine)
    secret = await tell(units, ada, CANARY)
    for each in (units, other):
        assert await ask(each, ada.actor, "quokka")
    async with units.for_actor(ada.actor) as uow:
        await delete_signal(uow, signal_id=secret.id)
        assert "quokka" in units._shelves._shelves[ada.tenant.id]._index.vocabulary
    await asyncio.gather(*units._shelves._forgetting)
    assert "quokka" not in units._shelves._shelves[ada.tenant.id]._index.vocabulary
    assert not await ask(other, ada.actor, "quokka")
    assert "quokka" not in other._shelves._shelves[ada.tenant.id]._index.vocabulary


async def test_a_reader_in_a_transaction_that_wrote_something_else_shares_the_index(
    engine: AsyncEngine, units: SqlUnitsOfWork
) -> None:
    ada = await filled(engine)
    assert await ask(units, ada.actor, ada.service.name)
    shelf = units._shelves._shelves[ada.tenant.id]
    async with units.for_actor(ada.actor) as uow:
        (await uow.services.get(ada.service.id)).description = "Written, not yet told."
        await uow.flush()
        horizon = shelf._horizon
        assert await retrieve(uow, query=ada.service.name)
        assert shelf._horizon >= horizon
        await uow.passages.replace({f"catalog:{ada.brand.id}": []})
        assert f"service:{ada.service.id}" not in ids(await retrieve(uow, query=ada.service.name))
        assert f"service:{ada.service.id}" in shelf.books, "what may be rolled back is not taken over"
