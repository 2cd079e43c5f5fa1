"""What models cost and how often they failed, against the limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nexusplanner.application.models.spending import counters_of
from nexusplanner.application.ports.ai import DayUsage, ModelUsage, StepUsage, UsageTotals, UserUsage
from nexusplanner.application.ports.models import Spender
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import IMPLAUSIBLE, FieldErrors, plausible
from nexusplanner.domain.spending import Alert, Scope, Standing

USUAL_DAYS = 30
MOST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class UsageReport:
    """Model calls between two days (UTC), both included, and how today's limits stand. users: see `usage`."""

    first: date
    last: date
    total: UsageTotals
    days: tuple[DayUsage, ...]
    steps: tuple[StepUsage, ...]
    models: tuple[ModelUsage, ...]
    users: tuple[UserUsage, ...]
    workspace: Standing
    me: Standing
    alerts: tuple[Alert, ...]


async def usage(uow: UnitOfWork, *, first: date | None, last: date | None, now: datetime) -> UsageReport:
    """The last thirty days unless others are given. What other people spent is for administrators only.

    Raises: Forbidden, Invalid.
    """
    uow.actor.require(Permission.READ)
    until = last or now.date()
    errors = FieldErrors()
    errors.check(plausible(until), "to", IMPLAUSIBLE)
    errors.check(first is None or plausible(first), "from", IMPLAUSIBLE)
    errors.raise_if_any("period")
    since = first or (until - timedelta(days=USUAL_DAYS - 1))
    errors.check(since <= until, "from", "The first day must not lie after the last.")
    errors.check((until - since).days < MOST_DAYS, "from", f"Ask for at most {MOST_DAYS} days.")
    errors.raise_if_any("period")
    everybody = Permission.ADMINISTER in uow.actor.permissions
    me = uow.actor.user_id
    counters = counters_of(Spender(tenant_id=uow.actor.tenant_id, user_id=me), at=now)
    workspace, own = await uow.spending.standings(counters, now=now)
    alerts = await uow.spending.alerts(first=since, last=until)
    reads = uow.read.usage
    return UsageReport(
        first=since,
        last=until,
        total=await reads.total(first=since, last=until),
        days=await reads.days(first=since, last=until),
        steps=await reads.steps(first=since, last=until),
        models=await reads.models(first=since, last=until),
        users=await reads.users(first=since, last=until, only=None if everybody else me),
        workspace=workspace,
        me=own,
        alerts=tuple(
            each for each in alerts if everybody or each.counter.scope is not Scope.USER or each.counter.subject == me
        ),
    )
