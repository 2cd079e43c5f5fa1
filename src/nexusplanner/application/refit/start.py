"""Asking for a new fit."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.application.measurement.loading import load_input
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.runs import refuse_while_refitting
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import BrandId


async def start_refit(uow: UnitOfWork, *, brand_id: BrandId, now: datetime) -> Run:
    """A run that fits the brand's model to the actuals and experiments of now.

    Raises: NotFound, Forbidden, TooLittleHistory, Conflict (RUN_ACTIVE: one works on it already).
    """
    uow.actor.require(Permission.PLAN)
    brand = await uow.brands.get(brand_id)
    await uow.models.hold(brand_id=brand_id)
    await refuse_while_refitting(uow, brand_id=brand_id)
    (await load_input(uow, brand=brand)).require_enough()
    run = Run(
        tenant_id=uow.actor.tenant_id,
        brand_id=brand_id,
        user_id=uow.actor.user_id,
        kind=RunKind.REFIT,
        request={"brand": brand.name},
        created_at=now,
    )
    uow.runs.add(run)
    await uow.flush()
    await uow.workflows.start(run)
    await uow.flush()
    return run
