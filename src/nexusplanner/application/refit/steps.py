"""The steps of a refit: read the actuals, fit, score, compare, keep. Each hands on what it found as it stood."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.filing import model_record
from nexusplanner.application.agents.ideation import OnIdeas
from nexusplanner.application.durable.carrying import Loaded, Work
from nexusplanner.application.measurement.fitting import (
    AdoptedModel,
    FittedModel,
    FreshModel,
    ScoredModel,
    compare,
    fit_model,
    score_model,
)
from nexusplanner.application.measurement.inputs import ModelInput
from nexusplanner.application.measurement.loading import load_input
from nexusplanner.application.measurement.versions import file_fit
from nexusplanner.application.outcomes.forecasts import judge_forecasts
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.measurement import Verdict
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import BrandId, NotFound


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The score on the last quarter; None when the history is too short for one."""

    model: ScoredModel | None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The verdict, and the number of the version it was against; 0 for none."""

    verdict: Verdict
    against: int


@dataclass(frozen=True, kw_only=True)
class SavedModel:
    """The version that stands for this fit."""

    model_id: str
    number: int


class RefitBook:
    """What the steps of a refit do."""

    def __init__(self) -> None:
        self._work: Mapping[str, Callable[[UnitOfWork, Run], Awaitable[Work]]] = {
            "load_history": self._load_history,
            "fit": self._fit,
            "score": self._score,
            "compare": self._compare,
            "save_model": self._assemble,
        }

    async def load(self, uow: UnitOfWork, run: Run, *, step: str, tell: OnIdeas) -> Loaded | None:
        """What the step computes from what is loaded."""
        del tell
        return Loaded(work=await self._work[step](uow, run))

    async def keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, now: datetime
    ) -> Worked[object]:
        """File the model in the last step."""
        del step
        if worked is None or worked.fresh is None:
            return worked or Worked(output=None, detail="")
        model = await file_fit(uow, brand_id=_brand(run), fresh=worked.fresh, run_id=run.id, now=now)
        await judge_forecasts(uow, model, now=now)
        run.succeed(model_id=model.id, at=now)
        new = model.run_id == run.id
        told = f"Version {model.number} is {model.state}. {model.reason}"
        return Worked(
            output=SavedModel(model_id=str(model.id), number=model.number),
            detail=told if new else f"Nothing changed since version {model.number} was fitted.",
            records=(model_record(model),) if new else (),
        )

    async def _load_history(self, uow: UnitOfWork, run: Run) -> Work:
        given = await load_input(uow, brand=await uow.brands.get(_brand(run)))
        given.require_enough()
        used = f", {len(given.experiments)} experiments" if given.experiments else ""
        detail = f"{given.weeks} weeks of {len(given.past.channels)} channels{used}, until {given.until}."
        return _done(Worked(output=given, detail=detail))

    async def _fit(self, uow: UnitOfWork, run: Run) -> Work:
        given = await _given(uow, run)

        async def work() -> Worked[object]:
            fitted = await asyncio.to_thread(fit_model, given)
            measured = sum(curve.quality == "measured" for curve in fitted.curves)
            detail = f"{measured} of {len(fitted.curves)} channels measured, R² {fitted.r2:.2f}."
            return Worked(output=fitted, detail=detail)

        return work

    async def _score(self, uow: UnitOfWork, run: Run) -> Work:
        given = await _given(uow, run)

        async def work() -> Worked[object]:
            scored = await asyncio.to_thread(score_model, given)
            return Worked(output=Scored(model=scored), detail=_score_words(scored))

        return work

    async def _compare(self, uow: UnitOfWork, run: Run) -> Work:
        given = await _given(uow, run)
        scored = await uow.runs.output(run, step="score", kind=Scored)
        adopted = await _adopted(uow, run)

        async def work() -> Worked[object]:
            verdict = await asyncio.to_thread(compare, given, new=scored.model, adopted=adopted)
            compared = Compared(verdict=verdict, against=adopted.number if adopted else 0)
            return Worked(output=compared, detail=verdict.reason)

        return work

    async def _assemble(self, uow: UnitOfWork, run: Run) -> Work:
        """The whole model; compared again when another version was adopted since."""
        given = await _given(uow, run)
        fitted = await uow.runs.output(run, step="fit", kind=FittedModel)
        scored = (await uow.runs.output(run, step="score", kind=Scored)).model
        compared = await uow.runs.output(run, step="compare", kind=Compared)
        adopted = await _adopted(uow, run)
        against = adopted.number if adopted else 0

        async def work() -> Worked[object]:
            verdict = compared.verdict
            if against != compared.against:
                verdict = await asyncio.to_thread(compare, given, new=scored, adopted=adopted)
            fresh = FreshModel(
                fitted=fitted,
                scored=scored,
                verdict=verdict,
                against=against,
                input_hash=given.input_hash,
                seed=given.seed,
            )
            return Worked(output=None, detail="", fresh=fresh)

        return work


def _done(worked: Worked[object]) -> Work:
    async def work() -> Worked[object]:
        return worked

    return work


def _score_words(scored: ScoredModel | None) -> str:
    if scored is None:
        return "There is less than five quarters of history, so no quarter is held out."
    held = scored.held
    inside = f", {held.coverage:.0%} of weeks inside the 90 % band" if held.coverage is not None else ""
    return f"Off by {held.wmape:.1%} on {len(held.dates)} weeks it had not seen{inside}."


def _brand(run: Run) -> BrandId:
    if run.brand_id is None:
        raise NotFound.of("brand", "of the run")
    return run.brand_id


async def _given(uow: UnitOfWork, run: Run) -> ModelInput:
    return await uow.runs.output(run, step="load_history", kind=ModelInput)


async def _adopted(uow: UnitOfWork, run: Run) -> AdoptedModel | None:
    found = await uow.models.adopted(brand_id=_brand(run))
    return AdoptedModel.of(found) if found else None
