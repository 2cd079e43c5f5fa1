"""Budgets of model calls: money is held before a call and charged after it, each in a short transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from nexusplanner.application.ports.ai import KeptCall
from nexusplanner.application.ports.models import BudgetExhausted, CallMade, Cost, Spender, Usage
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.spending import WHOLE_LIFE, Alert, Counter, Scope, Standing, dollars, tightest

LARGEST_COUNT = 10**12
"""Of tokens or microunits; what a server reports beyond it is no count."""
REMEMBERED_FOR = timedelta(days=1)
"""How long a lapsed reservation is kept, so that a call that ends late is charged to the right day.

Older ones are dropped with the first reservation of a day, while the workspace's counter is locked."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CountedBudgets:
    """Holds and charges under the limits of the workspace, the user and the campaign; the day is that of UTC.

    held_for: after which a reservation that nobody settled lapses. It is as long as a run may take, so it ends only
    what a killed process left; what that process may have used is not known, and nothing is charged for it.
    """

    units: UnitsOfWork
    clock: Clock
    held_for: timedelta

    async def reserve(self, spender: Spender, *, microunits: int) -> str:
        """Hold this much under every limit of the spender; the reservation's id. Raises BudgetExhausted.

        Nothing is ever in the way of a call that costs nothing.
        """
        reservation = uuid4()
        if microunits <= 0:
            return str(reservation)
        now = self.clock.now()
        async with self._transaction(spender) as uow:
            counters = counters_of(spender, at=now)
            standings = await uow.spending.lock(counters, now=now)
            full = tightest(standings, microunits=microunits)
            if full is None:
                until = now + self.held_for
                await uow.spending.hold(reservation, counters=counters, microunits=microunits, until=until)
                if not any(each.spent or each.held for each in standings[:1]):
                    await uow.spending.drop_lapsed(before=now - REMEMBERED_FOR)
            elif not replace(full, held=0).takes(microunits):
                await _tell(uow, [full], levels=(100,), now=now)
        if full is not None:
            raise BudgetExhausted(_refusal(full))
        return str(reservation)

    async def settle(self, spender: Spender, *, reservation: str | None, call: CallMade) -> None:
        """Charge what the call cost, give back the rest, and note the call; a second time nothing happens.

        reservation: None for calls that cost nothing. A call is charged what it used even when it failed, or when its
        reservation has lapsed meanwhile.
        """
        now, made = self.clock.now(), _plausible(call)
        kept = KeptCall(id=UUID(reservation) if reservation else uuid4(), spender=spender, call=made, at=now)
        async with self._transaction(spender) as uow:
            if not await uow.spending.note(kept):
                return
            held = await uow.spending.release(kept.id) if reservation else ()
            if made.cost.microunits > 0:
                counters = held or counters_of(spender, at=now)
                standings = await uow.spending.charge(counters, microunits=made.cost.microunits, now=now)
                await _tell(uow, standings, levels=None, now=now)

    def _transaction(self, spender: Spender) -> AbstractAsyncContextManager[UnitOfWork]:
        """What the spender's rights are was asked before; counting needs none."""
        return self.units.for_actor(
            Actor(tenant_id=spender.tenant_id, user_id=spender.user_id, role=Role.VIEWER),
        )


def counters_of(spender: Spender, *, at: datetime) -> tuple[Counter, ...]:
    """What the spender's calls count under. A run that has no campaign yet counts as one of its own."""
    day = at.date()
    counters = [
        Counter(scope=Scope.WORKSPACE, subject=spender.tenant_id, day=day),
        Counter(scope=Scope.USER, subject=spender.user_id, day=day),
    ]
    campaign = spender.campaign_id or spender.run_id
    if campaign is not None:
        counters.append(Counter(scope=Scope.CAMPAIGN, subject=campaign, day=WHOLE_LIFE))
    return tuple(counters)


async def _tell(
    uow: UnitOfWork, standings: Sequence[Standing], *, levels: tuple[int, ...] | None, now: datetime
) -> None:
    """Keep an alert for each level that was reached for the first time. levels: other than what is spent says."""
    for each in standings:
        if each.limit is None:
            continue
        for level in each.levels if levels is None else levels:
            alert = Alert(counter=each.counter, level=level, spent=each.spent, limit=each.limit, at=now)
            if await uow.spending.alert(alert):
                _log.warning("A limit of spending on model calls reached %d %%: %s", level, each.counter.scope.value)


def _refusal(full: Standing) -> str:
    scope = full.counter.scope
    whose = "your daily limit for model calls" if scope is Scope.USER else scope.limit_in_words
    held = f", ${dollars(full.held)} held for calls under way" if full.held else ""
    amounts = f"${dollars(full.limit or 0)}, ${dollars(full.spent)} spent{held}"
    return f"{whose[0].upper()}{whose[1:]} leaves no room ({amounts}). An administrator can raise it in the settings, under Limits."


def _plausible(call: CallMade) -> CallMade:
    """The call with counts that a server made up brought into range: less than nothing would give money back."""
    usage = call.usage
    return replace(
        call,
        usage=Usage(
            requests=_count(usage.requests),
            input_tokens=_count(usage.input_tokens),
            output_tokens=_count(usage.output_tokens),
            cached_tokens=_count(usage.cached_tokens),
        ),
        cost=Cost(microunits=_count(call.cost.microunits), version=call.cost.version, known=call.cost.known),
        model_answered=call.model_answered[:200].replace("\x00", ""),
        latency_ms=min(_count(call.latency_ms), 2**31 - 1),
    )


def _count(value: int) -> int:
    return max(0, min(value, LARGEST_COUNT))
