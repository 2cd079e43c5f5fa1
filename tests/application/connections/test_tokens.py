"""New tokens for old: once for all who want them, with no transaction open, and never lost to each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.crm import Reading, reading, signed_in
from tests.fakes.crm import World
from tests.fakes.crm.world import filled

from nexusplanner.application.connections.asking import Asking, Patience
from nexusplanner.application.connections.tokens import TokenBook
from nexusplanner.application.ports.connections import Client, SignInAgain, SyncPaused, TokenExpired, Tokens
from nexusplanner.domain.connections import CrmKind
from nexusplanner.infrastructure.customers.oauth import OAuth

OPEN_TRANSACTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
"""


@pytest.fixture(params=list(CrmKind))
async def crm(request: pytest.FixtureRequest, shared_engine: AsyncEngine) -> AsyncIterator[Reading]:
    world = filled(World(), contacts=3, companies=1, deals=1)
    async with reading(shared_engine, world, kind=request.param) as opened:
        await signed_in(opened)
        yield opened


@dataclass
class Watched:
    """The real system; what `during` does happens while its answer to a renewal is waited for."""

    system: OAuth
    during: Callable[[], Awaitable[None]]

    @property
    def kind(self) -> CrmKind:
        return self.system.kind

    async def refresh(self, host: str, *, client: Client, tokens: Tokens) -> Tokens:
        await self.during()
        return await self.system.refresh(host, client=client, tokens=tokens)

    def __getattr__(self, name: str) -> object:
        return getattr(self.system, name)


def system_of(crm: Reading) -> OAuth:
    system = crm.server.places.systems(crm.server.fetcher())[crm.connection.kind]
    assert isinstance(system, OAuth)
    return system


def book(crm: Reading, *, during: Callable[[], Awaitable[None]] | None = None) -> TokenBook:
    system = Watched(system_of(crm), during or (lambda: asyncio.sleep(0)))
    return TokenBook(units=crm.units, actor=crm.actor, connection_id=crm.connection.id, system=system)


def asking(crm: Reading, *, whole: float = 240) -> Asking:
    return Asking(
        units=crm.units,
        actor=crm.actor,
        connection_id=crm.connection.id,
        system=Watched(system_of(crm), lambda: asyncio.sleep(0.2)),
        clock=crm.clock,
        patience=Patience(pause=0.05, whole=whole),
    )


async def taken(tokens: Tokens, crm: Reading) -> str:
    """What a question is answered with. Raises TokenExpired."""
    if tokens.access not in crm.server.tokens:
        raise TokenExpired("over")
    return tokens.access


async def test_of_many_who_renew_at_once_one_asks_and_all_take_what_it_got(crm: Reading) -> None:
    crm.server.tokens.clear()
    answers = await asyncio.gather(*(asking(crm)(lambda tokens: taken(tokens, crm)) for _ in range(4)))
    assert (len(set(answers)), crm.server.refreshed) == (1, 1)
    crm.server.tokens.clear()
    assert await asking(crm)(lambda tokens: taken(tokens, crm)) not in answers
    assert crm.server.refreshed == 2


async def test_no_transaction_waits_for_the_answer(crm: Reading) -> None:
    seen: list[int] = []

    async def look() -> None:
        seen.extend(count for (count,) in await crm.rows(OPEN_TRANSACTIONS))

    assert await book(crm, during=look).renewed(await book(crm).kept()) is not None
    assert seen == [0]


async def test_while_one_renews_others_are_told_to_wait_and_not_longer_than_the_lease(crm: Reading) -> None:
    old = await book(crm).kept()
    async with crm.units.for_actor(crm.actor) as uow:
        connection = await uow.connections.get(crm.connection.id)
        assert await uow.connections.lease_tokens(connection, lasts=timedelta(minutes=5)) is not None
    assert await book(crm).renewed(old) is None
    crm.server.tokens.clear()
    with pytest.raises(SyncPaused, match="is being renewed"):
        await asking(crm, whole=0.05)(lambda tokens: taken(tokens, crm))
    assert crm.server.refreshed == 0
    await crm.rows("UPDATE connection_secrets SET leased_until = clock_timestamp() RETURNING kind")
    await asking(crm)(lambda tokens: taken(tokens, crm))
    assert crm.server.refreshed == 1


async def test_a_refusal_ends_the_lease(crm: Reading) -> None:
    old = await book(crm).kept()
    secrets, crm.server.clients = crm.server.clients, {"client-1": "another"}
    with pytest.raises(SignInAgain, match="refuses the sign-in"):
        await book(crm).renewed(old)
    assert await book(crm).kept() == old
    crm.server.clients = secrets
    assert await book(crm).renewed(old) is not None


async def test_who_signs_in_while_tokens_are_renewed_is_not_overruled(crm: Reading) -> None:
    other = Tokens(access="from-a-person", refresh="theirs", host=crm.server.host)

    async def sign_in() -> None:
        async with crm.units.for_actor(crm.actor) as uow:
            connection = await uow.connections.get(crm.connection.id)
            await uow.connections.keep_tokens(connection, tokens=other)

    old = await book(crm).kept()
    assert await book(crm, during=sign_in).renewed(old) == other
    assert await book(crm).kept() == other


async def test_a_refresh_token_that_somebody_used_before_is_no_end_where_theirs_is_kept(crm: Reading) -> None:
    old = await book(crm).kept()

    async def overtaken() -> None:
        granted = crm.server.issue("client-1")
        del crm.server.refreshing[old.refresh]
        fresh = Tokens(access=granted["access_token"], refresh=granted["refresh_token"], host=crm.server.host)
        async with crm.units.for_actor(crm.actor) as uow:
            connection = await uow.connections.get(crm.connection.id)
            await uow.connections.keep_tokens(connection, tokens=fresh)

    found = await book(crm, during=overtaken).renewed(old)
    assert found is not None
    assert (found.access != old.access, found.access in crm.server.tokens) == (True, True)
