"""Lists of model versions and lift experiments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import ExperimentRow, ModelRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Page
from nexusplanner.infrastructure.db.measurement import lift_experiments, model_versions
from nexusplanner.infrastructure.db.reads.paging import PageOf, page

_M = model_versions.c
_LIGHT = [column for column in model_versions.c if column.name not in {"curves", "scored_curves", "document"}]
"""Everything but the documents, which are hundreds of kilobytes."""


class MeasurementQueries:
    """Lists of model versions and lift experiments."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def models(
        self,
        *,
        brand_id: BrandId | None = None,
        sort: str = "-number",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ModelRow]:
        """Sorts: number, created_at."""
        rows = select(*_LIGHT).where(_M.tenant_id == self._tenant)
        if brand_id is not None:
            rows = rows.where(_M.brand_id == brand_id)
        return await page(
            self._session,
            rows,
            sorts={"number": _M.number, "created_at": _M.created_at},
            key=_M.id,
            wanted=PageOf(sort=sort, cursor=cursor, limit=limit),
            make=_model,
        )

    async def experiments(
        self,
        *,
        brand_id: BrandId | None = None,
        sort: str = "-start_date",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ExperimentRow]:
        """Sorts: start_date, channel, created_at."""
        table = lift_experiments.c
        rows = select(lift_experiments).where(table.tenant_id == self._tenant)
        if brand_id is not None:
            rows = rows.where(table.brand_id == brand_id)
        return await page(
            self._session,
            rows,
            sorts={"start_date": table.start_date, "channel": table.channel, "created_at": table.created_at},
            key=table.id,
            wanted=PageOf(sort=sort, cursor=cursor, limit=limit),
            make=_experiment,
        )


def _model(row: Row[Any]) -> ModelRow:
    return ModelRow(
        id=row.id,
        brand_id=row.brand_id,
        number=row.number,
        state=row.state,
        source=row.source,
        channels=row.channels,
        warnings=row.warnings,
        weeks=row.weeks,
        holdout_weeks=row.holdout_weeks,
        holdout_wmape=row.holdout_wmape,
        holdout_coverage=row.holdout_coverage,
        holdout_bias=row.holdout_bias,
        r2=row.r2,
        run_id=row.run_id,
        reason=row.reason,
        created_at=row.created_at,
        adopted_at=row.adopted_at,
        version=row.version,
    )


def _experiment(row: Row[Any]) -> ExperimentRow:
    return ExperimentRow(
        id=row.id,
        brand_id=row.brand_id,
        channel=row.channel,
        start_date=row.start_date,
        end_date=row.end_date,
        lift=row.lift,
        method=row.method,
        notes=row.notes,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
