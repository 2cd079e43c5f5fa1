"""The curves a plan stands on: those of the run that made it, or of the version it was computed anew on since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from nexusplanner.application.agents.gathering.response import ResponseModel, of_adopted
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.measurement.fitting import AdoptedModel
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Plan
from nexusplanner.domain.measurement import ModelVersion
from nexusplanner.domain.shared import BrandId, ModelId, NotFound, RunId


async def allocated_of(uow: UnitOfWork, plan: Plan) -> Allocated:
    """What the run of the plan handed on, with the curves that the plan stands on now.

    Raises: NotFound (CURVES_NOT_FOUND), StepUnreadable.
    """
    kept = plan.model.get("run_id")
    if not isinstance(kept, str):
        raise NotFound("The curves of this plan were not kept. Generate the plan again.", code="CURVES_NOT_FOUND")
    run = await uow.runs.get(RunId(UUID(kept)))
    allocated = await uow.runs.output(run, step="allocate", kind=Allocated)
    stands_on = str(plan.model.get("model_id", ""))
    if stands_on in {"", allocated.model.model_id}:
        return allocated
    version = await uow.models.get(ModelId(UUID(stands_on)))
    return replace(allocated, model=on_version(allocated.model, version))


def on_version(model: ResponseModel, version: ModelVersion) -> ResponseModel:
    """The same channels on a version's curves; those that the version does not have keep theirs."""
    found = {curve.channel: curve for curve in version.curves}
    curves = tuple(
        replace(found[curve.channel], benchmark=curve.benchmark) if curve.channel in found else curve
        for curve in model.curves
    )
    return replace(of_adopted(AdoptedModel.of(version)), curves=curves)


def about(model: ResponseModel) -> Mapping[str, object]:
    """What a plan notes of the model it stands on."""
    return {
        "model_id": model.model_id,
        "model_number": model.model_number,
        "weeks_of_history": model.weeks_of_history,
        "holdout_wmape": model.holdout_wmape,
        "r2": model.r2,
        "input_hash": model.input_hash,
        "seed": model.seed,
    }


async def other_version(uow: UnitOfWork, *, plan: Plan, model: ResponseModel, brand_id: BrandId) -> ModelVersion | None:
    """The version in use when the plan could stand on it and does not: it has some of the channels, and counts the same."""
    adopted = await uow.models.adopted(brand_id=brand_id)
    if adopted is None or str(adopted.id) == model.model_id:
        return None
    known = AdoptedModel.of(adopted)
    same = known.outcome in {"", plan.outcome_name}
    same = same and known.kind in {"", "money" if plan.outcome_is_money else "count"}
    shared = {curve.channel for curve in adopted.curves} & set(model.channels)
    return adopted if same and shared else None
