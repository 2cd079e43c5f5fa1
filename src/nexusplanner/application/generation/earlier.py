"""Loads what earlier steps of a run handed on."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.application.generation.making import OUTPUTS, Earlier
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.runs import Run


async def earlier_of(uow: UnitOfWork, run: Run, *, steps: Iterable[str]) -> Earlier:
    """The outputs of these steps. Raises NotFound when one kept nothing."""
    return Earlier({name: await uow.runs.output(run, step=name, kind=OUTPUTS[name]) for name in steps})
