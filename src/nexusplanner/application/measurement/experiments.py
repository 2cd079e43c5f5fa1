"""Lift experiments: keep, correct and remove them; the next fit uses what is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from nexusplanner.application.editing import edit
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.measurement import Experiment
from nexusplanner.domain.shared import ExperimentId

Known = Callable[[str], bool]
"""Whether the reference data has a channel of this key."""


async def create_experiment(uow: UnitOfWork, *, experiment: Experiment, known: Known) -> Experiment:
    """Keep a result. Raises Invalid, and NotFound for an unknown brand."""
    uow.actor.require(Permission.PLAN)
    await uow.brands.get(experiment.brand_id)
    experiment.check()
    await _require_channel(uow, experiment, known=known)
    uow.experiments.add(experiment)
    await uow.flush()
    return experiment


async def edit_experiment(
    uow: UnitOfWork,
    *,
    experiment_id: ExperimentId,
    changes: Mapping[str, object],
    version: int,
    known: Known,
    now: datetime,
) -> Experiment:
    """Correct a result. Raises NotFound, VersionConflict and Invalid."""
    uow.actor.require(Permission.PLAN)
    experiment = await uow.experiments.get(experiment_id)
    edit(experiment, changes=changes, version=version, now=now)
    await _require_channel(uow, experiment, known=known)
    await uow.flush()
    return experiment


async def delete_experiment(uow: UnitOfWork, *, experiment_id: ExperimentId) -> None:
    """Remove a result; models that used it stay as they are. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    await uow.experiments.remove(await uow.experiments.get(experiment_id))


async def _require_channel(uow: UnitOfWork, experiment: Experiment, *, known: Known) -> None:
    """A channel is known from the reference data or from the brand's own actuals."""
    if known(experiment.channel):
        return
    own = {row.channel for row in await uow.read.actuals.channels(brand_id=experiment.brand_id)}
    experiment.require_known(own.__contains__)
