from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import Filled, filled

from nexusplanner.application.idempotency import InFlight, KeyReused, StoredResponse
from nexusplanner.domain.shared import UserId
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork

ROUTE = "POST /api/v1/brands"
RESPONSE = StoredResponse(status=201, headers={"etag": '"1"'}, body=b'{"name":"\xc3\xa9"}\n\x00\xff')
REQUEST = {"route": ROUTE, "key": "one", "body_hash": "a" * 64}


@pytest.fixture
async def content(engine: AsyncEngine) -> Filled:
    return await filled(engine)


async def answer(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        assert await uow.idempotency.begin(**REQUEST) is None
        await uow.idempotency.keep(**REQUEST, response=RESPONSE, now=records.NOW)


async def test_the_second_request_gets_the_first_ones_bytes(units: SqlUnitsOfWork, content: Filled) -> None:
    await answer(units, content)
    for _ in range(2):
        async with units.for_actor(content.actor) as uow:
            assert await uow.idempotency.begin(**REQUEST) == RESPONSE


async def test_another_body_under_the_same_key_is_refused(units: SqlUnitsOfWork, content: Filled) -> None:
    await answer(units, content)
    async with units.for_actor(content.actor) as uow:
        with pytest.raises(KeyReused):
            await uow.idempotency.begin(**REQUEST | {"body_hash": "b" * 64})


async def test_a_key_counts_for_one_route_and_one_person(
    units: SqlUnitsOfWork, content: Filled, engine: AsyncEngine
) -> None:
    await answer(units, content)
    elsewhere = (await filled(engine, "Bob")).actor
    colleague = replace(content.actor, user_id=UserId(uuid4()))
    for other in (elsewhere, colleague):
        async with units.for_actor(other) as uow:
            assert await uow.idempotency.begin(**REQUEST) is None
    async with units.for_actor(content.actor) as uow:
        assert await uow.idempotency.begin(**REQUEST | {"route": "POST /api/v1/services"}) is None
        assert await uow.idempotency.begin(**REQUEST | {"key": "two"}) is None


async def test_while_the_first_is_in_flight_the_second_is_told_at_once(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as first:
        assert await first.idempotency.begin(**REQUEST) is None
        async with units.for_actor(content.actor) as second:
            with pytest.raises(InFlight):
                await second.idempotency.begin(**REQUEST)
        await first.idempotency.keep(**REQUEST, response=RESPONSE, now=records.NOW)
    async with units.for_actor(content.actor) as third:
        assert await third.idempotency.begin(**REQUEST) == RESPONSE


async def test_a_request_that_failed_may_be_sent_again(units: SqlUnitsOfWork, content: Filled) -> None:
    async def fail() -> None:
        async with units.for_actor(content.actor) as uow:
            await uow.idempotency.begin(**REQUEST)
            await uow.idempotency.keep(**REQUEST, response=RESPONSE, now=records.NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with units.for_actor(content.actor) as uow:
        assert await uow.idempotency.begin(**REQUEST) is None


async def test_old_answers_are_dropped(units: SqlUnitsOfWork, content: Filled) -> None:
    await answer(units, content)
    async with units.for_actor(content.actor) as uow:
        assert await uow.idempotency.prune(before=records.NOW) == 0
        assert await uow.idempotency.prune(before=records.NOW + timedelta(seconds=1)) == 2
        assert await uow.idempotency.begin(**REQUEST) is None
