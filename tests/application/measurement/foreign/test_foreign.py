"""Models of other programs: the same curve comes out that went in, and bad files are told by key."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.factories.foreign import (
    ALPHA,
    BETA,
    CHANNELS,
    COUNT,
    EC,
    LAM,
    ROI,
    SLOPE,
    SPEND,
    WEEKS,
    key_of,
    meridian,
    pymc,
    read,
    robyn,
)

from nexusplanner.application.measurement.fitting import DRAWS
from nexusplanner.application.measurement.foreign import ModelFileError, read_foreign
from nexusplanner.domain.measurement import ModelSource
from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.planning.quality import QualityClass


def mean_of(curve: KeptCurve, weekly: float) -> float:
    """The curve's mean outcome of a steady weekly spend."""
    at = np.array(weekly)
    scale, half, slope = (np.array(getattr(curve, name)) for name in ("scale", "half", "slope"))
    return float((scale / (1 + (half / at) ** slope)).mean())


# Meridian


def test_meridian_keeps_its_return_and_its_half_saturation() -> None:
    curves, channels = read(meridian(), ModelSource.MERIDIAN)
    assert [curve.channel for curve in curves] == ["tv", "search"]
    for index, (curve, channel) in enumerate(zip(curves, channels, strict=True)):
        assert len(curve.scale) == DRAWS
        assert curve.quality is QualityClass.MEASURED
        assert "imported from Meridian" in curve.quality_reason
        assert channel.roi is not None
        assert channel.roi.mean == pytest.approx(ROI[:, index].mean(), rel=0.03)
        assert channel.half == pytest.approx(4_000 * np.median(EC[:, index]), rel=0.05)
        assert channel.adstock == pytest.approx(ALPHA[:, index].mean(), rel=0.05)
        assert channel.spend == pytest.approx(SPEND[:, index].sum())
        assert curve.spend_seen == SPEND[:, index].max()
        assert len(channel.weekly.mean) == WEEKS


def test_meridian_by_beta_is_the_same_model_as_by_return() -> None:
    by_roi, _ = read(meridian(), ModelSource.MERIDIAN)
    beta = np.empty_like(ROI)
    for index in range(2):
        stock = geometric_adstock(SPEND[:, index][np.newaxis, :] / 4_000, retention=ALPHA[:, index])
        share = stock ** SLOPE[:, [index]] / (stock ** SLOPE[:, [index]] + EC[:, [index]] ** SLOPE[:, [index]])
        beta[:, index] = ROI[:, index] * SPEND[:, index].sum() / share.sum(axis=1) / 50_000
    posterior = {**meridian()["posterior"], "beta_m": beta.tolist()}
    del posterior["roi_m"]
    by_beta, _ = read(
        meridian(posterior=posterior, spend=None, media_scaled=None, spend_per_unit=4_000, outcome_scale=50_000),
        ModelSource.MERIDIAN,
    )
    for one, other in zip(by_roi, by_beta, strict=True):
        np.testing.assert_allclose(one.scale, other.scale, rtol=1e-9)
        np.testing.assert_allclose(one.half, other.half, rtol=1e-9)


def test_meridian_without_scaled_media_divides_by_the_median_as_it_does() -> None:
    curves, _ = read(meridian(media_scaled=None), ModelSource.MERIDIAN)
    for index, curve in enumerate(curves):
        assert np.median(curve.half) == pytest.approx(np.median(SPEND[:, index]) * np.median(EC[:, index]), rel=0.05)


def test_meridian_as_a_table_of_draws() -> None:
    lines = ["draw,channel,alpha_m,ec_m,slope_m,beta_m,spend_per_unit,outcome_scale"]
    for draw in range(COUNT):
        lines += [
            f"{draw},{name},{ALPHA[draw, index]},{EC[draw, index]},{SLOPE[draw, index]},0.4,4000,50000"
            for index, name in enumerate(CHANNELS)
        ]
    curves, _ = read("\n".join(lines).encode(), ModelSource.MERIDIAN)
    assert {curve.scale for curve in curves} == {(20_000.0,) * DRAWS}
    assert np.median(curves[0].half) == pytest.approx(4_000 * np.median(EC[:, 0]), rel=0.05)


# PyMC-Marketing


def test_pymc_logistic_curves_are_matched_and_the_error_is_told() -> None:
    curves, _ = read(pymc(), ModelSource.PYMC_MARKETING)
    for index, (curve, most) in enumerate(zip(curves, (9_000, 8_000), strict=True)):
        top = 100_000 * BETA[:, index].mean()
        for spend in (1_000, 4_000, 9_000):
            there = 100_000 * BETA[:, index] * np.tanh(LAM[:, index] * spend / most / 2)
            assert mean_of(curve, spend) == pytest.approx(there.mean(), abs=0.03 * top)
        assert "matched by a Hill curve within" in curve.quality_reason
        assert curve.spend_seen == most


@pytest.mark.parametrize(
    ("saturation", "parameters", "shape"),
    [
        (
            "hill",
            {"slope": SLOPE, "kappa": EC, "beta": BETA},
            lambda x, k: k["beta"] / (1 + (k["kappa"] / x) ** k["slope"]),
        ),
        ("michaelis_menten", {"alpha": BETA, "lam": EC}, lambda x, k: k["alpha"] * x / (k["lam"] + x)),
        ("tanh", {"b": BETA, "c": LAM}, lambda x, k: k["b"] * np.tanh(x / (k["b"] * k["c"]))),
    ],
)
def test_pymc_saturations_come_out_as_they_went_in(saturation: str, parameters: dict[str, Any], shape: Any) -> None:
    posterior = {
        "adstock_alpha": ALPHA.tolist(),
        **{f"saturation_{name}": values.tolist() for name, values in parameters.items()},
    }
    curves, _ = read(pymc(saturation=saturation, posterior=posterior), ModelSource.PYMC_MARKETING)
    guessed, _ = read(pymc(saturation=None, posterior=posterior), ModelSource.PYMC_MARKETING)
    assert guessed == curves
    there = 100_000 * shape(0.5, {name: values[:, 0] for name, values in parameters.items()}).mean()
    assert mean_of(curves[0], 4_500) == pytest.approx(there, rel=0.05)


def test_pymc_adstock_that_is_not_normalised_reaches_the_half_sooner() -> None:
    plain, _ = read(pymc(), ModelSource.PYMC_MARKETING)
    grown, _ = read(pymc(normalize=False), ModelSource.PYMC_MARKETING)
    ratio = np.array(grown[0].half) / np.array(plain[0].half)
    np.testing.assert_allclose(ratio, 1 - np.array(plain[0].retention), rtol=1e-9)


def test_pymc_curves_that_no_hill_curve_resembles_are_refused() -> None:
    posterior = {**pymc()["posterior"], "saturation_lam": np.full((COUNT, 2), 60.0).tolist()}
    with pytest.raises(ModelFileError, match="strays by"):
        read(pymc(posterior=posterior), ModelSource.PYMC_MARKETING)


# Robyn


def test_robyn_brings_in_the_modelled_weeks_what_its_own_formula_does() -> None:
    curves, channels = read(robyn(), ModelSource.ROBYN)
    stock = np.zeros(WEEKS)
    for week in range(WEEKS):
        stock[week] = SPEND[week, 0] + 0.4 * (stock[week - 1] if week else 0.0)
    used = stock[2:]
    middle = 0.5 * used.min() + 0.5 * used.max()
    there = 40_000.0 / (1 + (middle / used) ** 1.5)
    tv = channels[0]
    assert tv.contribution is not None
    assert tv.contribution.mean == pytest.approx(there.sum(), rel=0.02)
    assert tv.spend == pytest.approx(SPEND[2:, 0].sum())
    assert curves[0].half[0] == pytest.approx(middle * 0.6)
    assert set(curves[0].slope) == {1.5}


def test_robyn_takes_the_spread_from_the_interval_or_says_that_it_is_assumed() -> None:
    curves, _ = read(robyn(), ModelSource.ROBYN)
    tv, search = curves
    assert np.log(tv.scale).std() == pytest.approx(np.log(4.0) / 3.92, rel=0.02)
    assert np.mean(tv.scale) == pytest.approx(40_000.0, rel=0.01)
    assert "bootstrapped interval" in tv.quality_reason
    assert "assumed" in search.quality_reason
    assert abs(np.corrcoef(np.log(tv.scale), np.log(search.scale))[0, 1]) < 0.25


def test_robyn_figures_are_kept_and_a_channel_without_effect_is_told() -> None:
    content = robyn()
    content["ExportedModel"]["summary"][2]["coef"] = 0
    model, curves, document = read_foreign(json.dumps(content).encode(), source=ModelSource.ROBYN, channel_of=key_of)
    assert [curve.channel for curve in curves] == ["tv"]
    assert any("search_S has no effect" in warning for warning in model.warnings)
    assert model.r2 == 0.87
    assert document.diagnosis["nrmse_train"] == 0.08
    assert model.weeks == WEEKS - 2


def test_robyn_that_modelled_something_else_than_spend_is_doubted() -> None:
    content = robyn()
    content["ExportedModel"]["summary"][1]["decompAgg"] = 9_000_000.0
    model, _, _ = read_foreign(json.dumps(content).encode(), source=ModelSource.ROBYN, channel_of=key_of)
    assert any("tv_S" in warning and "9,000,000" in warning for warning in model.warnings)


def documented() -> list[tuple[ModelSource, str]]:
    """The examples of the reference, by the heading they stand under."""
    page = (Path(__file__).parents[4] / "docs" / "reference" / "model-import.md").read_text(encoding="utf-8")
    sections = {
        "Meridian": ModelSource.MERIDIAN,
        "PyMC-Marketing": ModelSource.PYMC_MARKETING,
        "Robyn": ModelSource.ROBYN,
    }
    found = []
    for part in page.split("\n## ")[1:]:
        source = sections[part.splitlines()[0]]
        found += [(source, example) for example in re.findall(r"```(?:json|csv)\n(.*?)```", part, re.DOTALL)]
    return found


def test_every_example_of_the_reference_can_be_taken() -> None:
    examples = documented()
    assert {source for source, _ in examples} == {ModelSource.MERIDIAN, ModelSource.PYMC_MARKETING, ModelSource.ROBYN}
    assert len(examples) == 4
    for source, example in examples:
        curves, _ = read(example.encode(), source)
        assert curves, source
