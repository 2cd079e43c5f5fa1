"""What is told of segments follows a sync once, at its end, however many pages it has and however often it stops."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.crm import Reading, reading
from tests.fakes.crm import Kind, World
from tests.fakes.crm.world import contact, filled

from nexusplanner.application.connections.keeping import remove_connection
from nexusplanner.application.customers.keeping import create_segment
from nexusplanner.application.durable.workflow import RunStopped
from nexusplanner.application.ports.connections import SyncPaused
from nexusplanner.application.ports.fetching import Asked, Fetched
from nexusplanner.application.runs import cancel_run
from nexusplanner.domain.connections import CrmKind
from nexusplanner.domain.customers import Segment
from nexusplanner.domain.segments import Op, Rule, RuleField
from nexusplanner.infrastructure.customers import hubspot
from nexusplanner.infrastructure.db.segment_summaries import summaries_of

CONTACTS = 90


@pytest.fixture
async def crm(shared_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reading]:
    """Many small pages, and a segment of a third of the customers."""
    monkeypatch.setattr(hubspot, "PAGE", 10)
    world = filled(World(), contacts=CONTACTS, companies=6, deals=6)
    async with reading(shared_engine, world, kind=CrmKind.HUBSPOT) as opened:
        opened.at_once = 10
        segment = Segment(
            tenant_id=opened.actor.tenant_id,
            brand_id=opened.brand.id,
            name="Germans",
            rules=(Rule(field=RuleField.REGION, op=Op.IS, value=("DE",)),),
            created_at=opened.clock.now(),
            updated_at=opened.clock.now(),
        )
        async with opened.units.for_actor(opened.actor) as uow:
            await create_segment(uow, segment=segment)
        yield opened


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each time the summaries of a brand are worked out."""
    seen: list[None] = []

    async def watched(*args: object, **kwargs: object) -> object:
        seen.append(None)
        return await summaries_of(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("nexusplanner.infrastructure.db.customer_store.summaries_of", watched)
    return seen


async def told(crm: Reading) -> str:
    ((text,),) = await crm.rows("SELECT text FROM passages WHERE title = 'Germans'")
    return str(text)


def here(crm: Reading) -> int:
    return sum(each.values["country"] == "DE" for each in crm.server.world.alive(Kind.CONTACT))


async def test_once_for_all_pages(crm: Reading, made: list[None]) -> None:
    await crm.sync()
    assert len(made) == 1
    assert f"{here(crm)} known customers" in await told(crm)
    for number in range(CONTACTS, CONTACTS + 30):
        contact(crm.server.world, number)
    await crm.sync()
    assert len(made) == 2
    assert f"{here(crm)} known customers" in await told(crm)


async def test_a_sync_that_pauses_tells_what_it_kept(crm: Reading) -> None:
    asked = iter(range(1000))

    def later(path: str) -> None:
        crm.server.trouble.daily = "contacts" in path and next(asked) >= 4

    crm.server.trouble.before = later
    with pytest.raises(SyncPaused):
        await crm.perform(await crm.start())
    ((kept,),) = await crm.rows("SELECT count(*) FROM customers WHERE region = 'DE'")
    assert 5 <= kept < CONTACTS / 3
    assert f"{kept} known customers" in await told(crm)


async def test_a_sync_that_is_cancelled_tells_what_it_kept(crm: Reading) -> None:
    run = await crm.start()

    class Cancelling:
        def __init__(self) -> None:
            self._inner = crm.server.fetcher()
            self._pages = 0

        async def ask(self, asked: Asked) -> Fetched:
            self._pages += "contacts" in asked.url
            if self._pages == 6:
                self._pages += 1
                async with crm.units.for_actor(crm.actor) as uow:
                    await cancel_run(uow, run_id=run.id, now=crm.clock.now())
            return await self._inner.ask(asked)

    with pytest.raises(RunStopped):
        await crm.perform(run, fetcher=Cancelling())
    ((kept,),) = await crm.rows("SELECT count(*) FROM customers WHERE region = 'DE'")
    assert 5 <= kept < CONTACTS / 3
    assert f"{kept} known customers" in await told(crm)


async def test_a_sync_that_was_cut_off_is_told_of_by_the_next_one_or_when_the_connection_goes(crm: Reading) -> None:
    class Gone(BaseException):
        """The worker is no more."""

    asked = iter(range(1000))

    def die(path: str) -> None:
        if "contacts" in path and next(asked) >= 4:
            raise Gone

    class Mortal:
        def __init__(self) -> None:
            self._inner = crm.server.fetcher()

        async def ask(self, asked: object) -> object:
            die(str(getattr(asked, "url", "")))
            return await self._inner.ask(asked)  # type: ignore[arg-type]

    with pytest.raises(Gone):
        await crm.perform(await crm.start(), fetcher=Mortal())  # type: ignore[arg-type]
    assert "without known customers" in await told(crm)
    async with crm.units.for_actor(crm.actor) as uow:
        await remove_connection(uow, connection_id=crm.connection.id, now=crm.clock.now())
    ((kept,),) = await crm.rows("SELECT count(*) FROM customers WHERE region = 'DE'")
    assert f"{kept} known customers" in await told(crm)
