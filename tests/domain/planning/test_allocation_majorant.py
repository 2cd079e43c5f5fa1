from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.planning.allocation.majorant import Majorant
from nexusplanner.domain.planning.curves import Curve, HillCurve, MeanHillCurve

seeds = st.integers(0, 2**32 - 1)


def random_curves(rng: np.random.Generator) -> list[Curve]:
    """A single Hill, a mean of close ones and a mean of far ones, whose shape changes more than once."""
    single = HillCurve(
        scale=float(rng.uniform(0.5, 2)), half=float(rng.lognormal(0, 1)), slope=float(rng.uniform(0.3, 5))
    )
    return [single, *(_mean(rng, spread=spread) for spread in (0.3, 1.5))]


def _mean(rng: np.random.Generator, *, spread: float) -> MeanHillCurve:
    return MeanHillCurve(scale=rng.lognormal(0, 0.3, 7), half=rng.lognormal(0, spread, 7), slope=rng.uniform(0.3, 5, 7))


@given(seed=seeds, rounds=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_no_point_of_a_curve_earns_more_than_the_majorant_says(seed: int, rounds: int) -> None:
    """The point a fine grid finds is compared at prices around the curves' slopes, before and after refinements."""
    rng = np.random.default_rng(seed)
    curves = random_curves(rng)
    lower = rng.uniform(0, 0.5, 3) * rng.choice([0, 1], 3)
    upper = lower + rng.lognormal(0, 1, 3)
    table = Majorant(curves, lower=lower, upper=upper)
    for _ in range(rounds):
        table.refine(
            np.flatnonzero((table.channel[:-1] == table.channel[1:]) & (rng.random(len(table.spend) - 1) < 0.1))
        )
    inside = table.inside(lower, upper)
    grid = lower[:, None] + (upper - lower)[:, None] * np.linspace(0, 1, 4001) ** 2
    values = np.stack([curve.value(points) for curve, points in zip(curves, grid, strict=True)])
    for steepness in (0.1, 0.5, 1.0, 3.0):
        prices = steepness * (values[:, -1] - values[:, 0]) / (upper - lower)
        most, _ = table.most(prices, inside)
        assert np.all(most >= (values - prices[:, None] * grid).max(axis=1))


@given(seed=seeds)
@settings(max_examples=30, deadline=None)
def test_refining_what_is_unproven_makes_the_majorant_tight(seed: int) -> None:
    rng = np.random.default_rng(seed)
    curves = random_curves(rng)
    lower, upper = np.zeros(3), rng.lognormal(0, 1, 3)
    table = Majorant(curves, lower=lower, upper=upper)
    prices = np.array([float(curve.value(top)) for curve, top in zip(curves, upper, strict=True)]) / upper
    for _ in range(30):
        most, unproven = table.most(prices, table.inside(lower, upper))
        if not np.any(unproven > 1e-9):
            break
        table.refine(np.flatnonzero(unproven > 1e-9))
    earned = [(table.value - prices[row] * table.spend)[table.channel == row].max() for row in range(3)]
    assert np.all(most - earned <= 1e-8)


def test_a_knot_can_be_put_anywhere() -> None:
    curves = random_curves(np.random.default_rng(0))
    table = Majorant(curves, lower=np.zeros(3), upper=np.full(3, 2.0))
    table.cut_at(np.array([0.3, 0.777, 2.0]))
    assert 0.3 in table.spend[table.channel == 0]
    assert 0.777 in table.spend[table.channel == 1]
    assert np.all(np.diff(table.spend)[table.channel[:-1] == table.channel[1:]] > 0)
