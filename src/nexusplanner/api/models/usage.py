"""What models cost and how often they failed, against the limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from nexusplanner.api.errors import problems
from nexusplanner.api.models.settings import LABELS, amount
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Reading
from nexusplanner.api.shapes import Shape
from nexusplanner.application.ports import ai as rows
from nexusplanner.application.settings import usage as use_cases
from nexusplanner.application.settings.usage import UsageReport
from nexusplanner.domain import spending
from nexusplanner.domain.spending import Scope, dollars

router = APIRouter(route_class=GuardedRoute, tags=["AI"])


class TotalUsage(Shape):
    """Of everything. failed: tries without a usable answer, which cost what they used."""

    cost: str
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int


class DayUsage(Shape):
    """Of one day (UTC)."""

    day: date
    cost: str
    calls: int
    failed: int


class StepUsage(Shape):
    """Of one step. latency_ms: the mean of a try."""

    step: str
    label: str
    cost: str
    calls: int
    failed: int
    latency_ms: int


class ModelUsage(Shape):
    """Of one model."""

    provider: str
    model: str
    cost: str
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int


class UserUsage(Shape):
    """Of one person."""

    user_id: UUID
    name: str
    cost: str
    calls: int


class Budget(Shape):
    """What is spent of a limit today (UTC). share: from 0, above 1 when the limit was lowered; null without a limit."""

    limit: str | None
    spent: str
    share: float | None


class Budgets(Shape):
    """Today's limits of the workspace and of the caller."""

    workspace: Budget
    me: Budget


class SpendAlert(Shape):
    """A level of a limit that was reached, in percent, and how things stood then."""

    scope: Scope
    share: float
    level: int
    day: date
    text: str


class Usage(Shape):
    """Model calls of some days (UTC). Costs are US dollars. users: everybody for administrators, else the caller alone."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    from_: Annotated[date, Field(alias="from")]
    to: date
    total: TotalUsage
    days: list[DayUsage]
    steps: list[StepUsage]
    models: list[ModelUsage]
    users: list[UserUsage]
    budget: Budgets
    alerts: list[SpendAlert]


@router.get("/usage", responses=problems(401, 403, 422, 429), summary="See what models cost")
async def get_usage(
    *,
    uow: Reading,
    edge: EdgeParts,
    from_: Annotated[date | None, Query(alias="from")] = None,
    to: date | None = None,
) -> Usage:
    """The last thirty days unless others are given, both included."""
    return _shape(await use_cases.usage(uow, first=from_, last=to, now=edge.clock.now()))


def _shape(report: UsageReport) -> Usage:
    total = report.total
    return Usage(
        from_=report.first,
        to=report.last,
        total=TotalUsage(
            cost=dollars(total.cost),
            calls=total.calls,
            failed=total.failed,
            input_tokens=total.input_tokens,
            output_tokens=total.output_tokens,
        ),
        days=[
            DayUsage(day=each.day, cost=dollars(each.cost), calls=each.calls, failed=each.failed)
            for each in report.days
        ],
        steps=[_step(each) for each in report.steps],
        models=[_model(each) for each in report.models],
        users=[
            UserUsage(user_id=each.user_id, name=each.name, cost=dollars(each.cost), calls=each.calls)
            for each in report.users
        ],
        budget=Budgets(workspace=_budget(report.workspace), me=_budget(report.me)),
        alerts=[_alert(each) for each in report.alerts],
    )


def _step(row: rows.StepUsage) -> StepUsage:
    return StepUsage(
        step=row.step,
        label=LABELS.get(row.step, row.step.replace("_", " ")),
        cost=dollars(row.cost),
        calls=row.calls,
        failed=row.failed,
        latency_ms=row.latency_ms,
    )


def _model(row: rows.ModelUsage) -> ModelUsage:
    return ModelUsage(
        provider=row.provider,
        model=row.model,
        cost=dollars(row.cost),
        calls=row.calls,
        failed=row.failed,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
    )


def _budget(standing: spending.Standing) -> Budget:
    return Budget(limit=amount(standing.limit), spent=dollars(standing.spent), share=standing.share)


def _alert(alert: spending.Alert) -> SpendAlert:
    return SpendAlert(
        scope=alert.counter.scope, share=alert.share, level=alert.level, day=alert.at.date(), text=alert.text
    )
