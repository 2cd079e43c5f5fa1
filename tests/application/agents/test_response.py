from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from tests.factories import records
from tests.factories.curves import benchmark

from nexusplanner.application.agents.gathering.response import Known, Response, ResponseModel, respond
from nexusplanner.application.measurement.fitting import DRAWS
from nexusplanner.application.measurement.inputs import ModelInput, model_input
from nexusplanner.domain.analytics import ActualRole, History, history
from nexusplanner.domain.planning.borrowed import ChannelBenchmark
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.planning.simulate import World, simulate
from nexusplanner.domain.shared import Invalid, Money, TenantId

CHANNELS = ("search", "tv")
WEEKS = 80


def simulated(*, weeks: int = WEEKS) -> History:
    """Weeks of two channels, kept and read back as rows of a brand with new ids."""
    world = World(channels=CHANNELS, weeks=WEEKS, weekly_spend=20_000.0, media_share=0.4, noise=0.02)
    data, _ = simulate(world, rng=np.random.default_rng(7))
    brand = records.brand(TenantId(uuid4()), outcome_name="revenue", outcome_is_money=True)
    rows = list(zip(data.dates, data.spend, data.outcome, strict=True))[:weeks]
    return history(
        [
            records.channel_actual(brand, day=day, channel=channel, spend=Money.from_float(float(each), currency="EUR"))
            for day, spend, _ in rows
            for channel, each in zip(CHANNELS, spend, strict=True)
        ],
        brand=[
            records.brand_actual(brand, day=day, metric="revenue", role=ActualRole.OUTCOME, value=float(value))
            for day, _, value in rows
        ],
        outcome="revenue",
    )


def known(channel: str) -> ChannelBenchmark | None:
    """Figures for every channel but sky writing."""
    return None if channel == "sky_writing" else benchmark(channel)


def given(past: History) -> ModelInput:
    return model_input(past, outcome_name="revenue", outcome_is_money=True, currency="EUR")


def response_of(past: History, *channels: str, **what: Any) -> Response:
    return respond(Known(given=given(past), **what), channels=channels or CHANNELS, borrow=known)


def model_of(past: History, *channels: str) -> ResponseModel:
    return response_of(past, *channels).model


@pytest.fixture(scope="module")
def measured() -> ResponseModel:
    return model_of(simulated(), "tv", "radio", "search")


NOTHING = history([], brand=[], outcome="revenue")


def test_channels_with_a_history_are_measured_and_the_rest_borrowed_in_the_order_asked(measured: ResponseModel) -> None:
    assert measured.channels == ("tv", "radio", "search")
    quality = {curve.channel: curve.quality for curve in measured.curves}
    assert quality["search"] is QualityClass.MEASURED
    assert quality["radio"] is QualityClass.BORROWED
    assert all(curve.quality_reason for curve in measured.curves)
    assert measured.weeks_of_history == WEEKS
    assert measured.r2 is not None
    assert measured.r2 > 0.5
    assert measured.holdout_wmape is not None, "more than a year is enough to keep a quarter out"
    assert measured.draws().scale.shape == (DRAWS, 3)


def test_the_largest_week_is_kept_with_the_curve(measured: ResponseModel) -> None:
    past = simulated()
    spend = np.array(past.spend)[:, past.channels.index("tv")]
    tv, radio, _ = measured.curves
    assert tv.spend_seen == pytest.approx(spend.max(), rel=0.02)
    assert radio.spend_seen is None
    assert all(curve.benchmark == benchmark(curve.channel) for curve in measured.curves)


def test_equal_figures_give_equal_curves_whatever_their_ids(measured: ResponseModel) -> None:
    assert model_of(simulated(), "tv", "radio", "search") == measured


def test_other_figures_give_another_hash(measured: ResponseModel) -> None:
    past = simulated(weeks=6)
    changed = replace(past, outcome=(past.outcome[0] + 1.0, *past.outcome[1:]))
    one, other, fewer = model_of(past), model_of(changed), model_of(past, "tv")
    assert len({one.input_hash, other.input_hash, measured.input_hash}) == 3
    assert fewer.input_hash == one.input_hash, "the model is the brand's, whatever channels a plan asks for"
    assert one.seed != other.seed


def test_without_a_history_every_curve_is_borrowed_and_said_so() -> None:
    found = model_of(NOTHING)
    assert {curve.quality for curve in found.curves} == {QualityClass.BORROWED}
    assert (found.weeks_of_history, found.r2, found.holdout_wmape) == (0, None, None)
    (warning,) = found.warnings
    assert "no history" in warning
    assert found == model_of(NOTHING)


def test_spend_without_outcomes_and_outcomes_without_spend_are_no_history() -> None:
    past = simulated(weeks=20)
    for half in (
        replace(past, days=(), spend=(), outcome=(), controls=()),
        replace(past, channels=(), spend=((),) * 20),
    ):
        assert "no history" in model_of(half).warnings[0]


@pytest.mark.parametrize("weeks", [1, 2, 7])
def test_a_history_too_short_to_fit_is_told_and_borrowed(weeks: int) -> None:
    found = model_of(simulated(weeks=weeks))
    assert {curve.quality for curve in found.curves} == {QualityClass.BORROWED}
    (warning,) = found.warnings
    assert "cannot be fitted" in warning
    assert "borrowed" in warning
    assert found.weeks_of_history == 0


def test_a_gap_in_the_days_is_told_and_borrowed() -> None:
    past = simulated(weeks=30)
    moved = (*past.days[:-1], past.days[-1] + timedelta(weeks=3))
    assert "cannot be fitted" in model_of(replace(past, days=moved)).warnings[0]


def test_a_channel_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="sky_writing") as refusal:
        model_of(NOTHING, "tv", "sky_writing")
    assert refusal.value.code == "NO_CURVE"
    assert list(refusal.value.fields) == ["channels"]


def test_a_channel_with_a_history_needs_no_published_figures() -> None:
    found = respond(Known(given=given(simulated())), channels=("tv",), borrow=lambda _: None).model
    assert found.curves[0].benchmark is None
    assert found.curves[0].spend_seen is not None


def test_daily_rows_are_held_in_weeks() -> None:
    weekly = simulated(weeks=30)
    days = tuple(date(2024, 1, 1) + timedelta(days=index) for index in range(7 * 30))
    daily = replace(
        weekly,
        days=days,
        spend=tuple(tuple(each / 7 for each in weekly.spend[index // 7]) for index in range(len(days))),
        outcome=tuple(weekly.outcome[index // 7] / 7 for index in range(len(days))),
        controls=((),) * len(days),
    )
    found = model_of(daily, "tv")
    assert found.weeks_of_history == 30
    top = max(row[weekly.channels.index("tv")] for row in weekly.spend)
    assert found.curves[0].spend_seen == pytest.approx(top, rel=0.1)
