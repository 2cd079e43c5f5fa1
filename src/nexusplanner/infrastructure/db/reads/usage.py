"""Sums over model calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.ai import DayUsage, ModelUsage, RunCosts, StepUsage, UsageTotals, UserUsage
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import RunKind, RunState
from nexusplanner.domain.shared import UserId
from nexusplanner.infrastructure.db.identity import users
from nexusplanner.infrastructure.db.runs import runs
from nexusplanner.infrastructure.db.spending import day_of, model_calls, on_days

_C = model_calls.c
_CALLS = func.count().label("calls")
_FAILED = func.count().filter(_C.outcome != "answered").label("failed")
_MODEL = func.coalesce(func.nullif(_C.model_answered, ""), _C.model).label("model")


def _sum(column: ColumnElement[int], name: str) -> Any:
    return func.coalesce(func.sum(column), 0).cast(column.type).label(name)


_COST = _sum(_C.cost_microunits, "cost")
_INPUT = _sum(_C.input_tokens, "input_tokens")
_OUTPUT = _sum(_C.output_tokens, "output_tokens")


class UsageQueries:
    """What model calls took between two days (UTC), both included."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def total(self, *, first: date, last: date) -> UsageTotals:
        """Of everything."""
        query = self._during(select(_COST, _CALLS, _FAILED, _INPUT, _OUTPUT), first=first, last=last)
        return UsageTotals(**(await self._session.execute(query)).mappings().one())

    async def days(self, *, first: date, last: date) -> tuple[DayUsage, ...]:
        """By day, only days with calls, oldest first."""
        day = day_of(_C.called_at).label("day")
        query = self._during(select(day, _COST, _CALLS, _FAILED), first=first, last=last).group_by(day).order_by(day)
        return tuple(DayUsage(**row) for row in (await self._session.execute(query)).mappings())

    async def steps(self, *, first: date, last: date) -> tuple[StepUsage, ...]:
        """By step, dearest first."""
        mean = func.round(func.avg(_C.latency_ms)).cast(Integer).label("latency_ms")
        query = self._during(select(_C.step, _COST, _CALLS, _FAILED, mean), first=first, last=last)
        rows = await self._session.execute(query.group_by(_C.step).order_by(_COST.desc(), _C.step))
        return tuple(StepUsage(**row) for row in rows.mappings())

    async def models(self, *, first: date, last: date) -> tuple[ModelUsage, ...]:
        """By model, dearest first."""
        columns = select(_C.provider, _MODEL, _COST, _CALLS, _FAILED, _INPUT, _OUTPUT)
        query = self._during(columns, first=first, last=last)
        rows = await self._session.execute(
            query.group_by(_C.provider, _MODEL).order_by(_COST.desc(), _C.provider, _MODEL)
        )
        return tuple(ModelUsage(**row) for row in rows.mappings())

    async def users(self, *, first: date, last: date, only: UserId | None = None) -> tuple[UserUsage, ...]:
        """By person, dearest first; of one alone when asked."""
        name = func.coalesce(func.max(users.c.name), "").label("name")
        of_user = and_(users.c.tenant_id == _C.tenant_id, users.c.id == _C.user_id)
        query = self._during(select(_C.user_id, name, _COST, _CALLS), first=first, last=last)
        query = query.select_from(model_calls.outerjoin(users, of_user)).group_by(_C.user_id)
        if only is not None:
            query = query.where(_C.user_id == only)
        rows = await self._session.execute(query.order_by(_COST.desc(), _C.user_id))
        return tuple(UserUsage(**row) for row in rows.mappings())

    async def recent_generations(self, *, since: datetime) -> RunCosts:
        """The mean of generations that asked a model since then."""
        of_run = and_(runs.c.tenant_id == _C.tenant_id, runs.c.id == _C.run_id)
        costs = (
            select(func.sum(_C.cost_microunits).label("cost"))
            .select_from(model_calls.join(runs, of_run))
            .where(
                _C.tenant_id == self._tenant,
                _C.called_at >= since,
                runs.c.kind == RunKind.GENERATE,
                runs.c.state == RunState.SUCCEEDED,
            )
            .group_by(_C.run_id)
            .subquery()
        )
        row = (await self._session.execute(select(func.count().label("runs"), func.avg(costs.c.cost)))).one()
        return RunCosts(runs=row.runs, cost=round(row[1] or 0))

    def _during(self, query: Select[Any], *, first: date, last: date) -> Select[Any]:
        return query.where(_C.tenant_id == self._tenant, on_days(_C.called_at, first=first, last=last))
