"""Money is held before a call and charged after it, on the real database; nobody spends more than a limit allows."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.conftest import TestDatabase
from tests.factories.spending import call_made
from tests.factories.storage import registered, units_of_work
from tests.fakes.clock import StillClock

from nexusplanner.application.models.spending import CountedBudgets, counters_of
from nexusplanner.application.ports.models import BudgetExhausted, Cost, FailureKind, Spender, Usage
from nexusplanner.domain.ai import SpendLimits
from nexusplanner.domain.identity import Actor, User
from nexusplanner.domain.shared import CampaignId, RunId, UserId
from nexusplanner.domain.spending import Alert, Scope, Standing
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork

HELD_FOR = timedelta(minutes=10)
CENT = 10_000


@dataclass(frozen=True, kw_only=True)
class Purse:
    """A workspace that spends."""

    units: SqlUnitsOfWork
    clock: StillClock
    user: User

    @property
    def actor(self) -> Actor:
        return self.user.actor()

    @property
    def spender(self) -> Spender:
        return Spender(tenant_id=self.user.tenant_id, user_id=self.user.id)

    @property
    def budgets(self) -> CountedBudgets:
        return CountedBudgets(units=self.units, clock=self.clock, held_for=HELD_FOR)

    async def limit(self, **limits: int | None) -> None:
        """Set these limits, and no others."""
        async with self.units.for_actor(self.actor) as uow:
            settings = await uow.ai.settings()
            settings.limits = replace(SpendLimits(workspace_per_day=None, user_per_day=None, campaign=None), **limits)
            settings.updated_at = self.clock.now()
            await uow.ai.save(settings)

    async def stands(self, spender: Spender | None = None) -> dict[Scope, Standing]:
        """How the spender's counters stand now."""
        now = self.clock.now()
        async with self.units.for_actor(self.actor) as uow:
            found = await uow.spending.standings(counters_of(spender or self.spender, at=now), now=now)
        return {each.counter.scope: each for each in found}

    async def alerts(self) -> tuple[Alert, ...]:
        async with self.units.for_actor(self.actor) as uow:
            return await uow.spending.alerts(first=self.clock.now().date(), last=self.clock.now().date())

    async def calls(self) -> int:
        today = self.clock.now().date()
        async with self.units.for_actor(self.actor) as uow:
            return (await uow.read.usage.total(first=today, last=today)).calls

    async def tries(self, spender: Spender, *, microunits: int) -> str | None:
        """A reservation, or None when there was no room."""
        try:
            return await self.budgets.reserve(spender, microunits=microunits)
        except BudgetExhausted:
            return None


@pytest.fixture
async def purse(database: TestDatabase) -> AsyncIterator[Purse]:
    engine = make_engine(database.app_url, pool_size=10)
    _, user = await registered(engine)
    clock = StillClock(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    yield Purse(units=units_of_work(engine), clock=clock, user=user)
    await engine.dispose()


async def test_two_hundred_parallel_calls_at_the_cap_never_overspend(purse: Purse) -> None:
    await purse.limit(workspace_per_day=50 * CENT)

    async def call() -> bool:
        reservation = await purse.tries(purse.spender, microunits=CENT)
        if reservation is None:
            return False
        await asyncio.sleep(0)
        await purse.budgets.settle(purse.spender, reservation=reservation, call=call_made(microunits=CENT))
        return True

    went = await asyncio.gather(*(call() for _ in range(200)))
    stands = (await purse.stands())[Scope.WORKSPACE]
    assert sum(went) == 50
    assert (stands.spent, stands.held) == (50 * CENT, 0)
    assert await purse.calls() == 50


async def test_two_hundred_parallel_reservations_hold_no_more_than_the_limit(purse: Purse) -> None:
    await purse.limit(workspace_per_day=20 * CENT + CENT // 2)
    held = await asyncio.gather(*(purse.tries(purse.spender, microunits=CENT) for _ in range(200)))
    assert len([each for each in held if each]) == 20
    assert len({each for each in held if each}) == 20


async def test_every_limit_holds_at_once_whoever_spends_on_whatever(purse: Purse) -> None:
    await purse.limit(workspace_per_day=30 * CENT, user_per_day=12 * CENT, campaign=9 * CENT)
    dice = random.Random(7)
    people = [UserId(uuid4()) for _ in range(4)]
    campaigns = [CampaignId(uuid4()) for _ in range(3)]
    spenders = [
        replace(purse.spender, user_id=dice.choice(people), campaign_id=dice.choice([*campaigns, None]))
        for _ in range(150)
    ]

    async def call(spender: Spender, most: int, cost: int) -> int:
        reservation = await purse.tries(spender, microunits=most)
        if reservation is None:
            return 0
        await purse.budgets.settle(spender, reservation=reservation, call=call_made(microunits=cost))
        return cost

    orders = [(each, most := dice.randint(1, 2 * CENT), dice.randint(0, most)) for each in spenders]
    charged = await asyncio.gather(*(call(*order) for order in orders))
    for each in {(one.user_id, one.campaign_id): one for one in spenders}.values():
        stands = await purse.stands(each)
        assert all(one.limit is not None and one.spent <= one.limit and one.held == 0 for one in stands.values())
    assert (await purse.stands())[Scope.WORKSPACE].spent == sum(charged) > 25 * CENT


async def test_a_call_that_costs_nothing_is_never_in_the_way_of_a_limit(purse: Purse) -> None:
    await purse.limit(workspace_per_day=0, user_per_day=0, campaign=0)
    assert await purse.tries(purse.spender, microunits=1) is None
    assert await purse.tries(purse.spender, microunits=0) is not None
    await purse.budgets.settle(purse.spender, reservation=None, call=call_made(microunits=0))
    assert await purse.calls() == 1
    assert (await purse.stands())[Scope.WORKSPACE].spent == 0


async def test_a_failed_call_is_charged_what_it_used(purse: Purse) -> None:
    reservation = await purse.budgets.reserve(purse.spender, microunits=5 * CENT)
    assert (await purse.stands())[Scope.USER].held == 5 * CENT
    failed = call_made(microunits=2 * CENT, outcome=FailureKind.TRUNCATED)
    await purse.budgets.settle(purse.spender, reservation=reservation, call=failed)
    stands = (await purse.stands())[Scope.USER]
    assert (stands.spent, stands.held) == (2 * CENT, 0)


async def test_a_call_that_used_nothing_gives_everything_back(purse: Purse) -> None:
    reservation = await purse.budgets.reserve(purse.spender, microunits=5 * CENT)
    refused = call_made(microunits=0, outcome=FailureKind.CONNECTION)
    await purse.budgets.settle(purse.spender, reservation=reservation, call=refused)
    stands = (await purse.stands())[Scope.WORKSPACE]
    assert (stands.spent, stands.held) == (0, 0)
    assert await purse.calls() == 1


async def test_a_call_is_settled_once_however_often_it_is_told(purse: Purse) -> None:
    reservation = await purse.budgets.reserve(purse.spender, microunits=5 * CENT)
    told = [
        purse.budgets.settle(purse.spender, reservation=reservation, call=call_made(microunits=CENT)) for _ in range(5)
    ]
    await asyncio.gather(*told)
    assert (await purse.stands())[Scope.WORKSPACE].spent == CENT
    assert await purse.calls() == 1


async def test_what_a_killed_process_held_is_free_again_after_a_run_would_have_ended(purse: Purse) -> None:
    await purse.limit(workspace_per_day=10 * CENT)
    lost = await purse.budgets.reserve(purse.spender, microunits=10 * CENT)
    assert await purse.tries(purse.spender, microunits=1) is None
    purse.clock.move(minutes=10, seconds=-1)
    assert await purse.tries(purse.spender, microunits=1) is None
    purse.clock.move(seconds=1)
    assert await purse.tries(purse.spender, microunits=9 * CENT) is not None
    await purse.budgets.settle(purse.spender, reservation=lost, call=call_made(microunits=CENT))
    stands = (await purse.stands())[Scope.WORKSPACE]
    assert (stands.spent, stands.held) == (CENT, 9 * CENT)


async def test_a_call_over_midnight_is_charged_to_the_day_that_let_it_go(purse: Purse) -> None:
    purse.clock.move(hours=11, minutes=59)
    reservation = await purse.budgets.reserve(purse.spender, microunits=CENT)
    purse.clock.move(minutes=2)
    await purse.budgets.settle(purse.spender, reservation=reservation, call=call_made(microunits=CENT))
    assert (await purse.stands())[Scope.WORKSPACE].spent == 0
    purse.clock.move(minutes=-2)
    assert (await purse.stands())[Scope.WORKSPACE].spent == CENT


async def test_the_next_day_begins_with_nothing_spent_but_a_campaign_stays_what_it_cost(purse: Purse) -> None:
    spender = replace(purse.spender, campaign_id=CampaignId(uuid4()))
    await purse.limit(workspace_per_day=CENT, user_per_day=CENT, campaign=CENT)
    reservation = await purse.budgets.reserve(spender, microunits=CENT)
    await purse.budgets.settle(spender, reservation=reservation, call=call_made(microunits=CENT))
    purse.clock.move(days=1)
    with pytest.raises(BudgetExhausted, match="A campaign's limit for model calls leaves no room"):
        await purse.budgets.reserve(spender, microunits=CENT)
    assert await purse.tries(purse.spender, microunits=CENT) is not None


async def test_a_run_without_a_campaign_yet_is_held_to_the_limit_of_one(purse: Purse) -> None:
    await purse.limit(campaign=CENT)
    one, other = (replace(purse.spender, run_id=RunId(uuid4())) for _ in range(2))
    assert await purse.tries(one, microunits=CENT) is not None
    assert await purse.tries(one, microunits=1) is None
    assert await purse.tries(other, microunits=CENT) is not None


async def test_a_refusal_says_which_limit_and_who_can_raise_it(purse: Purse) -> None:
    await purse.limit(user_per_day=10 * CENT)
    reservation = await purse.budgets.reserve(purse.spender, microunits=4 * CENT)
    await purse.budgets.settle(purse.spender, reservation=reservation, call=call_made(microunits=4 * CENT))
    await purse.budgets.reserve(purse.spender, microunits=5 * CENT)
    with pytest.raises(BudgetExhausted) as refused:
        await purse.budgets.reserve(purse.spender, microunits=2 * CENT)
    assert refused.value.reason == (
        "Your daily limit for model calls leaves no room ($0.10, $0.04 spent, $0.05 held for calls under way). "
        "An administrator can raise it in the settings, under Limits."
    )


async def test_alerts_are_kept_once_at_eighty_and_at_a_hundred_percent(
    purse: Purse, caplog: pytest.LogCaptureFixture
) -> None:
    await purse.limit(workspace_per_day=10 * CENT)
    levels = []
    with caplog.at_level(logging.WARNING):
        for _ in range(10):
            reservation = await purse.budgets.reserve(purse.spender, microunits=CENT)
            await purse.budgets.settle(purse.spender, reservation=reservation, call=call_made(microunits=CENT))
            levels.append([each.level for each in reversed(await purse.alerts())])
    assert levels == [[]] * 7 + [[80]] * 2 + [[80, 100]]
    assert len(caplog.records) == 2
    assert not any(str(word) in caplog.text for word in (purse.user.id, purse.user.name, purse.user.email))
    full, most = await purse.alerts()
    assert most.text == "80 % of the workspace's daily limit for model calls is spent ($0.08 of $0.10)."
    assert full.text == (
        "The workspace's daily limit for model calls is used up ($0.10 of $0.10): rules write what does not fit any more."
    )


async def test_a_call_that_does_not_fit_any_more_tells_too_but_waiting_for_others_does_not(purse: Purse) -> None:
    await purse.limit(workspace_per_day=10 * CENT)
    reservation = await purse.budgets.reserve(purse.spender, microunits=8 * CENT)
    assert await purse.tries(purse.spender, microunits=3 * CENT) is None
    assert await purse.alerts() == ()
    await purse.budgets.settle(purse.spender, reservation=reservation, call=call_made(microunits=7 * CENT))
    assert await purse.alerts() == ()
    assert await purse.tries(purse.spender, microunits=4 * CENT) is None
    assert [each.level for each in await purse.alerts()] == [100]


async def test_counts_that_a_server_makes_up_never_give_money_back(purse: Purse) -> None:
    made_up = replace(
        call_made(),
        usage=Usage(requests=1, input_tokens=-5, output_tokens=10**40),
        cost=Cost(microunits=-10 * CENT),
        model_answered="x" * 10_000 + "\x00",
    )
    for _ in range(2):
        reservation = await purse.budgets.reserve(purse.spender, microunits=CENT)
        await purse.budgets.settle(purse.spender, reservation=reservation, call=made_up)
    assert (await purse.stands())[Scope.WORKSPACE].spent == 0
    assert await purse.calls() == 2


async def test_another_workspace_has_a_budget_of_its_own(purse: Purse, database: TestDatabase) -> None:
    engine = make_engine(database.app_url)
    _, other = await registered(engine, "Bob")
    await purse.limit(workspace_per_day=CENT)
    assert await purse.tries(purse.spender, microunits=CENT) is not None
    assert await purse.tries(purse.spender, microunits=CENT) is None
    theirs = replace(purse, user=other)
    assert await theirs.tries(theirs.spender, microunits=CENT) is not None
    await engine.dispose()
