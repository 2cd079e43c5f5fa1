"""A brand's model fitted by the product's own steps, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.factories import records
from tests.factories.actuals import CHANNELS, put_actuals, simulated_actuals
from tests.factories.planned import Planner

from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.measurement import summary, versions
from nexusplanner.application.measurement.experiments import create_experiment, delete_experiment
from nexusplanner.application.measurement.inputs import TooLittleHistory
from nexusplanner.application.measurement.summary import Measurement
from nexusplanner.application.refit import start_refit
from nexusplanner.application.runs import cancel_run, retry_run
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.measurement import ModelSource, ModelState, ModelVersion
from nexusplanner.domain.runs import Run, RunKind, RunState, StepState
from nexusplanner.domain.shared import Conflict, Estimate, Forbidden, Money, NotFound

HOLDOUT = 13


async def brand_of(planner: Planner, *, weeks: int = 0, skip: int = 0, seed: int = 7) -> Brand:
    """The planner's brand with so many weeks of actuals."""
    async with planner.units.for_actor(planner.actor) as uow:
        brand = await uow.brands.get(planner.service.brand_id)
        if weeks:
            await put_actuals(uow, brand, weeks=weeks, skip=skip, seed=seed)
        return brand


async def started(planner: Planner) -> Run:
    async with planner.units.for_actor(planner.actor) as uow:
        return await start_refit(uow, brand_id=planner.service.brand_id, now=planner.clock.now())


async def reload(planner: Planner, run: Run) -> Run:
    async with planner.units.for_actor(planner.actor) as uow:
        return await uow.runs.get(run.id)


async def refit(planner: Planner) -> tuple[Run, ModelVersion]:
    """A refit carried to its end, and the version that stands for it."""
    run = await started(planner)
    await planner.work(run)
    done = await reload(planner, run)
    assert done.state is RunState.SUCCEEDED
    assert done.model_id is not None
    async with planner.units.for_actor(planner.actor) as uow:
        return done, await uow.models.get(done.model_id)


async def measured(planner: Planner) -> Measurement:
    async with planner.units.for_actor(planner.actor) as uow:
        return await summary.measurement_of(uow, brand_id=planner.service.brand_id)


async def test_a_first_refit_makes_the_first_model_with_everything_it_says(planner: Planner) -> None:
    await brand_of(planner, weeks=100)
    run, model = await refit(planner)
    assert run.kind is RunKind.REFIT
    assert [step.name for step in run.steps] == ["load_history", "fit", "score", "compare", "save_model"]
    assert all(step.state is StepState.DONE and step.detail for step in run.steps)
    assert (model.number, model.state, model.source) == (1, ModelState.ADOPTED, ModelSource.FIT)
    assert (model.run_id, model.weeks) == (run.id, 100)
    assert model.channels == CHANNELS
    document = model.document
    assert len(document.dates) == len(document.outcome) == len(document.fitted.mean) == len(document.residuals) == 100
    assert document.holdout is not None
    assert len(document.holdout.dates) == len(document.holdout.low) == HOLDOUT
    assert model.holdout_wmape == document.holdout.wmape < 0.2
    assert model.holdout_coverage is not None
    channel = document.channels[0]
    assert channel.roi is not None
    assert channel.roi.low < channel.roi.mean < channel.roi.high
    assert len(channel.weekly.mean) == 100
    assert channel.share is not None
    assert 0 < channel.share < 1
    async with planner.units.for_actor(planner.actor) as uow:
        (entry,) = (await uow.read.decisions.page(run_id=run.id)).items
    assert entry.agent == "measurement"
    assert "Version 1" in entry.entry["summary"]


async def test_a_refit_of_the_same_figures_changes_nothing(planner: Planner) -> None:
    await brand_of(planner, weeks=100)
    _, first = await refit(planner)
    again, second = await refit(planner)
    assert second.id == first.id
    assert "Nothing changed" in again.step("save_model").detail
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.read.measurement.models(brand_id=first.brand_id)).total == 1
        assert (await uow.read.decisions.page(run_id=again.id)).total == 0


async def test_new_weeks_make_the_model_out_of_date_and_a_refit_takes_its_place(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=90, skip=10)
    _, first = await refit(planner)
    assert (await measured(planner)).stale_reason == ""
    async with planner.units.for_actor(planner.actor) as uow:
        await put_actuals(uow, brand, weeks=10)
    assert "10 weeks of actuals were added" in (await measured(planner)).stale_reason
    _, second = await refit(planner)
    assert (second.number, second.state) == (2, ModelState.ADOPTED)
    assert "on the same 13 weeks" in second.reason
    found = await measured(planner)
    assert found.adopted is not None
    assert found.adopted.id == second.id
    assert found.stale_reason == ""
    assert [row.number for row in found.scored] == [1, 2]
    assert found.current is not None
    assert found.current.number == 2
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.models.get(first.id)).state is ModelState.SUPERSEDED


async def test_corrected_figures_are_told_from_new_ones(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=30)
    await refit(planner)
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.actuals.put_channels([records.channel_actual(brand, day=date(2026, 2, 23))])
    assert "past actuals were changed" in (await measured(planner)).stale_reason


async def test_a_clearly_worse_fit_waits_for_a_person(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=100)
    _, first = await refit(planner)
    await flatten(planner, brand)
    _, second = await refit(planner)
    assert (second.number, second.state) == (2, ModelState.CANDIDATE)
    assert "Not adopted" in second.reason
    found = await measured(planner)
    assert found.adopted is not None
    assert found.adopted.id == first.id
    assert found.candidate is not None
    assert found.candidate.id == second.id
    async with planner.units.for_actor(planner.actor) as uow:
        await versions.adopt_model(uow, model_id=second.id, reason="The old spend was wrong.", now=planner.clock.now())
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.models.get(first.id)).state is ModelState.SUPERSEDED
        assert (await uow.models.get(second.id)).reason == "The old spend was wrong."
        last = (await uow.read.decisions.page(sort="-sequence", limit=1)).items[0]
    assert (last.step, last.entry["author"]) == ("adopt_model", "person")
    assert "The old spend was wrong." in last.entry["summary"]


async def flatten(planner: Planner, brand: Brand) -> None:
    """Overwrite the spend of every week but the last quarter with its average: nothing can be learnt from it."""
    channels, _ = simulated_actuals(brand, weeks=100 - HOLDOUT, skip=HOLDOUT)
    for name in CHANNELS:
        rows = [row for row in channels if row.channel == name]
        average = Money(sum(row.spend.amount for row in rows) // len(rows), "EUR")
        async with planner.units.for_actor(planner.actor) as uow:
            await uow.actuals.put_channels([replace(row, spend=average) for row in rows])


async def test_too_little_history_is_refused_in_words(planner: Planner) -> None:
    with pytest.raises(TooLittleHistory, match="0 weeks"):
        await started(planner)
    await brand_of(planner, weeks=25)
    with pytest.raises(TooLittleHistory, match="25 weeks") as refusal:
        await started(planner)
    assert refusal.value.details == {"weeks": 25, "needed": 26}
    await brand_of(planner, weeks=26)
    await started(planner)


async def test_without_a_year_to_learn_from_no_quarter_is_held_out(planner: Planner) -> None:
    await brand_of(planner, weeks=64)
    run, model = await refit(planner)
    assert (model.document.holdout, model.holdout_wmape, model.scored_curves) == (None, None, ())
    assert "no quarter is held out" in run.step("score").detail


async def test_one_refit_at_a_time(planner: Planner) -> None:
    await brand_of(planner, weeks=30)
    first = await started(planner)
    with pytest.raises(Conflict) as refusal:
        await started(planner)
    assert refusal.value.code == "RUN_ACTIVE"
    assert refusal.value.details == {"run_id": str(first.id)}
    async with planner.units.for_actor(planner.actor) as uow:
        await cancel_run(uow, run_id=first.id, now=planner.clock.now())
    second = await started(planner)
    async with planner.units.for_actor(planner.actor) as uow:
        with pytest.raises(Conflict, match="already"):
            await retry_run(uow, run_id=first.id)
    await planner.work(second)
    async with planner.units.for_actor(planner.actor) as uow:
        await retry_run(uow, run_id=first.id)
    await planner.work(first)
    assert (await reload(planner, first)).model_id == (await reload(planner, second)).model_id


async def test_finished_steps_are_not_repeated_and_a_lost_holder_writes_nothing(planner: Planner) -> None:
    await brand_of(planner, weeks=30)
    run = await started(planner)
    ref, steps = RunRef(tenant_id=run.tenant_id, run_id=run.id), planner.steps()
    lost = await steps.begin(ref)
    await steps.perform(ref, step="load_history", token=lost.token)
    await brand_of(planner, weeks=35)
    taken = await steps.begin(ref)
    assert taken.steps == ("fit", "score", "compare", "save_model")
    for step in taken.steps:
        await steps.perform(ref, step=step, token=taken.token)
    done = await reload(planner, run)
    assert done.model_id is not None
    async with planner.units.for_actor(planner.actor) as uow:
        model = await uow.models.get(done.model_id)
    assert model.weeks == 30, "what was loaded first is what is fitted"


async def test_a_model_adopted_meanwhile_is_compared_with_anew(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=80)
    run = await started(planner)
    ref, steps = RunRef(tenant_id=run.tenant_id, run_id=run.id), planner.steps()
    held = await steps.begin(ref)
    for step in held.steps[:-1]:
        await steps.perform(ref, step=step, token=held.token)
    async with planner.units.for_actor(planner.actor) as uow:
        other = records.model_version(brand, source=ModelSource.ROBYN, input_hash="b" * 64)
        uow.models.add(other)
        await versions.adopt_model(uow, model_id=other.id, reason="", now=planner.clock.now())
    await steps.perform(ref, step="save_model", token=held.token)
    done = await reload(planner, run)
    assert done.model_id is not None
    async with planner.units.for_actor(planner.actor) as uow:
        model = await uow.models.get(done.model_id)
        adopted = await uow.models.adopted(brand_id=brand.id)
    assert (model.number, model.state) == (2, ModelState.CANDIDATE)
    assert "imported" in model.reason
    assert adopted is not None
    assert adopted.id == other.id


async def test_experiments_enter_the_next_fit_and_make_the_model_out_of_date(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=60)
    _, before = await refit(planner)
    tested = records.experiment(
        brand,
        start_date=date(2025, 12, 1),
        end_date=date(2025, 12, 28),
        lift=Estimate(mean=200_000.0, low=190_000.0, high=210_000.0),
    )
    async with planner.units.for_actor(planner.actor) as uow:
        await create_experiment(uow, experiment=tested, known=lambda _: False)
    assert "experiments were added" in (await measured(planner)).stale_reason
    _, after = await refit(planner)
    old, new = (next(c for c in each.document.channels if c.channel == "search") for each in (before, after))
    assert new.experiments == (str(tested.id),)
    assert old.roi is not None
    assert new.roi is not None
    assert new.roi.mean > old.roi.mean, "a large lift raises what the channel is thought to bring"
    async with planner.units.for_actor(planner.actor) as uow:
        await delete_experiment(uow, experiment_id=tested.id)
    assert "experiments" in (await measured(planner)).stale_reason


async def test_an_experiment_the_history_cannot_place_is_left_out_and_told(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=40)
    async with planner.units.for_actor(planner.actor) as uow:
        uow.experiments.add(records.experiment(brand, start_date=date(2019, 1, 7), end_date=date(2019, 1, 20)))
        uow.experiments.add(records.experiment(brand, channel="radio"))
    _, model = await refit(planner)
    assert any("2019" in warning and "outside the actuals" in warning for warning in model.warnings)
    assert any("radio" in warning and "no actuals" in warning for warning in model.warnings)


async def test_two_versions_are_compared_on_the_same_weeks(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=90, skip=10)
    _, first = await refit(planner)
    async with planner.units.for_actor(planner.actor) as uow:
        await put_actuals(uow, brand, weeks=10)
    _, second = await refit(planner)
    async with planner.units.for_actor(planner.actor) as uow:
        found = await summary.compare_models(uow, first=first.id, second=second.id)
    assert [each.channel for each in found.channels] == list(CHANNELS)
    assert "version 2 was off by" in found.verdict
    assert not found.worse_on_holdout


async def test_a_viewer_starts_and_decides_nothing(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=30)
    _, model = await refit(planner)
    viewer = Actor(tenant_id=planner.actor.tenant_id, user_id=planner.actor.user_id, role=Role.VIEWER)
    async with planner.units.for_actor(viewer) as uow:
        for act in (
            start_refit(uow, brand_id=brand.id, now=planner.clock.now()),
            versions.adopt_model(uow, model_id=model.id, reason="", now=planner.clock.now()),
            versions.reject_model(uow, model_id=model.id, reason="", now=planner.clock.now()),
            create_experiment(uow, experiment=records.experiment(brand), known=lambda _: True),
        ):
            with pytest.raises(Forbidden):
                await act
        assert (await versions.get_model(uow, model_id=model.id)).id == model.id


async def test_a_brand_goes_with_its_versions_and_a_refit_of_it_ends(planner: Planner) -> None:
    brand = await brand_of(planner, weeks=30)
    done, model = await refit(planner)
    await brand_of(planner, weeks=35)
    run = await started(planner)
    async with planner.units.for_actor(planner.actor) as uow:
        uow.experiments.add(records.experiment(brand))
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.brands.remove(await uow.brands.get(brand.id))
    steps, ref = planner.steps(), RunRef(tenant_id=run.tenant_id, run_id=run.id)
    held = await steps.begin(ref)
    with pytest.raises(NotFound):
        await steps.perform(ref, step="load_history", token=held.token)
    async with planner.units.for_actor(planner.actor) as uow:
        with pytest.raises(NotFound):
            await uow.models.get(model.id)
        assert (await uow.runs.get(done.id)).model_id is None
        assert (await uow.read.measurement.experiments()).total == 0
